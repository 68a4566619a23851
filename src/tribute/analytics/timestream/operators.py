"""What `+`, `=`, `||` and the like do for each pair of types, as Trino defines them. Called by `expressions`.

Invariant: integers stay integers and overflow is an error; a double never becomes infinite or NaN; NULL makes NULL.
"""

from tribute.analytics.timestream.fragments import MOST_ELEMENTS, Value, bounded_text, converted, double, failing, once
from tribute.analytics.timestream.types import (
    BOOLEAN,
    DATE,
    DOUBLE,
    INTERVAL,
    MONTHS,
    TIMESTAMP,
    UNKNOWN,
    VARCHAR,
    Kind,
    Type,
    array_of,
    common,
)

DAY_MICROSECONDS = 86_400_000_000


def arithmetic(operator: str, left: Value, right: Value) -> Value | None:
    """`+ - * / %` of two values; None where Trino has no such operator."""
    if left.type == right.type == UNKNOWN:
        return None
    if (left.type.is_number or left.type == UNKNOWN) and (right.type.is_number or right.type == UNKNOWN):
        return _numbers(operator, left, right)
    if operator in {"+", "-"}:
        return _moments(operator, left, right)
    if operator == "*":
        for span, factor in ((left, right), (right, left)):
            if span.type in {INTERVAL, MONTHS} and factor.type.is_whole:
                return Value(f"({span.sql} * CAST({factor.sql} AS BIGINT))", span.type)
    return None


def _numbers(operator: str, left: Value, right: Value) -> Value | None:
    kind = common(left.type, right.type)
    if kind is None:
        return None
    one, other = converted(left, kind), converted(right, kind)
    if kind == DOUBLE:
        return double(f"({one} {operator} {other})")
    return Value(f"({one} {'//' if operator == '/' else operator} {other})", kind)


def _moments(operator: str, left: Value, right: Value) -> Value | None:
    """Times and intervals added and taken from each other."""
    if left.type == right.type:
        return _alike(operator, left, right)
    if operator == "+" and left.type in {INTERVAL, MONTHS}:
        return _moments(operator, right, left) if right.type in {TIMESTAMP, DATE} else None
    if right.type == INTERVAL and left.type == TIMESTAMP:
        return Value(f"({left.sql} {operator} to_microseconds({right.sql}))", TIMESTAMP)
    if right.type == MONTHS and left.type in {TIMESTAMP, DATE}:
        return Value(f"CAST({left.sql} {operator} to_months(CAST({right.sql} AS INTEGER)) AS {left.type.in_duckdb})", left.type)
    if right.type == INTERVAL and left.type == DATE:
        moved = f"v.x {operator} CAST(v.y // {DAY_MICROSECONDS} AS INTEGER)"
        refused = failing("Cannot add hour, minutes or seconds to a date")
        return Value(
            once({"x": left.sql, "y": right.sql}, f"CASE WHEN v.y % {DAY_MICROSECONDS} <> 0 THEN {refused} ELSE {moved} END"), DATE
        )
    return None


def _alike(operator: str, left: Value, right: Value) -> Value | None:
    """Two intervals added or subtracted, or the time between two times."""
    if left.type in {INTERVAL, MONTHS}:
        return Value(f"({left.sql} {operator} {right.sql})", left.type)
    if operator == "-" and left.type == TIMESTAMP:
        return Value(f"(epoch_us({left.sql}) - epoch_us({right.sql}))", INTERVAL)
    if operator == "-" and left.type == DATE:
        return Value(f"(CAST({left.sql} - {right.sql} AS BIGINT) * {DAY_MICROSECONDS})", INTERVAL)
    return None


def negative(value: Value) -> Value | None:
    """`-x`."""
    if not (value.type.is_number or value.type in {INTERVAL, MONTHS}):
        return None
    constant = -value.constant if isinstance(value.constant, int | float) and not isinstance(value.constant, bool) else None
    # The engine would give the negative of the least integer a wider type; taken from zero it is an error, as it is to be.
    sql = f"(- {value.sql})" if value.type == DOUBLE else f"(CAST(0 AS {value.type.in_duckdb}) - {value.sql})"
    return Value(sql, value.type, constant)


def joined(left: Value, right: Value) -> Value | None:
    """`||` of texts, or of arrays with arrays and elements."""
    texts = {VARCHAR, UNKNOWN}
    if left.type in texts and right.type in texts:
        return Value(bounded_text(f"({converted(left, VARCHAR)} || {converted(right, VARCHAR)})"), VARCHAR)
    if left.type.kind is Kind.ARRAY and right.type.kind is Kind.ARRAY:
        kind = common(left.type, right.type)
        return None if kind is None else Value(_concatenated(converted(left, kind), converted(right, kind)), kind)
    return None


def _concatenated(left: str, right: str) -> str:
    refused = failing(f"an array that is put together has more than {MOST_ELEMENTS} elements")
    return once({"a": left, "b": right}, f"CASE WHEN len(v.a) + len(v.b) > {MOST_ELEMENTS} THEN {refused} ELSE v.a || v.b END")


def comparable(left: Type, right: Type) -> Type | None:
    """The type in which two values are compared, or None. Arrays and time series are not: their NULLs compare otherwise here."""
    kind = common(left, right)
    return kind if kind is not None and kind.is_scalar else None


def compared(operator: str, left: Value, right: Value) -> Value | None:
    """`= <> < <= > >=` and IS [NOT] DISTINCT FROM."""
    kind = comparable(left.type, right.type)
    if kind is None:
        return None
    return Value(f"({converted(left, kind)} {operator} {converted(right, kind)})", BOOLEAN)


def element_type(values: list[Value]) -> Type | None:
    """The type that several values have in common: of an array's elements, of CASE's results."""
    kind: Type | None = values[0].type if values else UNKNOWN
    for value in values[1:]:
        kind = kind and common(kind, value.type)
    return kind


def array(values: list[Value]) -> Value | None:
    """`ARRAY[…]`."""
    kind = element_type(values)
    if kind is None or not kind.is_scalar:
        return None
    items = ", ".join(converted(value, kind) for value in values)
    return Value(f"CAST([{items}] AS {array_of(kind).in_duckdb})", array_of(kind))
