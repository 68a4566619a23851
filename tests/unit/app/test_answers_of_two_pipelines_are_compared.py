"""Two answers in any of their forms are compared row by row, exactly, and what cannot be compared is named."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.app.comparing import Answer, compare, read_answer
from tribute.kit.errors import InvalidInputError

POINTS = [("Course", "2026-11-22T00:00:00Z", 3), ("Other", "2026-11-22T00:00:00Z", 4)]
ROWS = [{"series": series, "timestamp": at, "value": value} for series, at, value in POINTS]
TIMESTREAM = {
    "QueryId": "x",
    "ColumnInfo": [{"Name": name, "Type": {"ScalarType": "VARCHAR"}} for name in ("series", "value", "timestamp")],
    "Rows": [
        {"Data": [{"ScalarValue": series}, {"ScalarValue": str(value)}, {"ScalarValue": at.replace("T", " ").replace("Z", ".000000000")}]}
        for series, at, value in POINTS
    ],
}
FORMS = {
    "graphql": json.dumps({"data": {"mine": {"dataset": [row | {"value": float(row["value"])} for row in ROWS]}}}),
    "timestream": json.dumps(TIMESTREAM),
    "pages": json.dumps([TIMESTREAM | {"Rows": [row]} for row in TIMESTREAM["Rows"]]),
    "sql": json.dumps({"columns": ["series", "timestamp", "value"], "rows": ROWS}),
    "csv": "timestamp,series,value\n" + "".join(f"{at},{series},{value}\r\n" for series, at, value in POINTS),
    "csv of others": "series,timestamp,value\n" + "".join(f'"{series}",{at[:10]} 00:00:00.000,{value}.0\n' for series, at, value in POINTS),
}


def answer(*rows: tuple[str, Any], name: str = "theirs.json") -> Answer:
    return Answer(name, [{"series": series, "value": value} for series, value in rows])


def different(theirs: Answer, ours: Answer, tolerance: str = "0") -> list[tuple[str, Decimal, Decimal]]:
    found = compare(theirs, ours, value="value", tolerance=Decimal(tolerance)).different
    return [(one.key["series"], one.theirs, one.ours) for one in found]


@pytest.mark.parametrize("one", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_every_form_says_the_same(one: str, other: str) -> None:
    found = compare(read_answer("a", FORMS[one]), read_answer("b", FORMS[other]), value="value", tolerance=Decimal(0))
    assert (found.rows, found.theirs, found.ours, found.different) == (2, 7, 7, [])


def test_what_differs_is_told_with_both_numbers() -> None:
    theirs, ours = answer(("a", 1), ("b", "2.5"), ("c", 3)), answer(("a", 1), ("b", 2), ("d", 4))
    assert different(theirs, ours) == [("b", Decimal("2.5"), 2), ("c", 3, 0), ("d", 0, 4)]


def test_nothing_and_a_row_that_is_left_out_are_the_same() -> None:
    assert different(answer(("a", 0), ("b", None), ("c", "")), answer()) == []
    assert different(answer(), answer()) == []


def test_rows_of_one_key_are_summed() -> None:
    assert different(answer(("a", "0.1"), ("a", "0.2")), answer(("a", "0.3"))) == []


def test_a_difference_within_the_tolerance_is_none() -> None:
    assert different(answer(("a", 99), ("b", 98)), answer(("a", 100), ("b", 100)), "0.01") == [("b", 98, 100)]


NO_ANSWERS = [
    "",
    "meow",
    "{",
    "[1]",
    "{}",
    '{"errors": [{"message": "x"}]}',
    '{"data": null}',
    '{"data": {"a": {"dataset": [1]}}}',
    '{"ColumnInfo": [{}], "Rows": []}',
    '{"ColumnInfo": [{"Name": "a"}], "Rows": [{"Data": []}]}',
    '{"ColumnInfo": [{"Name": "a"}], "Rows": [{"Data": [{"ArrayValue": []}]}]}',
    "a,value\n1",
    "a,value\n1,2,3",
    '"a',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", NO_ANSWERS)
def test_what_is_no_answer_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInputError, match="theirs"):
        compare(read_answer("theirs", text), answer(("a", 1)), value="value", tolerance=Decimal(0))


@pytest.mark.parametrize("value", ["x", "nan", True, [1], "1e999999999"])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInputError, match="is no number"):
        different(answer(("a", value)), answer())


def test_different_columns_are_named() -> None:
    other = Answer("ours", [{"website": "a", "value": 1}])
    with pytest.raises(InvalidInputError, match="ours: tells value by website, the other by series"):
        compare(answer(("a", 1)), other, value="value", tolerance=Decimal(0))
    with pytest.raises(InvalidInputError, match="has no column 'views'; it has series, value"):
        compare(answer(("a", 1)), other, value="views", tolerance=Decimal(0))


@given(st.text(max_size=200))
def test_any_text_is_an_answer_or_refused(text: str) -> None:
    with suppress(InvalidInputError):
        told = read_answer("a", text)
        assert compare(told, told, value="value", tolerance=Decimal(0)).different == []
