"""Runs Timestream's SQL: the one table as DuckDB holds it, a scope that no statement can leave, and values in Timestream's types.

Invariant: an affiliate's scope is a parameter inside of the table itself, wherever the statement names it. Called by `store`.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import duckdb

from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.fragments import RUNTIME_MARK, failing
from tribute.analytics.timestream.result import TimestreamQuery, TimestreamResult
from tribute.analytics.timestream.table import COLUMNS, MEASURE_NAME
from tribute.analytics.timestream.translate import Translation, translate
from tribute.analytics.timestream.types import Kind, Type
from tribute.store.duckdb.console import Deadline
from tribute.store.duckdb.times import aware, naive

_KEPT = {
    "website": "w.name",
    "affiliate_id": "a.code",
    "measure_name": f"'{MEASURE_NAME}'",
    "time": "e.event_time",
    "measure_value::bigint": "e.value",
}
_ANOTHER_ID = "md5(concat_ws(' ', (SELECT store_id FROM internal.meta), e.affiliate_id, e.visitor_id))"
_FOR_AN_AFFILIATE = {"visitor_id": f"CASE WHEN e.visitor_id IS NOT NULL THEN {_ANOTHER_ID} END"}
"""An affiliate can tell visitors apart and count them, but not know them again elsewhere, nor try ids: the store's own is not told."""


def _table(sources: Mapping[str, str], where: str) -> str:
    shown = ", ".join(sources.get(column.name, f"e.{column.name}") for column in COLUMNS)
    return f"""
        SELECT {shown} FROM internal.counted_pages e
        LEFT JOIN internal.website_names w USING (website_id)
        LEFT JOIN internal.affiliate_codes a ON a.affiliate_id = e.affiliate_id {where}
        """  # noqa: S608 ours


_EVERYBODY = _table(_KEPT, "")
_ONE = _table(_KEPT | _FOR_AN_AFFILIATE, "WHERE e.affiliate_id = $affiliate")

_BOTH_ARE_NAMED = "$now::TIMESTAMP IS NOT NULL AND coalesce($affiliate::VARCHAR, '') IS NOT NULL"
"""Always true. DuckDB wants exactly the parameters that a statement names, and a literal may look like one."""

_ROWS_AT_ONCE = 1000
_LONGEST_ARRAY = 100_000
_MOST_ELEMENTS = 1_000_000

_WRITTEN_WRONG = (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError, duckdb.InternalError, duckdb.PermissionException)
_OURS = re.compile(rf"{re.escape(RUNTIME_MARK)}(?P<said>[^\n]*)")
_KNOWN = (
    (re.compile(r"Division by zero"), "Division by zero"),
    (re.compile(r"Overflow|out of range|Out of Range|not in timestamp range"), "a number or time is out of the range of its type"),
    (re.compile(r"Could not convert"), "a text cannot be cast to the type that is asked for"),
    (re.compile(r"More than one row returned by a subquery"), "Scalar sub-query has returned multiple rows"),
)


def translated(statement: str, affiliate_id: str | None) -> Translation:
    """The statement over what the scope may see. Raises TimestreamQueryError."""
    return translate(statement, _EVERYBODY if affiliate_id is None else _ONE)


def run(connection: duckdb.DuckDBPyConnection, query: TimestreamQuery, translation: Translation, deadline: Deadline) -> TimestreamResult:
    """The rows of a translated statement. Raises TimestreamQueryError for what fails while it runs, is too slow or too large."""
    try:
        with deadline:
            return _fetch(connection, query, translation)
    except duckdb.InterruptException as error:
        if deadline.cut_short:
            raise TimestreamQueryError("the query was ended because Tribute is stopping") from error
        raise TimestreamQueryError(
            f"the query took longer than {query.limits.seconds:g} seconds; ask for less time or fewer columns"
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise TimestreamQueryError("the query needs more memory than the store has; ask for less time or fewer columns") from error
    except _WRITTEN_WRONG as error:
        raise TimestreamQueryError(_said(str(error))) from error


def _fetch(connection: duckdb.DuckDBPyConnection, query: TimestreamQuery, translation: Translation) -> TimestreamResult:
    most = query.limits.rows
    kinds = [kind for _, kind in translation.columns]
    connection.execute("BEGIN TRANSACTION READ ONLY")
    columns = ", ".join(f"c{place}" for place in range(len(kinds)))
    shown = ", ".join(_bounded(f"c{place}", kind) for place, kind in enumerate(kinds))
    connection.execute(
        f"SELECT {shown} FROM ({translation.sql}) AS asked({columns}) WHERE {_BOTH_ARE_NAMED} LIMIT {most + 1}",  # noqa: S608 translated
        {"now": naive(query.now), "affiliate": query.affiliate_id},
    )
    rows: list[list[Any]] = []
    elements = 0
    while len(rows) <= most and (found := connection.fetchmany(_ROWS_AT_ONCE)):
        rows += [[_value(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in found]
        elements += sum(len(value) for row in found for value in row if isinstance(value, list))
        if elements > _MOST_ELEMENTS:
            raise TimestreamQueryError(f"the arrays of the result have more than {_MOST_ELEMENTS:,} elements; use UNNEST")
    return TimestreamResult(translation.columns, rows[:most], truncated=len(rows) > most)


def _bounded(place: str, kind: Type) -> str:
    """A column in the type that is told, but an error where an array would fill the memory."""
    if kind.is_scalar:
        return f"CAST({place} AS {kind.in_duckdb})"
    refused = failing(f"an array has more than {_LONGEST_ARRAY:,} elements")
    return f"CASE WHEN len({place}) > {_LONGEST_ARRAY} THEN {refused} ELSE {place} END"


def _value(value: Any, kind: Type) -> Any:
    """A value as the port promises it."""
    if value is None:
        return None
    match kind.kind:
        case Kind.TIMESTAMP:
            return aware(value)
        case Kind.INTERVAL_DAY_TO_SECOND:
            return timedelta(microseconds=value)
        case Kind.ARRAY:
            return [_value(part, kind.inner) for part in value]
        case Kind.TIMESERIES:
            return [(aware(part["time"]), _value(part["value"], kind.inner)) for part in value]
    return value


def _said(message: str) -> str:
    """What a person reads: our own words, or Timestream's for what DuckDB says; DuckDB's speak of a statement that nobody wrote."""
    if ours := _OURS.search(message):
        return ours["said"]
    for known, said in _KNOWN:
        if known.search(message):
            return said
    return "the query has a combination of parts that is not available here"
