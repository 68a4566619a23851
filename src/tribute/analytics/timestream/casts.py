"""Conversions that a query asks for, CAST and TRY_CAST, as Trino makes them. Called by `expressions` and the lists of functions.

Invariant: a text that Timestream may read otherwise than the engine does is refused while the query runs, also under TRY_CAST.
"""

import re

from tribute.analytics.timestream.fragments import failing, once, quoted
from tribute.analytics.timestream.types import BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, TIME, TIMESTAMP, VARCHAR, Kind, Type

_WHOLE = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0{0,3})?)?"
_MOMENT = _DATE + "( " + _TIME + ")?"
_ZONED = _DATE + "(T" + _TIME + "(Z|[+-][0-9]{2}:?[0-9]{2})?)?"

TIMESTAMP_FORM = "%Y-%m-%d %H:%M:%S.%f"
"""How a time is written, but for the three digits of nanoseconds, which are zero."""

_SIMPLE: dict[tuple[Type, Type], str] = {
    (BOOLEAN, INTEGER): "CAST({0} AS INTEGER)",
    (BOOLEAN, BIGINT): "CAST({0} AS BIGINT)",
    (BOOLEAN, DOUBLE): "CAST({0} AS DOUBLE)",
    (BOOLEAN, VARCHAR): "CAST({0} AS VARCHAR)",
    (INTEGER, BIGINT): "CAST({0} AS BIGINT)",
    (INTEGER, DOUBLE): "CAST({0} AS DOUBLE)",
    (INTEGER, VARCHAR): "CAST({0} AS VARCHAR)",
    (INTEGER, BOOLEAN): "({0} <> 0)",
    (BIGINT, INTEGER): "CAST({0} AS INTEGER)",
    (BIGINT, DOUBLE): "CAST({0} AS DOUBLE)",
    (BIGINT, VARCHAR): "CAST({0} AS VARCHAR)",
    (BIGINT, BOOLEAN): "({0} <> 0)",
    (DOUBLE, BIGINT): "CAST(round({0}) AS BIGINT)",
    (DOUBLE, INTEGER): "CAST(round({0}) AS INTEGER)",
    (DOUBLE, BOOLEAN): "({0} <> 0)",
    (DATE, VARCHAR): "strftime({0}, '%Y-%m-%d')",
    (DATE, TIMESTAMP): "CAST({0} AS TIMESTAMP)",
    (TIMESTAMP, DATE): "CAST({0} AS DATE)",
    (TIMESTAMP, TIME): "CAST({0} AS TIME)",
    (TIMESTAMP, VARCHAR): f"(strftime({{0}}, '{TIMESTAMP_FORM}') || '000')",
    (TIME, VARCHAR): f"(substring(strftime(DATE '1970-01-01' + {{0}}, '{TIMESTAMP_FORM}'), 12) || '000')",
}
_READ = {
    INTEGER: (_WHOLE, "INTEGER"),
    BIGINT: (_WHOLE, "BIGINT"),
    DOUBLE: (_DECIMAL, "DOUBLE"),
    DATE: (_DATE, "DATE"),
    TIME: (_TIME, "TIME"),
    TIMESTAMP: (_MOMENT, "TIMESTAMP"),
}
_BOOLEANS = "CASE WHEN lower(v.x) IN ('true', 't', '1') THEN true WHEN lower(v.x) IN ('false', 'f', '0') THEN false ELSE {} END"
_SURELY_WRONG = r"[^0-9]*"
"""A text without a digit is no number and no time in any reading but for the names of infinity and NaN."""


def cast(sql: str, have: Type, want: Type, *, trying: bool = False) -> str | None:
    """The SQL of a conversion; None where Timestream has none, or none that can be made exactly."""
    if have == want:
        return sql
    if have.kind is Kind.UNKNOWN:
        return f"CAST(NULL AS {want.in_duckdb})"
    if have == VARCHAR:
        return _from_text(sql, want, trying=trying)
    template = _SIMPLE.get((have, want))
    if template is None:
        return None
    made = template.format(sql)
    narrows = (have, want) in {(BIGINT, INTEGER), (DOUBLE, BIGINT), (DOUBLE, INTEGER)}
    return made.replace("CAST(", "TRY_CAST(", 1) if trying and narrows and made.startswith("CAST(") else made


def of_literal(text: str, want: Type) -> str | None:
    """The SQL of a literal text as another type, read once and for all; None where it is not written as `cast` reads it."""
    form, kind = _READ[want]
    return f"CAST({quoted(text)} AS {kind})" if re.fullmatch(form, text, re.ASCII) else None


def is_read(want: Type) -> bool:
    """Whether a literal text can be read as a type by `of_literal`."""
    return want in _READ


def _from_text(sql: str, want: Type, *, trying: bool) -> str | None:
    if want == BOOLEAN:
        return once({"x": sql}, f"CASE WHEN v.x IS NULL THEN NULL ELSE {_BOOLEANS.format(_refused('boolean', trying=trying))} END")
    if want not in _READ:
        return None
    form, kind = _READ[want]
    read = f"{'TRY_CAST' if trying else 'CAST'}(v.x AS {kind})"
    refused = failing(f"a text cannot be cast to {want}, or is written in a way that is not available here")
    wrong = f" WHEN regexp_full_match(v.x, '{_SURELY_WRONG}') AND NOT regexp_matches(lower(v.x), 'nan|infinity') THEN NULL"
    plain = f"WHEN v.x IS NULL THEN NULL WHEN regexp_full_match(v.x, '{form}') THEN {read}"
    return once({"x": sql}, f"CASE {plain}{wrong if trying else ''} ELSE {refused} END")


def _refused(kind: str, *, trying: bool) -> str:
    return "NULL" if trying else failing(f"a text cannot be cast to {kind}")


def from_iso8601(sql: str) -> str:
    """A time from ISO 8601; one with an offset is brought to UTC, one without is in UTC."""
    read = "CAST(CAST(v.x AS TIMESTAMPTZ) AS TIMESTAMP)"
    refused = failing("a text is no ISO 8601 time, or is written in a way that is not available here")
    return once({"x": sql}, f"CASE WHEN v.x IS NULL THEN NULL WHEN regexp_full_match(v.x, '{_ZONED}') THEN {read} ELSE {refused} END")
