"""Whole lists as CSV files, sent page by page: however long the list is, only a page of it is in memory. Used by pages that offer one."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from litestar.response import Stream

from tribute.kit.spreadsheet import Cell, as_csv, csv_rows
from tribute.ledger.paging import LARGEST_PAGE, Page

Item = TypeVar("Item")

CSV_ROWS: Final = LARGEST_PAGE
"""Rows that are read, and sent, at a time."""


def whole_list(
    file: str, head: Sequence[str], first: Page[Item], further: Callable[[str], Page[Item]], cells: Callable[[Item], Sequence[Cell]]
) -> Stream:
    """The list as a file to keep. Its first page is read by the caller, whose errors can still be answered; `further` by its cursor."""
    lines = _lines(head, first, further, cells)
    return Stream(lines, media_type="text/csv", headers={"content-disposition": f'attachment; filename="{file}"'})


def _lines(
    head: Sequence[str], page: Page[Item], further: Callable[[str], Page[Item]], cells: Callable[[Item], Sequence[Cell]]
) -> Iterator[bytes]:
    yield as_csv(head, [cells(item) for item in page.items])
    while page.next is not None:
        page = further(page.next)
        yield csv_rows([cells(item) for item in page.items])
