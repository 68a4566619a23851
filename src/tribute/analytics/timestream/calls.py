"""What a function of the dialect is: the arguments it takes, the type it gives, and the SQL it becomes. Called by the lists of functions.

Invariant: a call that no signature takes is an error, never a guess; of several signatures the first that fits is meant, narrowest first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.fragments import Value, converted
from tribute.analytics.timestream.types import Kind, Type, array_of, common, series_of, widens


@dataclass(frozen=True, slots=True)
class Any:
    """Stands for one type, the same wherever its letter stands in a signature; with a `kind`, for an array or time series of it."""

    kind: Kind | None = None
    ordered: bool = False
    """Only scalars, which can be compared."""
    letter: str = "T"


T = Any()
ORDERED = Any(ordered=True)
ALSO_ORDERED = Any(ordered=True, letter="U")
ARRAY_OF_T = Any(Kind.ARRAY)
SERIES_OF_T = Any(Kind.TIMESERIES)
Wanted: TypeAlias = Type | Any
Letters: TypeAlias = dict[str, Type]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its signature understood it; `sql` has the arguments converted to what the signature takes."""

    name: str
    values: Sequence[Value]
    sql: Sequence[str]
    letters: "Letters"
    """What `T` stands for."""
    refuse: Callable[[int | None, str], TimestreamQueryError]
    """Makes the error for an argument (None: the call itself)."""

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same for every row, so that it is made once."""
        return all(value.is_fixed for value in self.values)

    def text(self, place: int) -> str:
        """An argument that must be written as a string, such as a unit or a format."""
        constant = self.values[place].constant
        if not isinstance(constant, str):
            raise self.refuse(place, f"the argument {place + 1} of {self.name} must be a string literal here")
        return constant

    def whole(self, place: int, least: int, most: int) -> int:
        """An argument that must be written as a whole number within bounds."""
        constant = self.values[place].constant
        if isinstance(constant, bool) or not isinstance(constant, int) or not least <= constant <= most:
            raise self.refuse(place, f"the argument {place + 1} of {self.name} must be a whole number from {least} to {most} here")
        return constant


Sql: TypeAlias = str | Callable[[Call], str]


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function. `sql` is a template with `{0}`, `{1}` for the arguments, or makes the SQL from the call."""

    takes: tuple[Wanted, ...]
    gives: Wanted
    sql: Sql
    more: Wanted | None = None
    """What may follow any number of times."""
    optional: tuple[Wanted, ...] = ()

    def written(self, call: Call) -> str:
        return self.sql.format(*call.sql) if isinstance(self.sql, str) else self.sql(call)


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its name in Timestream. `note` says what a person should know before relying on it."""

    name: str
    kind: str
    signatures: tuple[Signature, ...]
    note: str = ""
    wrap: Callable[[str, Type], str] = field(default=lambda sql, _: sql)
    """Of an aggregate: what is put around it when FILTER and OVER are behind it."""


def apply(function: Function, values: Sequence[Value], refuse: Callable[[int | None, str], TimestreamQueryError]) -> Value:
    """The call of a function with translated arguments. Raises TimestreamQueryError where no signature takes them."""
    for signature in function.signatures:
        bound = _bound(signature, values)
        if bound is None:
            continue
        wanted, letters = bound
        sql = [converted(value, want) for value, want in zip(values, wanted, strict=True)]
        written = signature.written(Call(function.name, values, sql, letters, refuse))
        return Value(written, _settled(signature.gives, letters), is_fixed=all(value.is_fixed for value in values))
    given = ", ".join(str(value.type) for value in values)
    raise refuse(None, f"Unexpected parameters ({given}) for function {function.name}")


def _bound(signature: Signature, values: Sequence[Value]) -> tuple[list[Type], Letters] | None:
    """The types that the arguments are converted to, and what letters stand for; None where they do not fit."""
    wanted = [*signature.takes, *signature.optional[: max(0, len(values) - len(signature.takes))]]
    if signature.more is not None:
        wanted += [signature.more] * (len(values) - len(wanted))
    if len(wanted) != len(values):
        return None
    letters: Letters = {}
    for value, want in zip(values, wanted, strict=True):
        if isinstance(want, Any):
            found, known = _element(value.type, want), letters.get(want.letter)
            element = found if known is None or found is None else common(known, found)
            if element is None or (want.ordered and not element.is_scalar):
                return None
            letters[want.letter] = element
    settled = [_settled(want, letters) for want in wanted]
    return (settled, letters) if all(widens(value.type, want) for value, want in zip(values, settled, strict=True)) else None


def _element(have: Type, want: Any) -> Type | None:
    if want.kind is None:
        return have
    return have.element if have.kind is want.kind else None


def _settled(want: Wanted, letters: Letters) -> Type:
    if isinstance(want, Type):
        return want
    element = letters[want.letter]
    return element if want.kind is None else array_of(element) if want.kind is Kind.ARRAY else series_of(element)
