"""The mathematical, bitwise, comparison and conditional functions. Read by `functions`.

Left out: what gives infinity or NaN by its nature (`nan`, `infinity`, `is_nan` …), what is random, and `skewness`-like formulas that
engines define differently.
"""

from tribute.analytics.timestream.calls import ALSO_ORDERED, ORDERED, Call, Function, Signature, T
from tribute.analytics.timestream.fragments import failing, finite, once
from tribute.analytics.timestream.types import BIGINT, BOOLEAN, DOUBLE, INTEGER, VARCHAR, common

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _of_double(name: str, sql: str, domain: str | None = None, note: str = "") -> Function:
    """A function of one double. Outside its `domain` Timestream gives NaN or infinity and we refuse."""
    body = sql.format("v.x")
    if domain is not None:
        refused = failing(f"{name} of this number is infinite or not a number")
        body = f"CASE WHEN v.x IS NULL THEN NULL WHEN {domain} THEN {body} ELSE {refused} END"
    return Function(name, "mathematical", (Signature((DOUBLE,), DOUBLE, lambda call: finite(once({"x": call.sql[0]}, body))),), note)


def _of_number(name: str, whole: str, double: str, note: str = "") -> Function:
    """A function that keeps the type of its number."""
    return Function(
        name,
        "mathematical",
        (Signature((INTEGER,), INTEGER, whole), Signature((BIGINT,), BIGINT, whole), Signature((DOUBLE,), DOUBLE, double)),
        note,
    )


def _of_whole(name: str, sql: str, arguments: int) -> Function:
    return Function(name, "bitwise", (Signature((BIGINT,) * arguments, BIGINT, sql),))


def _round(call: Call) -> str:
    """Half away from zero. Timestream's own way to do it leaves the range of a bigint for large numbers; those are refused."""
    digits = call.whole(1, 0, 15) if len(call.sql) > 1 else 0
    refused = failing("this number is too large to be rounded to so many digits")
    return once({"x": call.sql[0]}, f"CASE WHEN v.x IS NULL OR abs(v.x) < 9e15 / 1e{digits} THEN round(v.x, {digits}) ELSE {refused} END")


def _round_whole(call: Call) -> str:
    call.whole(1, 0, 15)
    return call.sql[0]


def _mod(call: Call) -> str:
    return f"({call.sql[0]} % {call.sql[1]})"


def _greatest_or_least(name: str) -> Function:
    """NULL when any argument is: the engine's own skips NULLs."""

    def sql(call: Call) -> str:
        names = [f"v.x{place}" for place in range(len(call.sql))]
        nulls = " OR ".join(f"{one} IS NULL" for one in names)
        operands = {f"x{place}": one for place, one in enumerate(call.sql)}
        return once(operands, f"CASE WHEN {nulls} THEN NULL ELSE {name}({', '.join(names)}) END")

    return Function(name, "comparison", (Signature((ORDERED,), ORDERED, sql, more=ORDERED),), "NULL if any argument is NULL.")


def _if(call: Call) -> str:
    otherwise = call.sql[2] if len(call.sql) > 2 else "NULL"
    return f"CASE WHEN {call.sql[0]} THEN {call.sql[1]} ELSE {otherwise} END"


def _nullif(call: Call) -> str:
    """The first argument's own type comes back, in whatever type the two are compared."""
    kind = common(call.letters["T"], call.letters["U"])
    if kind is None:
        raise call.refuse(0, f"Types are not comparable with nullif: {call.letters['T']}, {call.letters['U']}")
    same = f"CAST(v.a AS {kind.in_duckdb}) = CAST(v.b AS {kind.in_duckdb})"
    return once({"a": call.sql[0], "b": call.sql[1]}, f"CASE WHEN {same} THEN NULL ELSE v.a END")


def _from_base(call: Call) -> str:
    base = call.whole(1, 2, 36)
    digits = _DIGITS[:base]
    place = f"strpos('{digits}', lower(substring(v.x, i, 1))) - 1"
    summed = f"list_reduce(list_transform(range(1, length(v.x) + 1), lambda i: {place}), lambda a, b: a * {base} + b, 0::BIGINT)"
    refused = failing(f"a text is no number to the base {base}")
    return once(
        {"x": call.sql[0]},
        f"CASE WHEN v.x IS NULL THEN NULL WHEN regexp_full_match(lower(v.x), '[{digits}]+') THEN {summed} ELSE {refused} END",
    )


FUNCTIONS: tuple[Function, ...] = (
    _of_number("abs", "abs({0})", "abs({0})"),
    _of_number("ceil", "{0}", "ceil({0})"),
    _of_number("ceiling", "{0}", "ceil({0})"),
    _of_number("floor", "{0}", "floor({0})"),
    Function(
        "sign",
        "mathematical",
        (
            Signature((INTEGER,), INTEGER, "CAST(sign({0}) AS INTEGER)"),
            Signature((BIGINT,), BIGINT, "CAST(sign({0}) AS BIGINT)"),
            Signature((DOUBLE,), DOUBLE, "CAST(sign({0}) AS DOUBLE)"),
        ),
    ),
    Function(
        "round",
        "mathematical",
        (
            Signature((INTEGER,), INTEGER, "{0}"),
            Signature((BIGINT,), BIGINT, "{0}"),
            Signature((DOUBLE,), DOUBLE, _round),
            Signature((INTEGER, INTEGER), INTEGER, _round_whole),
            Signature((BIGINT, INTEGER), BIGINT, _round_whole),
            Signature((DOUBLE, INTEGER), DOUBLE, _round),
        ),
        "Half away from zero, as multiplying, rounding and dividing gives it; the number of digits is written as 0 to 15.",
    ),
    Function("truncate", "mathematical", (Signature((DOUBLE,), DOUBLE, "trunc({0})"),)),
    Function(
        "mod",
        "mathematical",
        (
            Signature((INTEGER, INTEGER), INTEGER, _mod),
            Signature((BIGINT, BIGINT), BIGINT, _mod),
            Signature((DOUBLE, DOUBLE), DOUBLE, lambda call: finite(_mod(call))),
        ),
    ),
    Function("pow", "mathematical", (Signature((DOUBLE, DOUBLE), DOUBLE, lambda call: finite(f"pow({call.sql[0]}, {call.sql[1]})")),)),
    Function("power", "mathematical", (Signature((DOUBLE, DOUBLE), DOUBLE, lambda call: finite(f"pow({call.sql[0]}, {call.sql[1]})")),)),
    Function("pi", "mathematical", (Signature((), DOUBLE, "pi()"),)),
    Function("e", "mathematical", (Signature((), DOUBLE, "CAST('2.718281828459045' AS DOUBLE)"),)),
    _of_double("sqrt", "sqrt({0})", "v.x >= 0"),
    _of_double("cbrt", "cbrt({0})"),
    _of_double("exp", "exp({0})"),
    _of_double("ln", "ln({0})", "v.x > 0"),
    _of_double("log2", "log2({0})", "v.x > 0"),
    _of_double("log10", "log10({0})", "v.x > 0"),
    _of_double("sin", "sin({0})"),
    _of_double("cos", "cos({0})"),
    _of_double("tan", "tan({0})"),
    _of_double("asin", "asin({0})", "v.x BETWEEN -1 AND 1"),
    _of_double("acos", "acos({0})", "v.x BETWEEN -1 AND 1"),
    _of_double("atan", "atan({0})"),
    _of_double("cosh", "cosh({0})"),
    _of_double("tanh", "tanh({0})"),
    Function("atan2", "mathematical", (Signature((DOUBLE, DOUBLE), DOUBLE, "atan2({0}, {1})"),)),
    _of_double("degrees", "degrees({0})"),
    _of_double("radians", "radians({0})"),
    Function("from_base", "mathematical", (Signature((VARCHAR, INTEGER), BIGINT, _from_base),), "The base is written as a number."),
    _of_whole("bitwise_and", "({0} & {1})", 2),
    _of_whole("bitwise_or", "({0} | {1})", 2),
    _of_whole("bitwise_xor", "xor({0}, {1})", 2),
    _of_whole("bitwise_not", "(~ {0})", 1),
    _greatest_or_least("greatest"),
    _greatest_or_least("least"),
    Function("coalesce", "conditional", (Signature((T, T), T, lambda call: f"coalesce({', '.join(call.sql)})", more=T),)),
    Function("nullif", "conditional", (Signature((ORDERED, ALSO_ORDERED), ORDERED, _nullif),)),
    Function("if", "conditional", (Signature((BOOLEAN, T), T, _if, optional=(T,)),)),
)
