"""The functions that take a lambda: what their lambda is given and what they become. Called by `expressions`."""

from collections.abc import Callable, Mapping, Sequence

from tribute.analytics.timestream.fragments import Value, converted, once
from tribute.analytics.timestream.types import BOOLEAN, VARCHAR, Kind, Type, array_of

Body = Callable[[Sequence[Type]], tuple[Sequence[str], Value]]
"""Translates a lambda whose parameters have some types: the names that they have in the SQL, and its body."""

_NOTE = "With a lambda, `x -> …`, over an array."
NAMES: Mapping[str, tuple[str, str]] = {
    "transform": ("array", f"{_NOTE} Its results are no texts and no arrays."),
    "filter": ("array", _NOTE),
    "any_match": ("array", _NOTE),
    "all_match": ("array", _NOTE),
    "none_match": ("array", _NOTE),
    "reduce": ("array", "`reduce(array, start, (state, x) -> …, state -> …)`; start, state and elements have one type."),
}


def transform(array: Value, body: Body) -> Value | None:
    if array.type.kind is not Kind.ARRAY or array.type.element is None:
        return None
    [name], made = body([array.type.element])
    if not made.type.is_scalar or made.type == VARCHAR:
        return None  # as many texts or arrays as there are elements and rows would fill the memory
    kind = array_of(made.type)
    return Value(f"list_transform({array.sql}, lambda {name}: CAST({made.sql} AS {made.type.in_duckdb}))", kind)


def matching(name: str, array: Value, body: Body) -> Value | None:
    """`filter` and the matches: these are NULL where no element decides and one is unknown."""
    if array.type.kind is not Kind.ARRAY or array.type.element is None:
        return None
    [variable], made = body([array.type.element])
    if made.type != BOOLEAN:
        return None
    if name == "filter":
        return Value(f"list_filter({array.sql}, lambda {variable}: {made.sql})", array.type)
    answers = f"list_transform({array.sql}, lambda {variable}: {made.sql})"
    decides = "false" if name == "all_match" else "true"
    found, unknown = ("false", "true") if name in {"all_match", "none_match"} else ("true", "false")
    count = "len(list_filter(v.a, lambda e: e {})) > 0"
    decided = f"WHEN {count.format(f'= {decides}')} THEN {found} WHEN {count.format('IS NULL')} THEN NULL"
    return Value(once({"a": answers}, f"CASE WHEN v.a IS NULL THEN NULL {decided} ELSE {unknown} END"), BOOLEAN)


def reduce(array: Value, start: Value, step: Body, end: Body) -> Value | None:
    """One value of an array, element by element from `start`."""
    if array.type.kind is not Kind.ARRAY or array.type.element is None or start.type.kind is Kind.UNKNOWN or not start.type.is_scalar:
        return None
    state = start.type
    [before, element], stepped = step([state, array.type.element])
    [last], ended = end([state])
    # The engine reduces over one type.
    if stepped.type != state or array.type.element != state:
        return None
    reduced = f"list_reduce({array.sql}, lambda {before}, {element}: {converted(stepped, state)}, {start.sql})"
    return Value(f"list_transform([{reduced}], lambda {last}: {ended.sql})[1]", ended.type)
