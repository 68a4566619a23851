"""A list as CSV has every row once and in order, one head, and nothing that begins a formula, however many pages it takes."""

import csv
import io
from collections.abc import Iterator

import pytest
from litestar.response import Stream

from tribute.ledger.paging import Page
from tribute.web.downloads import whole_list


def told(items: list[str], size: int) -> Stream:
    """The list as it is sent, read in pages of a size."""

    def page(after: str) -> Page[str]:
        start = int(after)
        end = start + size
        return Page(tuple(items[start:end]), str(end) if end < len(items) else None)

    return whole_list("list.csv", ("item",), page("0"), page, lambda item: [item])


def read(stream: Stream) -> list[list[str]]:
    assert isinstance(stream.iterator, Iterator)
    return list(csv.reader(io.StringIO(b"".join(stream.iterator).decode(), newline="")))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_every_row_is_there_once(size: int) -> None:
    items = ["a", 'b "quoted"', "c, d", "two\nlines", "e"]
    assert read(told(items, size)) == [["item"], *([item] for item in items)]


def test_an_empty_list_is_its_head_and_formulas_are_text() -> None:
    assert read(told([], 2)) == [["item"]]
    assert read(told(["a", "b", "=1+1"], 2))[-1] == ["'=1+1"]
