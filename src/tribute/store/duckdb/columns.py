"""Derived events as Arrow columns, which DuckDB takes in without a copy of each value. Called by everything that writes."""

from collections.abc import Sequence
from itertools import islice

import msgspec
import pyarrow as pa

from tribute.events.derived import DerivedEvent

_INSTANT = pa.timestamp("us", tz="UTC")
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

AS_STORED = ", ".join(
    f"b.{name}::UUID AS {name}"
    if name == "event_key"
    else f"b.{name}::TIMESTAMP AS {name}"
    if _TYPES.get(name) == _INSTANT
    else f"b.{name}"
    for name in FIELDS
)
"""The same from a batch `b`, as SQL that gives the types of the table; the session's zone is UTC, so that times stay what they are."""


def event_table(events: Sequence[DerivedEvent], counted: Sequence[bool]) -> pa.Table:
    """The events as a table with one column a field and `counted_copy`. Raises when a text is no Unicode or a number too large."""
    waiting = iter(events)
    parts = [_part(part) for part in iter(lambda: list(islice(waiting, _PART_EVENTS)), [])]
    table = pa.Table.from_batches(parts, _SCHEMA)
    return table.append_column("counted_copy", pa.array(counted, pa.bool_()))


def _part(events: Sequence[DerivedEvent]) -> pa.RecordBatch:
    columns = dict(zip(FIELDS, zip(*map(msgspec.structs.astuple, events), strict=True), strict=True))
    arrays = {name: pa.array(column, _SCHEMA.field(name).type) for name, column in columns.items() if name != "accepted_at"}
    has_own = columns["accepted_at"] != columns["received_at"]  # nearly all have one instant for both, and instants take long to turn
    arrays["accepted_at"] = pa.array(columns["accepted_at"], _INSTANT) if has_own else arrays["received_at"]
    return pa.record_batch([arrays[name] for name in FIELDS], schema=_SCHEMA)
