"""Numbers and intervals as a query writes them, with the types that Timestream gives them. Called by `expressions`."""

from tribute.analytics.timestream.fragments import Value
from tribute.analytics.timestream.types import BIGINT, DOUBLE, INTEGER, INTERVAL, MONTHS

_MICROSECONDS = {"DAY": 86_400_000_000, "HOUR": 3_600_000_000, "MINUTE": 60_000_000, "SECOND": 1_000_000}
_MONTHS = {"MONTH": 1, "YEAR": 12}
_MOST_DIGITS = 19


def number(written: str) -> Value | None:
    """An integer (`integer` where it fits, else `bigint`) or a double; None for one out of range."""
    if written.isdigit():
        whole = int(written) if len(written.lstrip("0")) <= _MOST_DIGITS else 1 << 63
        if whole >= 1 << 63:
            return None
        kind = INTEGER if whole < 1 << 31 else BIGINT
        return Value(f"CAST({whole} AS {kind.in_duckdb})", kind, whole, is_fixed=True)
    amount = float(written)
    return None if amount == float("inf") else Value(f"CAST('{amount!r}' AS DOUBLE)", DOUBLE, amount, is_fixed=True)


def interval(written: str, unit: str) -> Value | None:
    """`INTERVAL '3' MONTH` by its parts; None for what is no whole number, no such unit, or too long."""
    digits = written[1:] if written[:1] in {"+", "-"} else written
    if not (digits.isdecimal() and digits.isascii() and len(digits) < _MOST_DIGITS):
        return None
    if unit in _MONTHS:
        return Value(f"CAST({int(written) * _MONTHS[unit]} AS BIGINT)", MONTHS, is_fixed=True)
    amount = int(written) * _MICROSECONDS.get(unit, 1 << 63)
    return Value(f"CAST({amount} AS BIGINT)", INTERVAL, is_fixed=True) if unit in _MICROSECONDS and abs(amount) < 1 << 63 else None
