"""Pieces of the engine's SQL with the types that Timestream gives them. Called by everything that translates.

Invariant: text becomes SQL only through `quoted` and `named`; a piece that may fail while it runs says why with `failing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tribute.analytics.timestream.types import DOUBLE, Type

RUNTIME_MARK = "timestream: "
"""Begins the messages that a translated query raises while it runs, so that the engine's side knows them for ours."""


MOST_BYTES = 8192
"""Of a text that a query puts together; Timestream's own limit for a varchar is 2048."""
MOST_ELEMENTS = 2_000
"""Of an array that is made anew for each row: the engine makes those of some thousand rows at once."""


MOST_WRITTEN = 2_000_000
"""Characters of SQL that a statement may become; one that is nested to become more is refused."""


@dataclass(frozen=True, slots=True)
class Value:
    """A translated expression. `constant` is its value where it is written as a literal; `name` what a column of it is called."""

    sql: str
    type: Type
    constant: str | int | float | bool | None = None
    name: str | None = None
    is_fixed: bool = False
    """It is the same for every row."""
    is_null: bool = False
    """It is the literal NULL."""


def quoted(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def failing(message: str) -> str:
    """An expression that ends the query with a message when it is reached."""
    return f"error({quoted(RUNTIME_MARK + message)})"


def once(operands: Mapping[str, str], body: str) -> str:
    """`body` with `v.name` for each operand, which is evaluated once however often the body names it."""
    fields = ", ".join(f"{named(name)}: {sql}" for name, sql in operands.items())
    return f"list_transform([{{{fields}}}], lambda v: {body})[1]"


def finite(sql: str) -> str:
    """A double that is no infinity and not NaN. The engine orders and compares NaN otherwise than Timestream, so that none may arise."""
    return once({"x": sql}, f"CASE WHEN v.x IS NULL OR isfinite(v.x) THEN v.x ELSE {failing('the result is infinite or not a number')} END")


def bounded_text(sql: str) -> str:
    """A text that is put together, which must not fill the memory."""
    refused = failing(f"a text that is put together has more than {MOST_BYTES} bytes")
    return once({"x": sql}, f"CASE WHEN strlen(v.x) > {MOST_BYTES} THEN {refused} ELSE v.x END")


def double(sql: str) -> Value:
    """A computed double."""
    return Value(finite(sql), DOUBLE)


def converted(value: Value, want: Type) -> str:
    """The SQL of a value widened to a type; the caller knows that it does."""
    if value.type == want:
        return value.sql
    if value.is_null:
        return f"CAST(NULL AS {want.in_duckdb})"
    return f"CAST({value.sql} AS {want.in_duckdb})"
