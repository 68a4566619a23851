"""Arrays and time series: building, reading, and filling the gaps of a series. Read by `functions`; those with lambdas stand in `lambdas`.

Left out: `interpolate_spline_cubic`, whose ends Timestream does not define, and what compares or sorts elements that may be NULL otherwise.
"""

from tribute.analytics.timestream.calls import ARRAY_OF_T, SERIES_OF_T, Any, Call, Function, Signature, T
from tribute.analytics.timestream.fragments import MOST_BYTES, MOST_ELEMENTS, failing, once, quoted
from tribute.analytics.timestream.types import BIGINT, BOOLEAN, DATE, DOUBLE, INTERVAL, TIMESTAMP, VARCHAR, Kind, array_of, series_of

MOST_IN_A_SEQUENCE = 10_000
"""Source: Trino's limit."""

_ORDERED_ARRAY = Any(Kind.ARRAY, ordered=True)
_ORDERED = Any(ordered=True)


def _array(name: str, signature: Signature, *others: Signature, note: str = "") -> Function:
    return Function(name, "array", (signature, *others), note)


def subscript(array: str, place: str) -> str:
    """`a[i]`, from 1; a place outside is an error."""
    refused = failing("Array subscript must be from 1 to the number of elements")
    return once(
        {"a": array, "i": place},
        f"CASE WHEN v.a IS NULL OR v.i IS NULL THEN NULL WHEN v.i < 1 OR v.i > len(v.a) THEN {refused} ELSE v.a[v.i] END",
    )


def _element_at(call: Call) -> str:
    """From the end for negative places; NULL outside."""
    refused = failing("SQL array indices start at 1")
    return once({"a": call.sql[0], "i": call.sql[1]}, f"CASE WHEN v.i = 0 THEN {refused} ELSE v.a[v.i] END")


def _contains(call: Call) -> str:
    """NULL where it is not found among elements of which one is NULL."""
    found = "list_contains(v.a, v.x)"
    unknown = "len(list_filter(v.a, lambda e: e IS NULL)) > 0"
    return once(
        {"a": call.sql[0], "x": call.sql[1]},
        f"CASE WHEN v.a IS NULL OR v.x IS NULL THEN NULL WHEN {found} THEN true WHEN {unknown} THEN NULL ELSE false END",
    )


def _extreme(name: str) -> Function:
    """NULL where an element is."""
    unknown = "len(list_filter(v.a, lambda e: e IS NULL)) > 0"

    def sql(call: Call) -> str:
        return once({"a": call.sql[0]}, f"CASE WHEN v.a IS NULL OR {unknown} THEN NULL ELSE list_{name}(v.a) END")

    return _array(f"array_{name}", Signature((_ORDERED_ARRAY,), _ORDERED, sql), note="NULL if any element is NULL.")


def _position(call: Call) -> str:
    return once(
        {"a": call.sql[0], "x": call.sql[1]},
        "CASE WHEN v.a IS NULL OR v.x IS NULL THEN NULL ELSE CAST(coalesce(list_position(v.a, v.x), 0) AS BIGINT) END",
    )


def _join(call: Call) -> str:
    """NULL elements are left out, or replaced."""
    between = call.text(1)
    kept = "list_filter(v.a, lambda e: e IS NOT NULL)"
    if len(call.sql) > 2:
        kept = f"list_transform(v.a, lambda e: coalesce(e, {quoted(call.text(2))}))"
    long = f"coalesce(list_sum(list_transform({kept}, lambda e: strlen(e) + {len(between.encode())})), 0) > {MOST_BYTES}"
    refused = failing(f"a text that is put together has more than {MOST_BYTES} bytes")
    joined = f"coalesce(array_to_string({kept}, {quoted(between)}), '')"
    return once({"a": call.sql[0]}, f"CASE WHEN v.a IS NULL THEN NULL WHEN {long} THEN {refused} ELSE {joined} END")


def _slice(call: Call) -> str:
    refused = failing("slice begins at 1 or, counted from the end, at -1, and has no negative length")
    start = "CASE WHEN v.s > 0 THEN v.s ELSE len(v.a) + v.s + 1 END"
    nulls = "v.a IS NULL OR v.s IS NULL OR v.n IS NULL"
    return once(
        {"a": call.sql[0], "s": call.sql[1], "n": call.sql[2]},
        f"CASE WHEN {nulls} THEN NULL WHEN v.s = 0 OR v.n < 0 THEN {refused} WHEN v.n = 0 OR v.s < - len(v.a) OR v.s > len(v.a) "
        f"THEN v.a[1:0] ELSE list_slice(v.a, {start}, {start} + v.n - 1) END",
    )


def _sequence(call: Call, step: str, made: str, count: str) -> str:
    wrong = failing("sequence stop must lie in the direction of its step, which is not zero")
    most = MOST_IN_A_SEQUENCE if call.is_fixed else MOST_ELEMENTS
    many = failing(f"result of sequence function must not have more than {most} entries{'' if call.is_fixed else ' where rows make it'}")
    never = f"{step} = 0 OR ({step} > 0 AND {count} < 0) OR ({step} < 0 AND {count} > 0)"
    return (
        f"CASE WHEN v.a IS NULL OR v.b IS NULL OR {step} IS NULL THEN NULL WHEN {never} THEN {wrong} "
        f"WHEN {count} // {step} >= {most} THEN {many} ELSE {made} END"
    )


def _numbers(call: Call) -> str:
    step = call.sql[2] if len(call.sql) > 2 else "CASE WHEN v.b >= v.a THEN 1 ELSE -1 END"
    operands = {"a": call.sql[0], "b": call.sql[1]} | ({"s": step} if len(call.sql) > 2 else {})
    named = "v.s" if "s" in operands else f"({step})"
    return once(operands, _sequence(call, named, f"generate_series(v.a, v.b, {named})", "(v.b - v.a)"))


def _moments(call: Call) -> str:
    made = "list_transform(generate_series(epoch_us(v.a), epoch_us(v.b), v.s), lambda e: make_timestamp(e))"
    return once({"a": call.sql[0], "b": call.sql[1], "s": call.sql[2]}, _sequence(call, "v.s", made, "(epoch_us(v.b) - epoch_us(v.a))"))


def _days(call: Call) -> str:
    step = call.sql[2] if len(call.sql) > 2 else "86400000000"
    refused = failing("the step of a sequence of dates must be whole days")
    first, last = "epoch_us(CAST(v.a AS TIMESTAMP))", "epoch_us(CAST(v.b AS TIMESTAMP))"
    made = f"list_transform(generate_series({first}, {last}, v.s), lambda e: CAST(make_timestamp(e) AS DATE))"
    checked = f"CASE WHEN v.s % 86400000000 <> 0 THEN {refused} ELSE {made} END"
    return once({"a": call.sql[0], "b": call.sql[1], "s": step}, _sequence(call, "v.s", checked, f"({last} - {first})"))


def _at(found: str, before: str) -> str:
    """What a series says at `w.t`: its own value there (`e` is the entry), or `found` from its neighbours."""
    own = "list_filter(w.s, lambda e: e.time = w.t)[1].value"
    exact = "len(list_filter(w.s, lambda e: e.time = w.t)) > 0"
    at_null = failing("interpolation at NULL is not available")
    return f"CASE WHEN w.t IS NULL THEN {at_null} WHEN {exact} THEN {own} ELSE {before.format(found)} END"


_EARLIER = "list_filter(w.s, lambda e: e.time < w.t)"
_LATER = "list_filter(w.s, lambda e: e.time > w.t)"
_OUTSIDE = failing("interpolation outside of the time series is not available")
_A, _B = f"{_EARLIER}[-1]", f"{_LATER}[1]"
_PASSED, _APART = f"epoch_us(w.t) - epoch_us({_A}.time)", f"epoch_us({_B}.time) - epoch_us({_A}.time)"
_BETWEEN = f"{_A}.value + ({_B}.value - {_A}.value) * (({_PASSED}) / CAST({_APART} AS DOUBLE))"
_LINEAR = _at(_BETWEEN, f"CASE WHEN len({_EARLIER}) = 0 OR len({_LATER}) = 0 THEN {_OUTSIDE} ELSE {{}} END")
_LOCF = _at(f"{_A}.value", f"CASE WHEN len({_EARLIER}) = 0 THEN {_OUTSIDE} ELSE {{}} END")
_FILL = _at("w.f", "{}")


def _interpolated(name: str, body: str, *also: object) -> Function:
    """At instants (a series comes back) or at one (its value)."""
    fill = ", 'f': v.f" if also else ""

    def at(instant: str) -> str:
        return f"list_transform([{{'s': v.s, 't': {instant}{fill}}}], lambda w: {body})[1]"

    def operands(call: Call) -> dict[str, str]:
        return {"s": call.sql[0], "t": call.sql[1]} | ({"f": call.sql[2]} if also else {})

    def many(call: Call) -> str:
        entries = f"list_transform(v.t, lambda i: {{'time': i, 'value': {at('i')}}})"
        return once(operands(call), f"CASE WHEN v.s IS NULL OR v.t IS NULL THEN NULL ELSE {entries} END")

    def one(call: Call) -> str:
        return once(operands(call), f"CASE WHEN v.s IS NULL OR v.t IS NULL THEN NULL ELSE {at('v.t')} END")

    series = series_of(DOUBLE)
    return Function(
        name,
        "time series",
        (
            Signature((series, array_of(TIMESTAMP), *also), series, many),  # type: ignore[arg-type]  # `also` are types
            Signature((series, TIMESTAMP, *also), DOUBLE, one),  # type: ignore[arg-type]  # as above
        ),
        "The series holds doubles." if also or "locf" in name else "The series holds doubles; instants outside of it are an error.",
    )


FUNCTIONS: tuple[Function, ...] = (
    _array(
        "cardinality",
        Signature((ARRAY_OF_T,), BIGINT, "CAST(len({0}) AS BIGINT)"),
        Signature((SERIES_OF_T,), BIGINT, "CAST(len({0}) AS BIGINT)"),
    ),
    _array("element_at", Signature((ARRAY_OF_T, BIGINT), T, _element_at)),
    _array("contains", Signature((_ORDERED_ARRAY, _ORDERED), BOOLEAN, _contains)),
    _extreme("max"),
    _extreme("min"),
    _array("array_position", Signature((_ORDERED_ARRAY, _ORDERED), BIGINT, _position)),
    _array(
        "array_sort",
        Signature((_ORDERED_ARRAY,), _ORDERED_ARRAY, "list_sort({0}, 'ASC', 'NULLS LAST')"),
        note="NULLs come last; without a lambda.",
    ),
    _array(
        "array_join",
        Signature((array_of(VARCHAR), VARCHAR), VARCHAR, _join, optional=(VARCHAR,)),
        note="Of arrays of varchar; what is put between is written as a literal.",
    ),
    _array("slice", Signature((ARRAY_OF_T, BIGINT, BIGINT), ARRAY_OF_T, _slice)),
    _array(
        "sequence",
        Signature((BIGINT, BIGINT), array_of(BIGINT), _numbers, optional=(BIGINT,)),
        Signature((DATE, DATE), array_of(DATE), _days, optional=(INTERVAL,)),
        Signature((TIMESTAMP, TIMESTAMP, INTERVAL), array_of(TIMESTAMP), _moments),
        note=f"At most {MOST_IN_A_SEQUENCE:,} entries; {MOST_ELEMENTS:,} where it depends on the rows.",
    ),
    _interpolated("interpolate_linear", _LINEAR),
    _interpolated("interpolate_locf", _LOCF),
    _interpolated("interpolate_fill", _FILL, DOUBLE),
)
