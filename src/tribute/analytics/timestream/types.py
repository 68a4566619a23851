"""Timestream's types, and how each is kept in the engine. Pure values; read by every part of the dialect and by the doors that write them.

Invariant: a value of an expression has exactly the type that Timestream gives it, because a different one changes answers (7 / 2 is 3).
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The names that `ColumnInfo.Type.ScalarType` has on the wire; arrays and time series have members of their own there."""

    UNKNOWN = "UNKNOWN"
    """The type of NULL alone."""
    BOOLEAN = "BOOLEAN"
    INTEGER = "INTEGER"
    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    VARCHAR = "VARCHAR"
    DATE = "DATE"
    TIME = "TIME"
    TIMESTAMP = "TIMESTAMP"
    INTERVAL_DAY_TO_SECOND = "INTERVAL_DAY_TO_SECOND"
    INTERVAL_YEAR_TO_MONTH = "INTERVAL_YEAR_TO_MONTH"
    ARRAY = "ARRAY"
    TIMESERIES = "TIMESERIES"


_IN_DUCKDB = {
    Kind.UNKNOWN: "VARCHAR",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.INTEGER: "INTEGER",
    Kind.BIGINT: "BIGINT",
    Kind.DOUBLE: "DOUBLE",
    Kind.VARCHAR: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.TIME: "TIME",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.INTERVAL_DAY_TO_SECOND: "BIGINT",
    Kind.INTERVAL_YEAR_TO_MONTH: "BIGINT",
}


@dataclass(frozen=True, slots=True)
class Type:
    """A type. `element` is what an array holds, or the type of a time series' values."""

    kind: Kind
    element: "Type | None" = None

    @property
    def in_duckdb(self) -> str:
        """Times are TIMESTAMP in UTC to the microsecond; intervals are whole microseconds, or months."""
        if self.element is None:
            return _IN_DUCKDB[self.kind]
        if self.kind is Kind.TIMESERIES:
            return f'STRUCT("time" TIMESTAMP, "value" {self.element.in_duckdb})[]'
        return f"{self.element.in_duckdb}[]"

    @property
    def inner(self) -> "Type":
        """`element`, of a type that has one."""
        if self.element is None:
            raise TypeError(f"{self} has no elements")
        return self.element

    @property
    def is_scalar(self) -> bool:
        return self.element is None

    @property
    def is_whole(self) -> bool:
        return self.kind in {Kind.INTEGER, Kind.BIGINT}

    @property
    def is_number(self) -> bool:
        return self.is_whole or self.kind is Kind.DOUBLE

    def __str__(self) -> str:
        """As an error message spells it: `array(bigint)`."""
        name = self.kind.value.lower()
        if self.kind in {Kind.INTERVAL_DAY_TO_SECOND, Kind.INTERVAL_YEAR_TO_MONTH}:
            name = name.replace("_", " ")
        return name if self.element is None else f"{name}({self.element})"


UNKNOWN = Type(Kind.UNKNOWN)
BOOLEAN = Type(Kind.BOOLEAN)
INTEGER = Type(Kind.INTEGER)
BIGINT = Type(Kind.BIGINT)
DOUBLE = Type(Kind.DOUBLE)
VARCHAR = Type(Kind.VARCHAR)
DATE = Type(Kind.DATE)
TIME = Type(Kind.TIME)
TIMESTAMP = Type(Kind.TIMESTAMP)
INTERVAL = Type(Kind.INTERVAL_DAY_TO_SECOND)
MONTHS = Type(Kind.INTERVAL_YEAR_TO_MONTH)

_WIDER = {Kind.INTEGER: (Kind.BIGINT, Kind.DOUBLE), Kind.BIGINT: (Kind.DOUBLE,), Kind.DATE: (Kind.TIMESTAMP,)}


def array_of(element: Type) -> Type:
    return Type(Kind.ARRAY, element)


def series_of(element: Type) -> Type:
    return Type(Kind.TIMESERIES, element)


def widens(have: Type, want: Type) -> bool:
    """Whether a value is taken as another type without a word, as Trino does: NULL as anything, integers as wider numbers, dates as
    timestamps.

    Arrays and time series follow their elements.
    """
    if have == want or have.kind is Kind.UNKNOWN:
        return True
    if have.element is not None and want.element is not None:
        return have.kind is want.kind and widens(have.element, want.element)
    return want.kind in _WIDER.get(have.kind, ())


def common(one: Type, other: Type) -> Type | None:
    """The narrowest type that both widen to, or None."""
    for candidate in (one, other):
        if widens(one, candidate) and widens(other, candidate):
            return candidate
    return None
