"""The aggregate and window functions. Read by `functions`.

Left out: `approx_percentile` with weights, maps and histograms (Timestream has no map type), and `corr`, `regr_…`, `skewness` and
`kurtosis`, which engines define differently at their edges.
"""

from tribute.analytics.timestream.calls import ALSO_ORDERED, ORDERED, Any, Call, Function, Signature, T
from tribute.analytics.timestream.fragments import failing, finite, once
from tribute.analytics.timestream.types import BIGINT, BOOLEAN, DOUBLE, INTERVAL, MONTHS, TIMESTAMP, Kind, Type


def _bigint(sql: str, _: Type) -> str:
    """A sum leaves the range of a bigint with an error."""
    return f"CAST({sql} AS BIGINT)"


def _finite(sql: str, kind: Type) -> str:
    return finite(sql) if kind == DOUBLE else sql


def _sum(sql: str, kind: Type) -> str:
    return finite(sql) if kind == DOUBLE else _bigint(sql, kind)


def _aggregate(name: str, *signatures: Signature, wrap: object = None, note: str = "") -> Function:
    return Function(name, "aggregate", signatures, note, **({"wrap": wrap} if wrap else {}))  # type: ignore[arg-type]  # one of the three above


def _of_doubles(name: str) -> Function:
    return _aggregate(name, Signature((DOUBLE,), DOUBLE, f"{name}({{0}})"), wrap=_finite)


def _percentile(call: Call) -> str:
    refused_below, most = 0, 1
    constant = call.values[1].constant
    if isinstance(constant, bool) or not isinstance(constant, int | float) or not refused_below <= constant <= most:
        raise call.refuse(1, "the percentage of approx_percentile is written as a number from 0 to 1 here")
    return f"quantile_disc({call.sql[0]}, {float(constant)!r})"


def _series(call: Call) -> str:
    return f"list({{'time': {call.sql[0]}, 'value': {call.sql[1]}}} ORDER BY {call.sql[0]})"


def _checked_series(sql: str, _: Type) -> str:
    nulls = "len(list_filter(v.s, lambda e: e.time IS NULL OR e.value IS NULL)) > 0"
    twice = "len(list_distinct(list_transform(v.s, lambda e: e.time))) < len(v.s)"
    with_null = failing("a time series with NULL in it is not available")
    with_twice = failing("a time series has two values at one time; aggregate them first")
    return once({"s": sql}, f"CASE WHEN v.s IS NULL THEN NULL WHEN {nulls} THEN {with_null} WHEN {twice} THEN {with_twice} ELSE v.s END")


def _geometric(call: Call) -> str:
    refused = failing("geometric_mean is available for numbers above zero")
    return f"avg(ln({once({'x': call.sql[0]}, f'CASE WHEN v.x IS NULL OR v.x > 0 THEN v.x ELSE {refused} END')}))"


ARRAY_OF_ORDERED = Any(Kind.ARRAY, ordered=True)
SERIES_OF_ORDERED = Any(Kind.TIMESERIES, ordered=True)
_ANY_ROW = "Which of several rows is taken is open, as in Timestream."

AGGREGATES: tuple[Function, ...] = (
    _aggregate("count", Signature((), BIGINT, "count(*)"), Signature((T,), BIGINT, "count({0})")),
    _aggregate("count_if", Signature((BOOLEAN,), BIGINT, "count_if({0})"), wrap=_bigint),
    _aggregate(
        "sum",
        Signature((BIGINT,), BIGINT, "sum({0})"),
        Signature((DOUBLE,), DOUBLE, "sum({0})"),
        Signature((INTERVAL,), INTERVAL, "sum({0})"),
        Signature((MONTHS,), MONTHS, "sum({0})"),
        wrap=_sum,
        note="A sum of bigints beyond their range is an error.",
    ),
    _aggregate("avg", Signature((BIGINT,), DOUBLE, "avg({0})"), Signature((DOUBLE,), DOUBLE, "avg({0})"), wrap=_finite),
    _aggregate("min", Signature((ORDERED,), ORDERED, "min({0})")),
    _aggregate("max", Signature((ORDERED,), ORDERED, "max({0})")),
    _aggregate("min_by", Signature((T, ALSO_ORDERED), T, "arg_min_null({0}, {1})"), note=_ANY_ROW),
    _aggregate("max_by", Signature((T, ALSO_ORDERED), T, "arg_max_null({0}, {1})"), note=_ANY_ROW),
    _aggregate("arbitrary", Signature((T,), T, "any_value({0})"), note=_ANY_ROW),
    _aggregate("bool_and", Signature((BOOLEAN,), BOOLEAN, "bool_and({0})")),
    _aggregate("every", Signature((BOOLEAN,), BOOLEAN, "bool_and({0})")),
    _aggregate("bool_or", Signature((BOOLEAN,), BOOLEAN, "bool_or({0})")),
    _aggregate(
        "array_agg", Signature((ORDERED,), ARRAY_OF_ORDERED, "list({0})"), note="With ORDER BY inside; without it the order is open."
    ),
    _aggregate("approx_distinct", Signature((ORDERED,), BIGINT, "count(DISTINCT {0})", optional=(DOUBLE,)), note="Counted exactly."),
    _aggregate(
        "approx_percentile",
        Signature((BIGINT, DOUBLE), BIGINT, _percentile),
        Signature((DOUBLE, DOUBLE), DOUBLE, _percentile),
        note="The exact value of the nearest rank; the percentage is written as a number.",
    ),
    _aggregate("geometric_mean", Signature((DOUBLE,), DOUBLE, _geometric), wrap=lambda sql, _: finite(f"exp({sql})")),
    *(_of_doubles(name) for name in ("stddev", "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp")),
    _aggregate("covar_pop", Signature((DOUBLE, DOUBLE), DOUBLE, "covar_pop({0}, {1})"), wrap=_finite),
    _aggregate("covar_samp", Signature((DOUBLE, DOUBLE), DOUBLE, "covar_samp({0}, {1})"), wrap=_finite),
    _aggregate("bitwise_and_agg", Signature((BIGINT,), BIGINT, "bit_and({0})")),
    _aggregate("bitwise_or_agg", Signature((BIGINT,), BIGINT, "bit_or({0})")),
    Function(
        "create_time_series",
        "time series",
        (Signature((TIMESTAMP, ORDERED), SERIES_OF_ORDERED, _series),),
        "Ordered by time; two values at one time, and NULLs, are errors.",
        _checked_series,
    ),
)


def _window(name: str, *signatures: Signature, note: str = "") -> Function:
    return Function(name, "window", signatures, note)


def _neighbour(name: str) -> Function:
    def sql(call: Call) -> str:
        offset = call.whole(1, 0, 1 << 31) if len(call.sql) > 1 else 1
        return f"{name}({', '.join([call.sql[0], str(offset), *call.sql[2:]])}"

    takes = (Signature((T,), T, f"{name}({{0}}"), Signature((T, BIGINT), T, sql), Signature((T, BIGINT, T), T, sql))
    return _window(name, *takes, note="The distance is written as a whole number from 0.")


def _nth(call: Call) -> str:
    return f"nth_value({call.sql[0]}, {call.whole(1, 1, 1 << 31)}"


def _ntile(call: Call) -> str:
    return f"ntile({call.whole(0, 1, 1 << 31)}"


WINDOWS: tuple[Function, ...] = (
    _window("row_number", Signature((), BIGINT, "row_number(")),
    _window("rank", Signature((), BIGINT, "rank(")),
    _window("dense_rank", Signature((), BIGINT, "dense_rank(")),
    _window("percent_rank", Signature((), DOUBLE, "percent_rank(")),
    _window("cume_dist", Signature((), DOUBLE, "cume_dist(")),
    _window("ntile", Signature((BIGINT,), BIGINT, _ntile), note="The number of groups is written as a whole number."),
    _neighbour("lag"),
    _neighbour("lead"),
    _window("first_value", Signature((T,), T, "first_value({0}")),
    _window("last_value", Signature((T,), T, "last_value({0}")),
    _window("nth_value", Signature((T, BIGINT), T, _nth), note="The place is written as a whole number from 1."),
)
"""Their SQL is open: IGNORE NULLS and the closing parenthesis come behind it."""
NULL_SKIPPING = frozenset({"lag", "lead", "first_value", "last_value", "nth_value"})
