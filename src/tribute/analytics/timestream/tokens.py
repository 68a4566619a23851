"""Cuts Timestream's SQL into tokens. Knows what no other dialect has: `7d`, `15min`-like literals and `measure_value::bigint`.

Invariant: the tokens and what lies between them (blanks, comments) spell the text; anything else is an error with its place.
Called by `reading`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from tribute.analytics.timestream.errors import at

MICROSECONDS = {
    "us": 1,
    "microsecond": 1,
    "ms": 1_000,
    "millisecond": 1_000,
    "s": 1_000_000,
    "second": 1_000_000,
    "m": 60_000_000,
    "minute": 60_000_000,
    "h": 3_600_000_000,
    "hour": 3_600_000_000,
    "d": 86_400_000_000,
    "day": 86_400_000_000,
}
"""The units of an interval literal, which Timestream writes in the singular. Source: its guide, "Supported data types"."""
NANOSECOND_UNITS = {"ns", "nanosecond"}
"""Units finer than what is kept of a time; such a literal must be whole microseconds."""


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED = auto()
    STRING = auto()
    NUMBER = auto()
    INTERVAL = auto()
    MEASURE = auto()
    """`measure_value::bigint`, which is the name of one column."""
    SYMBOL = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A token: `value` is what it means (a name without quotes, an interval's microseconds as digits), `start` to `end` where it stands."""

    kind: Kind
    value: str
    start: int
    end: int


_SKIPPED = re.compile(r"(?:[ \t\r\n\f\v]+|--[^\r\n]*|/\*.*?\*/)+", re.DOTALL)
_TOKEN = re.compile(
    r"""
    (?P<string>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")+")
  | (?P<number>(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_@$]*)
  | (?P<symbol><>|!=|<=|>=|\|\||->|::|[-+*/%<>=(),.\[\];])
    """,
    re.VERBOSE,
)
_LETTERS = re.compile(r"[A-Za-z_]+")
_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEASURE = "measure_value"


def tokens(text: str) -> list[Token]:
    """The tokens of a statement. Raises TimestreamQueryError."""
    return list(_cut(text))


def _cut(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        if skipped := _SKIPPED.match(text, place):
            place = skipped.end()
            continue
        found = _TOKEN.match(text, place)
        if found is None:
            raise at(text, place, _unreadable(text, place))
        token = _token(text, found)
        yield token
        place = token.end


def _token(text: str, found: re.Match[str]) -> Token:
    start, end, spelled = found.start(), found.end(), found.group()
    match found.lastgroup:
        case "string":
            return Token(Kind.STRING, spelled[1:-1].replace("''", "'"), start, end)
        case "quoted":
            name = spelled[1:-1].replace('""', '"')
            return _measure(text, start, end) if name.lower() == _MEASURE else Token(Kind.QUOTED, name, start, end)
        case "number":
            return _number(text, spelled, start, end)
        case "word":
            return _measure(text, start, end) if spelled.lower() == _MEASURE else Token(Kind.WORD, spelled, start, end)
    if spelled == "::":
        raise at(text, start, "'::' stands only in measure_value::type; use CAST(x AS type)")
    return Token(Kind.SYMBOL, spelled, start, end)


def _number(text: str, spelled: str, start: int, end: int) -> Token:
    """A number, or with letters directly behind it an interval."""
    letters = _LETTERS.match(text, end)
    if letters is None:
        return Token(Kind.NUMBER, spelled, start, end)
    unit = letters.group().lower()
    if not spelled.isdigit() or not (unit in MICROSECONDS or unit in NANOSECOND_UNITS):
        raise at(
            text, start, f"'{spelled[:40]}{letters.group()[:40]}' is no interval; write a whole number and one of {', '.join(MICROSECONDS)}"
        )
    if len(spelled) > len("9223372036854775807"):
        raise at(text, start, "this interval is too long")
    microseconds = int(spelled) * MICROSECONDS.get(unit, 1)
    if unit in NANOSECOND_UNITS:
        microseconds, rest = divmod(int(spelled), 1000)
        if rest:
            raise at(text, start, "times are kept to the microsecond; an interval of nanoseconds must be a multiple of 1000")
    if microseconds >= 1 << 63:
        raise at(text, start, "this interval is too long")
    return Token(Kind.INTERVAL, str(microseconds), start, letters.end())


def _measure(text: str, start: int, end: int) -> Token:
    """`measure_value` with its type behind it."""
    if not text.startswith("::", end):
        raise at(text, start, "measure_value needs its type: measure_value::bigint")
    name = _TYPE_NAME.match(text, end + 2)
    if name is None:
        raise at(text, end, "'::' needs the name of a type behind it: measure_value::bigint")
    return Token(Kind.MEASURE, f"{_MEASURE}::{name.group().lower()}", start, name.end())


def _unreadable(text: str, place: int) -> str:
    """What is wrong at a place where no token begins."""
    for opening, what in (("'", "a string"), ('"', "a quoted name"), ("/*", "a comment")):
        if text.startswith(opening, place):
            return "a quoted name is empty" if text.startswith('""', place) else f"{what} begins here and does not end"
    return f"the character {text[place]!r} has no meaning here"
