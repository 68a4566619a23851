"""Values of a result as Timestream's API and its `CAST(… AS varchar)` write them: always text. Called by the doors."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tribute.analytics.timestream.types import Kind, Type

_MICROSECOND = timedelta(microseconds=1)


def written(value: Any, kind: Type) -> str | None:
    """A scalar's text; None stays None. Times have nine digits behind the second, of which the last three are zero."""
    if value is None:
        return None
    write = _WRITERS.get(kind.kind)
    return str(value) if write is None else write(value)


def _double(value: float) -> str:
    """As Java writes a double: `1.0`, `1.0E10`, `1.5E-4`."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = f"{value!r}"
        return text if "e" not in text else f"{value:.17f}".rstrip("0")
    mantissa, _, exponent = f"{value!r}".partition("e")
    digits = mantissa.replace("-", "").replace(".", "").lstrip("0")
    whole = mantissa.lstrip("-").partition(".")[0]
    power = int(exponent) if exponent else _power(mantissa.lstrip("-"), whole)
    shown = digits.rstrip("0") or "0"
    return f"{'-' if value < 0 else ''}{shown[0]}.{shown[1:] or '0'}E{power}"


def _power(mantissa: str, whole: str) -> int:
    """The exponent of a number that is written without one."""
    if whole.strip("0"):
        return len(whole) - 1
    fraction = mantissa.partition(".")[2]
    return -(len(fraction) - len(fraction.lstrip("0")) + 1)


def _span(value: timedelta) -> str:
    """`1 02:03:04.000005000`: days, then hours, minutes and seconds."""
    microseconds = value // _MICROSECOND
    seconds, rest = divmod(abs(microseconds), 1_000_000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"{'-' if microseconds < 0 else ''}{days} {hour:02}:{minute:02}:{second:02}.{rest:06}000"


def _months(value: int) -> str:
    years, months = divmod(abs(value), 12)
    return f"{'-' if value < 0 else ''}{years}-{months}"


def _timestamp(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") + "000"


_WRITERS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.BOOLEAN: lambda value: "true" if value else "false",
    Kind.DOUBLE: _double,
    Kind.TIMESTAMP: _timestamp,
    Kind.DATE: date.isoformat,
    Kind.TIME: lambda value: time.strftime(value, "%H:%M:%S.%f") + "000",
    Kind.INTERVAL_DAY_TO_SECOND: _span,
    Kind.INTERVAL_YEAR_TO_MONTH: _months,
}
