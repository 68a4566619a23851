"""Timestream's values as they go over the wire: every scalar a string, times with nine digits, NULL by itself. Pure.

Source: the model of timestream-query (2018-11-01) and its documentation of data types.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from tribute.analytics.timestream.types import Kind, Type

Datum: TypeAlias = dict[str, Any]
_NULL: Datum = {"NullValue": True}
_LEAST_PLAIN, _LEAST_SCIENTIFIC = 1e-3, 1e7
"""Between these Java writes a double out; beyond them it uses powers of ten."""


def column_info(name: str, kind: Type) -> dict[str, Any]:
    """A column as `ColumnInfo` has it."""
    return {"Name": name, "Type": type_info(kind)}


def type_info(kind: Type) -> dict[str, Any]:
    """A type as `Type` has it."""
    if kind.element is None:
        return {"ScalarType": kind.kind.value}
    member = "ArrayColumnInfo" if kind.kind is Kind.ARRAY else "TimeSeriesMeasureValueColumnInfo"
    return {member: {"Type": type_info(kind.element)}}


def rows_on_the_wire(kinds: Sequence[Type], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows as `Row` has them."""
    told = [_teller(kind) for kind in kinds]
    return [{"Data": [_NULL if value is None else tell(value) for tell, value in zip(told, row, strict=True)]} for row in rows]


def _teller(kind: Type) -> Callable[[Any], Datum]:
    """What makes a datum of a column's values."""
    if kind.element is None:
        scalar = _SCALARS[kind.kind]
        return lambda value: {"ScalarValue": scalar(value)}
    element = _teller(kind.element)
    if kind.kind is Kind.ARRAY:
        return lambda values: {"ArrayValue": [_NULL if value is None else element(value) for value in values]}
    return lambda points: {
        "TimeSeriesValue": [{"Time": _timestamp(at), "Value": _NULL if value is None else element(value)} for at, value in points]
    }


def _timestamp(at: datetime) -> str:
    return f"{at.replace(tzinfo=None).isoformat(' ', 'microseconds')}000"


def _time(at: time) -> str:
    return f"{at.isoformat('microseconds')}000"


def _double(value: float) -> str:
    """As Java's `Double.toString` writes it, which is what Timestream does."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _LEAST_PLAIN <= abs(value) < _LEAST_SCIENTIFIC:
        return repr(value)
    shortest = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, shortest.digits))
    power = len(digits) - 1 + int(shortest.exponent)
    return f"{'-' if shortest.sign else ''}{digits[0]}.{digits[1:] or '0'}E{power}"


def _days(span: timedelta) -> str:
    """`1 02:03:04.000000000`."""
    sign, span = ("-", -span) if span < timedelta() else ("", span)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{span.days} {hours:02d}:{minutes:02d}:{seconds:02d}.{span.microseconds:06d}000"


def _months(months: int) -> str:
    """`1-2`: years and months."""
    years, rest = divmod(abs(months), 12)
    return f"{'-' if months < 0 else ''}{years}-{rest}"


def _date(day: date) -> str:
    return day.isoformat()


_SCALARS: dict[Kind, Callable[[Any], str]] = {
    Kind.UNKNOWN: str,
    Kind.BOOLEAN: lambda value: "true" if value else "false",
    Kind.INTEGER: str,
    Kind.BIGINT: str,
    Kind.DOUBLE: _double,
    Kind.VARCHAR: str,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.TIMESTAMP: _timestamp,
    Kind.INTERVAL_DAY_TO_SECOND: _days,
    Kind.INTERVAL_YEAR_TO_MONTH: _months,
}
