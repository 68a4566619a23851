"""Two answers to one question, another pipeline's and ours, compared row by row. Pure: texts in, differences out; for `tribute compare`.

A row that one answer has not is worth 0 there: an answer may leave out what is nothing. Numbers are compared exactly, as decimals.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tribute.kit.clock import iso
from tribute.kit.errors import InvalidInputError

_MOST_DIGITS = 40

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as they were told; `name` is what a person calls it in errors. `head` has the columns where they are told without rows, too."""

    name: str
    rows: Sequence[Row]
    head: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A row whose numbers differ. `key` is what the row is about, by column."""

    key: Mapping[str, str]
    theirs: Decimal
    ours: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out. `rows` is how many there are in either."""

    rows: int
    theirs: Decimal
    ours: Decimal
    different: Sequence[Difference]


def read_answer(name: str, text: str) -> Answer:
    """An answer of GraphQL's `getAnalyticsData`, of `aws timestream-query query`, of `tribute sql --json`, or CSV with a head.

    Raises InvalidInputError for anything else.
    """
    if not text.lstrip().startswith(("{", "[")):
        return _from_csv(name, text)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(name, "is neither JSON nor CSV with a head") from error
    pages = told if isinstance(told, list) else [told]
    return Answer(name, [row for page in pages for row in _from_json(name, page)])


def compare(theirs: Answer, ours: Answer, *, value: str, tolerance: Decimal) -> Comparison:
    """Compare by all columns but `value`. `tolerance` is the part of a row's larger number that the two may differ by.

    Raises InvalidInputError when the two do not have the same columns, or a value is no number.
    """
    columns = _columns(theirs, value) or _columns(ours, value)
    for answer in (theirs, ours):
        if _columns(answer, value) not in ([], columns):
            has, wanted = ", ".join(_columns(answer, value)), ", ".join(columns)
            raise InvalidInputError(answer.name, f"tells {value} by {has}, the other by {wanted}; ask both for the same columns")
    one, other = _sums(theirs, columns, value), _sums(ours, columns, value)
    keys = sorted(one.keys() | other.keys())
    nothing = Decimal(0)
    pairs = [(key, one.get(key, nothing), other.get(key, nothing)) for key in keys]
    different = [
        Difference(dict(zip(columns, key, strict=True)), left, right)
        for key, left, right in pairs
        if abs(left - right) > tolerance * max(abs(left), abs(right))
    ]
    return Comparison(len(pairs), sum(one.values(), nothing), sum(other.values(), nothing), different)


def _columns(answer: Answer, value: str) -> list[str]:
    """The columns but for the value, in order of name; none where nothing tells them."""
    names = set(answer.rows[0] if answer.rows else answer.head)
    if not names:
        return []
    if value not in names:
        raise InvalidInputError(answer.name, f"has no column {value!r}; it has {', '.join(sorted(names))}: name the number with --value")
    return sorted(names - {value})


def _sums(answer: Answer, columns: Sequence[str], value: str) -> dict[tuple[str, ...], Decimal]:
    sums: dict[tuple[str, ...], Decimal] = {}
    for row in answer.rows:
        key = tuple(_told(row.get(column)) for column in columns)
        sums[key] = sums.get(key, Decimal(0)) + _number(answer.name, row.get(value))
    return sums


def _number(name: str, told: Any) -> Decimal:
    if told is None or told == "":  # the sum of nothing
        return Decimal(0)
    try:
        number = Decimal(str(told))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(told, bool) or not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise InvalidInputError(name, f"{str(told)[:40]!r} is no number; name the column with the numbers with --value")
    return number


def _told(told: Any) -> str:
    """A text of a key; a time in one form, however many digits its second has."""
    text = "" if told is None else str(told)
    if text[:4].isdecimal() and text[4:5] == "-":
        try:
            at = datetime.fromisoformat(text[:26] + text[29:] if text[19:20] == "." and text[26:29].isdecimal() else text)
            return iso(at if at.tzinfo is not None else at.replace(tzinfo=UTC)).replace(".000000Z", "Z")
        except (ValueError, OverflowError):
            return text
    return text


def _from_csv(name: str, text: str) -> Answer:
    try:
        head, *cells = [[_unguarded(cell) for cell in row] for row in csv.reader(io.StringIO(text), strict=True) if row]
        return Answer(name, [dict(zip(head, row, strict=True)) for row in cells], head)
    except (csv.Error, ValueError) as error:
        raise InvalidInputError(name, "is neither JSON nor CSV with a head and as many cells in each row") from error


def _unguarded(cell: str) -> str:
    """What stood there before it was made safe for spreadsheets."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _from_json(name: str, page: Any) -> Iterable[Row]:
    if isinstance(page, dict):
        if "ColumnInfo" in page:
            return _from_timestream(name, page)
        data = page.get("data")
        held = next((one for one in data.values() if isinstance(one, dict)), {}) if isinstance(data, dict) else page
        rows = held.get("dataset", held.get("rows"))
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return rows
        if page.get("errors"):
            raise InvalidInputError(name, "is an error, not an answer; ask again")
    raise InvalidInputError(
        name, "has no rows: give a GraphQL answer with its dataset, what Timestream answered, or what `tribute sql` prints"
    )


def _from_timestream(name: str, page: Mapping[str, Any]) -> list[Row]:
    try:
        columns = [column["Name"] for column in page["ColumnInfo"]]
        return [
            dict(zip(columns, (None if cell.get("NullValue") else cell["ScalarValue"] for cell in row["Data"]), strict=True))
            for row in page["Rows"]
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InvalidInputError(name, "is not what Timestream answers: columns with names, rows of single values") from error
