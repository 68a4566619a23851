"""The date and time functions. Times are UTC to the microsecond; `now` is one instant for the whole query. Read by `functions`.

Left out: `to_iso8601` of a timestamp, whose exact form Timestream does not document, and time zones, which it does not have.
"""

from collections.abc import Callable

from tribute.analytics.timestream.calls import Call, Function, Signature
from tribute.analytics.timestream.casts import cast, from_iso8601
from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.fragments import failing, once, quoted
from tribute.analytics.timestream.time_formats import can_be_read, from_joda, from_mysql
from tribute.analytics.timestream.tokens import Kind, tokens
from tribute.analytics.timestream.types import BIGINT, DATE, DOUBLE, INTERVAL, TIME, TIMESTAMP, VARCHAR, Type

NOW = "$now"
"""The parameter of every translated query that holds its instant."""

_DAY_UNITS = {"day": 86_400_000_000, "week": 7 * 86_400_000_000}
_CLOCK_UNITS = {"millisecond": 1_000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}
_MONTH_UNITS = {"month": 1, "quarter": 3, "year": 12}
_TRUNCATED = frozenset({*_DAY_UNITS, *_CLOCK_UNITS, *_MONTH_UNITS})
_DAY_TRUNCATED = frozenset({*_DAY_UNITS, *_MONTH_UNITS})

FIELDS: dict[str, str] = {
    "year": "year({0})",
    "quarter": "quarter({0})",
    "month": "month({0})",
    "week": "weekofyear({0})",
    "week_of_year": "weekofyear({0})",
    "day": "day({0})",
    "day_of_month": "day({0})",
    "day_of_week": "isodow({0})",
    "dow": "isodow({0})",
    "day_of_year": "dayofyear({0})",
    "doy": "dayofyear({0})",
    "year_of_week": "isoyear({0})",
    "yow": "isoyear({0})",
    "hour": "hour({0})",
    "minute": "minute({0})",
    "second": "second({0})",
    "millisecond": "(microsecond({0}) // 1000 % 1000)",
    "nanosecond": "(microsecond({0}) % 1000000 * 1000)",
}
"""What EXTRACT and the functions of these names give; weeks are ISO 8601's and begin on Monday."""
CLOCK_FIELDS = frozenset({"hour", "minute", "second", "millisecond", "nanosecond"})


def _unit(call: Call, known: frozenset[str]) -> str:
    unit = call.text(0).lower()
    if unit not in known:
        raise call.refuse(0, f"'{unit[:40]}' is not a valid unit here; there are {', '.join(sorted(known))}")
    return unit


def _trunc(call: Call) -> str:
    return f"date_trunc('{_unit(call, _TRUNCATED)}', {call.sql[1]})"


def _trunc_day(call: Call) -> str:
    return f"CAST(date_trunc('{_unit(call, _DAY_TRUNCATED)}', {call.sql[1]}) AS DATE)"


def _bin(call: Call) -> str:
    if call.values[0].type == DATE:
        raise call.refuse(0, "bin of a date is not available here; cast it to a timestamp")
    refused = failing("the interval of bin must be longer than zero")
    return once(
        {"x": call.sql[0], "n": call.sql[1]},
        f"CASE WHEN v.n <= 0 THEN {refused} ELSE make_timestamp(epoch_us(v.x) - ((epoch_us(v.x) % v.n) + v.n) % v.n) END",
    )


def _add(call: Call) -> str:
    unit = _unit(call, _TRUNCATED)
    if unit in _MONTH_UNITS:
        return f"({call.sql[2]} + to_months(CAST({call.sql[1]} * {_MONTH_UNITS[unit]} AS INTEGER)))"
    return f"({call.sql[2]} + to_microseconds({call.sql[1]} * {(_DAY_UNITS | _CLOCK_UNITS)[unit]}))"


def _add_to_date(call: Call) -> str:
    unit = _unit(call, _DAY_TRUNCATED)
    if unit in _MONTH_UNITS:
        return f"CAST({call.sql[2]} + to_months(CAST({call.sql[1]} * {_MONTH_UNITS[unit]} AS INTEGER)) AS DATE)"
    return f"({call.sql[2]} + CAST({call.sql[1]} * {7 if unit == 'week' else 1} AS INTEGER))"


def _diff(call: Call) -> str:
    """Whole units between two times, towards zero."""
    unit = _unit(call, _TRUNCATED)
    first, second = call.sql[1:]
    if unit in _MONTH_UNITS:
        return f"(datesub('month', {first}, {second}) // {_MONTH_UNITS[unit]})"
    return f"((epoch_us({second}) - epoch_us({first})) // {(_DAY_UNITS | _CLOCK_UNITS)[unit]})"


def _form(call: Call, read: Callable[[str], list[str] | str]) -> list[str]:
    parts = read(call.text(1))
    if isinstance(parts, str):
        raise call.refuse(1, f"'{parts[:40]}' in the form of {call.name} is not available here")
    return parts


def _written(read: Callable[[str], list[str] | str]) -> Callable[[Call], str]:
    return lambda call: f"strftime({call.sql[0]}, {quoted(''.join(_form(call, read)))})"


def _parsed(read: Callable[[str], list[str] | str]) -> Callable[[Call], str]:
    """Only a text that is written back the same is read, because the engines forgive different mistakes."""

    def sql(call: Call) -> str:
        parts = _form(call, read)
        if not can_be_read(parts):
            raise call.refuse(1, f"the form of {call.name} must tell year, month and day, each once")
        form = quoted("".join(parts))
        refused = failing("a text has not the form that it is read by")
        fits = f"strftime(try_strptime(v.x, {form}), {form}) = v.x"
        return once({"x": call.sql[0]}, f"CASE WHEN v.x IS NULL THEN NULL WHEN {fits} THEN try_strptime(v.x, {form}) ELSE {refused} END")

    return sql


def _duration(call: Call) -> str:
    """`'42.8ms'`: a number, perhaps with a fraction, and a unit."""
    text = call.text(0).strip()
    number, _, fraction = text.partition(".")
    try:
        if fraction:
            digits = fraction.rstrip("abcdefghijklmnopqrstuvwxyz")
            [whole, part] = [tokens(f"{each or '0'}{fraction[len(digits) :]}") for each in (number, digits)]
            microseconds = int(whole[0].value) * 10 ** len(digits) + int(part[0].value)
            quotient, rest = divmod(microseconds, 10 ** len(digits))
        else:
            [whole, rest] = [tokens(text), 0]
            quotient = int(whole[0].value)
        if len(whole) != 1 or whole[0].kind is not Kind.INTERVAL or rest:
            raise call.refuse(0, f"'{text[:40]}' is no duration in whole microseconds")
    except (ValueError, IndexError, TimestreamQueryError):
        raise call.refuse(0, f"'{text[:40]}' is no duration in whole microseconds") from None
    return f"CAST({quotient} AS BIGINT)"


def _from_unixtime(call: Call) -> str:
    refused = failing("from_unixtime is available for whole milliseconds only")
    made = "make_timestamp(CAST(v.x * 1000 AS BIGINT) * 1000)"
    return once({"x": call.sql[0]}, f"CASE WHEN v.x IS NULL THEN NULL WHEN v.x * 1000 = floor(v.x * 1000) THEN {made} ELSE {refused} END")


def _from_nanoseconds(call: Call) -> str:
    refused = failing("times are kept to the microsecond; nanoseconds must be a multiple of 1000")
    return once({"x": call.sql[0]}, f"CASE WHEN v.x % 1000 <> 0 THEN {refused} ELSE make_timestamp(v.x // 1000) END")


def _whole_units(name: str, microseconds: str, interval: str) -> Function:
    return Function(name, "date and time", (Signature((TIMESTAMP,), BIGINT, microseconds), Signature((INTERVAL,), BIGINT, interval)))


def _to(want: Type) -> Callable[[Call], str]:
    def sql(call: Call) -> str:
        made = cast(call.sql[0], call.values[0].type, want)
        if made is None:
            raise call.refuse(0, f"Cannot cast {call.values[0].type} to {want}")
        return made

    return sql


def _field(name: str, sql: str) -> Function:
    signatures = [Signature((DATE,), BIGINT, sql)] if name not in CLOCK_FIELDS else [Signature((TIME,), BIGINT, sql)]
    return Function(name, "date and time", (*signatures, Signature((TIMESTAMP,), BIGINT, sql)))


def _time(name: str, *signatures: Signature, note: str = "") -> Function:
    return Function(name, "date and time", signatures, note)


_AS_LITERAL = "The form is written as a literal."
_READ_BACK = "The form is written as a literal and tells year, month and day; a text that is not written exactly so is an error."
FUNCTIONS: tuple[Function, ...] = (
    _time("now", Signature((), TIMESTAMP, NOW), note="The same instant everywhere in a query."),
    _time("ago", Signature((INTERVAL,), TIMESTAMP, f"({NOW} - to_microseconds({{0}}))")),
    _time("bin", Signature((TIMESTAMP, INTERVAL), TIMESTAMP, _bin), note="Counted from 1970-01-01 00:00:00 UTC."),
    _time(
        "date_trunc",
        Signature((VARCHAR, DATE), DATE, _trunc_day),
        Signature((VARCHAR, TIMESTAMP), TIMESTAMP, _trunc),
        note="The unit is written as a literal; weeks begin on Monday.",
    ),
    _time(
        "date_add",
        Signature((VARCHAR, BIGINT, DATE), DATE, _add_to_date),
        Signature((VARCHAR, BIGINT, TIMESTAMP), TIMESTAMP, _add),
        note="The unit is written as a literal.",
    ),
    _time(
        "date_diff",
        Signature((VARCHAR, TIMESTAMP, TIMESTAMP), BIGINT, _diff),
        note="The unit is written as a literal; whole units, towards zero.",
    ),
    _time("date_format", Signature((TIMESTAMP, VARCHAR), VARCHAR, _written(from_mysql)), note=_AS_LITERAL),
    _time("format_datetime", Signature((TIMESTAMP, VARCHAR), VARCHAR, _written(from_joda)), note=_AS_LITERAL),
    _time("date_parse", Signature((VARCHAR, VARCHAR), TIMESTAMP, _parsed(from_mysql)), note=_READ_BACK),
    _time("parse_datetime", Signature((VARCHAR, VARCHAR), TIMESTAMP, _parsed(from_joda)), note=_READ_BACK),
    _time("parse_duration", Signature((VARCHAR,), INTERVAL, _duration), note="The duration is written as a literal."),
    _time("from_iso8601_timestamp", Signature((VARCHAR,), TIMESTAMP, lambda call: from_iso8601(call.sql[0]))),
    _time("from_iso8601_date", Signature((VARCHAR,), DATE, _to(DATE)), note="`YYYY-MM-DD` alone."),
    _time("to_iso8601", Signature((DATE,), VARCHAR, "strftime({0}, '%Y-%m-%d')"), note="Of dates alone."),
    _time("from_unixtime", Signature((DOUBLE,), TIMESTAMP, _from_unixtime), note="Whole milliseconds."),
    _time("to_unixtime", Signature((TIMESTAMP,), DOUBLE, "(epoch_us({0}) / CAST(1000000 AS DOUBLE))")),
    _time("from_milliseconds", Signature((BIGINT,), TIMESTAMP, "make_timestamp({0} * 1000)")),
    _time("from_nanoseconds", Signature((BIGINT,), TIMESTAMP, _from_nanoseconds)),
    _whole_units("to_milliseconds", "(epoch_us({0}) // 1000)", "({0} // 1000)"),
    _whole_units("to_nanoseconds", "(epoch_us({0}) * 1000)", "({0} * 1000)"),
    _time("date", Signature((DATE,), DATE, "{0}"), Signature((TIMESTAMP,), DATE, _to(DATE)), Signature((VARCHAR,), DATE, _to(DATE))),
    _time("last_day_of_month", Signature((DATE,), DATE, "last_day({0})"), Signature((TIMESTAMP,), DATE, "last_day({0})")),
    _time("current_timezone", Signature((), VARCHAR, "'UTC'")),
    *(_field(name, sql) for name, sql in FIELDS.items()),
)
