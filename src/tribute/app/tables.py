"""Results of SQL in the forms that people take away: JSON rows and Parquet."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tribute.analytics.port import SqlResult
from tribute.analytics.timestream.result import TimestreamResult
from tribute.analytics.timestream.types import Kind, Type
from tribute.analytics.timestream.written import written
from tribute.kit.clock import iso


def as_sql_result(result: TimestreamResult) -> SqlResult:
    """Timestream's result with values that every form can hold: intervals as text, a time series as objects of `time` and `value`."""
    kinds = [kind for _, kind in result.columns]
    rows = [[_plain(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in result.rows]
    return SqlResult([name for name, _ in result.columns], rows, result.truncated)


def _plain(value: Any, kind: Type) -> Any:
    if value is None:
        return None
    if kind.kind in {Kind.INTERVAL_DAY_TO_SECOND, Kind.INTERVAL_YEAR_TO_MONTH, Kind.TIME}:
        return written(value, kind)
    if kind.kind is Kind.ARRAY:
        return [_plain(part, kind.inner) for part in value]
    if kind.kind is Kind.TIMESERIES:
        return [{"time": at, "value": _plain(part, kind.inner)} for at, part in value]
    return value


def with_distinct_columns(result: SqlResult) -> SqlResult:
    """The result with a number after every name that a column further left has: `a`, `a_1`, `a_2`. Other names stay."""
    return replace(result, columns=_distinct(result.columns))


def _distinct(names: Sequence[str]) -> list[str]:
    own, distinct = set(names), list[str]()
    for name in names:
        free, number = name, 0
        while free in distinct or (number and free in own):
            number += 1
            free = f"{name}_{number}"
        distinct.append(free)
    return distinct


def as_json_rows(result: SqlResult) -> list[dict[str, Any]]:
    """Rows as objects by column, whose names are distinct; times as ISO 8601 in UTC, whole decimals as integers."""
    return [{column: _json_value(value) for column, value in zip(result.columns, row, strict=True)} for row in result.rows]


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list | tuple):
        return [_json_value(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _json_value(part) for key, part in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def as_parquet(result: SqlResult) -> bytes:
    """The result as one Parquet file, zstd-compressed, with types found from the values."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*result.rows, strict=True)) if result.rows else [()] * len(result.columns)
    table = pa.table([pa.array(list(column)) for column in columns], names=list(result.columns))
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
