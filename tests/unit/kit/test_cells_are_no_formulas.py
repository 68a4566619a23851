"""A cell that would begin a formula is text; numbers stay numbers; everything else is read back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.spreadsheet import as_csv, guarded


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_what_begins_a_formula_is_quoted(beginning: str) -> None:
    assert guarded(f"{beginning}1+1") == f"'{beginning}1+1"


@pytest.mark.parametrize("cell", [-1, 2.5, None, "", "a=b", "'=x", "1-2"])
def test_everything_else_is_left_alone(cell: str | float | None) -> None:
    assert guarded(cell) == cell


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1, max_size=4))
def test_cells_are_read_back(cells: list[str]) -> None:
    [read] = list(csv.reader(io.StringIO(as_csv(cells, []).decode(), newline="")))
    assert read == cells
