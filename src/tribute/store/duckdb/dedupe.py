"""Which of an event's copies counts, whatever the order in which they are loaded.

Sorted by (received_at, spool, seq) the first opens a stretch with the copies up to seven days after it, the next one beyond opens
another, and so on. In each stretch one counts: of the highest revision, which nearly all copies share, the first. A new copy can only
change the copies that hang together with it by steps of at most seven days; those alone are read. Nearly every event has no other copy,
which one look at the keys tells. Called by `loading`, in its transaction.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from tribute.analytics.definitions import LATE_COPY_LIMIT
from tribute.store.duckdb.registering import registered

if TYPE_CHECKING:
    import pyarrow as pa

_TICK = timedelta(microseconds=1)
_LIMIT = LATE_COPY_LIMIT // _TICK
_REACH = _LIMIT + timedelta(days=1) // _TICK
"""How far around a copy others are looked for: a day more than needed, so that copies within a day of it are settled in one read."""


@dataclass(slots=True)
class Copy:
    """A copy of an event: its place in the order, where it is (a row of the table, or an index of the batch), and whether it counts."""

    received: int
    """Microseconds since 1970."""
    spool: str
    seq: int
    revision: int
    row: int | None
    index: int | None
    counted: bool

    @property
    def place(self) -> tuple[int, str, int]:
        return self.received, self.spool, self.seq


@dataclass(frozen=True, slots=True)
class Settled:
    """What a batch means for the copies: which of its events are new, whether each counts, and rows that change their part."""

    counted: Sequence[bool | None]
    """Of each event of the batch whether it counts; None where the store has got that copy."""
    flips: Sequence[tuple[int, bool]]
    """Rows of the table, and whether they count from now on."""


def settle(connection: duckdb.DuckDBPyConnection, events: "pa.Table") -> Settled:
    """Find the copies that the store has of these events, and decide anew which count. Writes nothing."""
    keys: list[bytes] = _values(events, "event_key")
    times = Counter(keys)
    stored = _stored_copies(connection, list(times), events)
    copied = stored.keys() | ({key for key, count in times.items() if count > 1} if len(times) < len(keys) else set())
    counted: list[bool | None] = [None if key in copied else True for key in keys] if copied else [True] * len(keys)
    flips: list[tuple[int, bool]] = []
    for key, copies in _by_key(events, keys, copied).items():
        old = stored.get(key, [])
        have = {copy.place for copy in old}
        new = [copy for copy in copies if copy.place not in have]
        for copy, counts in chain([*old, *new]) if new else ():
            if copy.index is not None:
                counted[copy.index] = counts
            elif copy.row is not None and copy.counted != counts:
                flips.append((copy.row, counts))
    return Settled(counted, flips)


def chain(copies: Iterable[Copy]) -> Iterator[tuple[Copy, bool]]:
    """All copies of one event in their order, each with whether it counts."""
    stretch: list[Copy] = []
    for copy in sorted(copies, key=lambda copy: copy.place):
        if stretch and copy.received - stretch[0].received > _LIMIT:
            yield from _settled(stretch)
            stretch = []
        stretch.append(copy)
    yield from _settled(stretch)


def _settled(stretch: Sequence[Copy]) -> Iterator[tuple[Copy, bool]]:
    counted = max(stretch, key=lambda copy: copy.revision, default=None)  # of equal ones `max` takes the first
    for copy in stretch:
        yield copy, copy is counted


def _by_key(events: "pa.Table", keys: Sequence[bytes], copied: Collection[bytes]) -> dict[bytes, list[Copy]]:
    """The batch's copies of some events; the same record told twice is one."""
    indexes = [index for index, key in enumerate(keys) if key in copied] if copied else []
    by_key: dict[bytes, list[Copy]] = {}
    for index, (received, spool, seq, revision) in zip(indexes, _places(events, indexes), strict=True):
        copy = Copy(received, spool, seq, revision, row=None, index=index, counted=False)
        siblings = by_key.setdefault(keys[index], [])
        if all(sibling.place != copy.place for sibling in siblings):
            siblings.append(copy)
    return by_key


def _places(events: "pa.Table", indexes: Sequence[int]) -> Iterator[tuple[int, str, int, int]]:
    """When some events were received, in microseconds since 1970, their spool and sequence in it, and their revision."""
    import pyarrow as pa  # see `registering`

    some = events.take(pa.array(indexes, pa.int64()))
    return zip(_ticks(some), _values(some, "spool"), _values(some, "seq"), _values(some, "revision"), strict=True)


def _ticks(events: "pa.Table") -> list[int]:
    """When events were received, in microseconds since 1970."""
    import pyarrow as pa  # see `registering`

    ticks: list[Any] = events["received_at"].cast(pa.int64()).to_pylist()
    return ticks


def _values(events: "pa.Table", name: str) -> list[Any]:
    return events[name].to_pylist()


def _stored_copies(connection: duckdb.DuckDBPyConnection, keys: Sequence[bytes], events: "pa.Table") -> dict[bytes, list[Copy]]:
    """The copies in the table that hang together with those of the batch, by event.

    The stretch of time that is read grows until nothing within seven days of what was found can lie outside it.
    """
    received = _ticks(events)
    first, last = min(received), max(received)
    stored: dict[bytes, list[Copy]] = {}
    open_keys: Sequence[bytes] = keys
    while open_keys:
        since, until = first - _REACH, last + _REACH
        found = _read(connection, open_keys, since, until)
        stored.update(found)
        extents = {key: _extent(copies) for key, copies in found.items()}
        open_keys = [key for key, (oldest, newest) in extents.items() if oldest - _LIMIT < since or newest + _LIMIT > until]
        if open_keys:
            first = min(first, *(extents[key][0] for key in open_keys))
            last = max(last, *(extents[key][1] for key in open_keys))
    return stored


def _extent(copies: Iterable[Copy]) -> tuple[int, int]:
    times = [copy.received for copy in copies]
    return min(times), max(times)


def _read(connection: duckdb.DuckDBPyConnection, keys: Sequence[bytes], since: int, until: int) -> dict[bytes, list[Copy]]:
    """The table's copies of these events that were received in a stretch of time, both ends included."""
    import pyarrow as pa  # see `registering`

    table = pa.table({"key": pa.array(range(len(keys)), pa.int64()), "event_key": pa.array(keys, pa.binary(16))})
    with registered(connection, keys=table):
        rows = connection.execute(
            """
            SELECT k.key, e.rowid, epoch_us(e.received_at), e.spool, e.seq, e.revision, e.counted_copy
            FROM internal.events e JOIN keys k ON e.event_key = k.event_key::UUID
            WHERE e.received_at BETWEEN make_timestamp(?::BIGINT) AND make_timestamp(?::BIGINT)
            """,
            [since, until],
        ).fetchall()
    found: dict[bytes, list[Copy]] = {}
    for key, row, received, spool, seq, revision, counted in rows:
        found.setdefault(keys[key], []).append(Copy(received, spool, seq, revision, row=row, index=None, counted=counted))
    return found
