"""Derived events as Arrow columns, which DuckDB takes in without a copy of each value. Called by everything that writes."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import msgspec
import pyarrow as pa

from tribute.events.derived import DERIVATION_VERSION, DerivedEvent
from tribute.events.rows import DerivedRows
from tribute.kit.clock import EPOCH

pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own keeps what was freed: 20 MB after a load

_INSTANT = pa.timestamp("us")
"""UTC, and without saying so, as the table has them: a type with a zone would be turned value by value."""
_TYPES: dict[str, pa.DataType] = {
    "event_key": pa.binary(16),
    "event_time": _INSTANT,
    "received_at": _INSTANT,
    "accepted_at": _INSTANT,
    "seq": pa.int64(),
    "value": pa.int64(),
    "revision": pa.int64(),
    "order_amount_minor": pa.int64(),
    "derivation": pa.int32(),
    "is_click": pa.bool_(),
    "is_landing": pa.bool_(),
}
FIELDS: tuple[str, ...] = DerivedEvent.__struct_fields__
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in FIELDS])
_PART_EVENTS = 2048
"""Events that are turned into columns at once: few enough to stay in the processor's cache meanwhile, or it takes half as long again."""
STORED = ", ".join(FIELDS)
"""The columns of a derived event, in the order of its fields, as SQL."""

AS_STORED = ", ".join(f"b.{name}::UUID AS {name}" if name == "event_key" else f"b.{name}" for name in FIELDS)
"""The same from a batch `b`, as SQL that gives the types of the table."""


def event_table(events: Sequence[DerivedEvent]) -> pa.Table:
    """The events as a table with one column a field. Raises when a text is no Unicode or a number too large."""
    if isinstance(events, DerivedRows):
        return _of_rows(events)
    waiting = iter(events)
    parts = [_part(part) for part in iter(lambda: list(islice(waiting, _PART_EVENTS)), [])]
    return pa.Table.from_batches(parts, _SCHEMA)


def with_counted(table: pa.Table, counted: Sequence[bool | None]) -> pa.Table:
    """A table's events with whether each counts, in `counted_copy`; without those of which that is None."""
    marks = pa.array(counted, pa.bool_())
    table = table.append_column("counted_copy", marks)
    return table.filter(marks.is_valid()) if marks.null_count else table


def _part(events: Sequence[DerivedEvent]) -> pa.RecordBatch:
    columns = dict(zip(FIELDS, zip(*map(msgspec.structs.astuple, events), strict=True), strict=True))
    return pa.record_batch(_arrays(columns.items()), schema=_SCHEMA)


def _of_rows(rows: DerivedRows) -> pa.Table:
    """What rows share is turned into values once, and taken from there as often as it stands in a row."""
    arrays = dict(zip((name for name, _ in rows.own()), _arrays(rows.own()), strict=True))
    for names, column in rows.shared():
        numbers = {shared: number for number, shared in enumerate(dict.fromkeys(column))}
        which = pa.array([numbers[shared] for shared in column], pa.int32())
        for name, values in zip(names, zip(*(shared.kept for shared in numbers), strict=True), strict=True):
            arrays[name] = _array(name, values).take(which)
    arrays["derivation"] = pa.repeat(pa.scalar(DERIVATION_VERSION, _SCHEMA.field("derivation").type), len(rows))
    return pa.table([arrays[name] for name in FIELDS], schema=_SCHEMA)


def _arrays(columns: Iterable[tuple[str, Sequence[Any]]]) -> "list[pa.Array[Any]]":
    known = dict(columns)
    arrays = {name: _array(name, values) for name, values in known.items() if name != "accepted_at"}
    has_own = known["accepted_at"] != known["received_at"]  # nearly all have one instant for both, and instants take long to turn
    arrays["accepted_at"] = _array("accepted_at", known["accepted_at"]) if has_own else arrays["received_at"]
    return [arrays[name] for name in known]


def _array(name: str, values: Sequence[Any]) -> "pa.Array[Any]":
    wanted = _SCHEMA.field(name).type
    if wanted == _INSTANT:  # by way of a duration: five times as fast as Arrow reads a datetime with a zone
        instants: pa.Array[Any] = pa.array([at - EPOCH for at in values], pa.duration("us")).cast(pa.int64()).cast(_INSTANT)
        return instants
    array: pa.Array[Any] = pa.array(values, wanted)
    return array
