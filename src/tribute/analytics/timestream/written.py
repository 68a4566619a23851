"""Values of a result as Timestream's API and its `CAST(… AS varchar)` write them: always text. Called by the doors."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tribute.analytics.timestream.types import Kind, Type

_MICROSECOND = timedelta(microseconds=1)


def written(value: Any, kind: Type) -> str | None:
    """A scalar's text; None stays None. Times have nine digits behind the second, of which the last three are zero."""
    if value is None:
        return None
    match kind.kind:
        case Kind.BOOLEAN:
            return "true" if value else "false"
        case Kind.DOUBLE:
            return _double(float(value))
        case Kind.TIMESTAMP:
            assert isinstance(value, datetime)
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") + "000"
        case Kind.DATE:
            assert isinstance(value, date)
            return value.isoformat()
        case Kind.TIME:
            assert isinstance(value, time)
            return value.strftime("%H:%M:%S.%f") + "000"
        case Kind.INTERVAL_DAY_TO_SECOND:
            return _span(value)
        case Kind.INTERVAL_YEAR_TO_MONTH:
            years, months = divmod(abs(int(value)), 12)
            return f"{'-' if value < 0 else ''}{years}-{months}"
    return str(value)


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
