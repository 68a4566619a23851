"""Which of an event's copies counts, whatever the order in which they are loaded.

Sorted by (received_at, spool, seq) the first opens a stretch with the copies up to seven days after it, the next one beyond opens
another, and so on. In each stretch one counts: of the highest revision, which nearly all copies share, the first. A new copy can only
change the copies that hang together with it by steps of at most seven days; those alone are read. Called by `loading`, in its transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from tribute.analytics.definitions import LATE_COPY_LIMIT
from tribute.events.derived import DerivedEvent
from tribute.store.duckdb.columns import registered

_TICK = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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

    fresh: Sequence[int]
    """Indexes in the batch of the events that the store has not got, in the batch's order."""
    counted: Sequence[bool]
    """For each of `fresh`, whether it counts."""
    flips: Sequence[tuple[int, bool]]
    """Rows of the table, and whether they count from now on."""


def settle(connection: duckdb.DuckDBPyConnection, events: Sequence[DerivedEvent]) -> Settled:
    """Find the copies that the store has of these events, and decide anew which count. Writes nothing."""
    incoming = _by_key(events)
    stored = _stored_copies(connection, incoming)
    flips: list[tuple[int, bool]] = []
    fresh: dict[int, bool] = {}
    for key, copies in incoming.items():
        old = stored.get(key)
        if old is None and len(copies) == 1:
            fresh[copies[0].index or 0] = True  # most events by far: nothing to settle
            continue
        old = old or []
        have = {copy.place for copy in old}
        new = [copy for copy in copies if copy.place not in have]
        for copy, counts in chain([*old, *new]) if new else ():
            if copy.index is not None:
                fresh[copy.index] = counts
            elif copy.row is not None and copy.counted != counts:
                flips.append((copy.row, counts))
    order = sorted(fresh)
    return Settled(order, [fresh[index] for index in order], flips)


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


def _by_key(events: Sequence[DerivedEvent]) -> dict[bytes, list[Copy]]:
    """The batch's copies by event; the same record told twice is one."""
    by_key: dict[bytes, list[Copy]] = {}
    for index, event in enumerate(events):
        received = (event.received_at - _EPOCH) // _TICK
        copy = Copy(received, event.spool, event.seq, event.revision, row=None, index=index, counted=False)
        siblings = by_key.setdefault(event.event_key, [])
        if not siblings or all(sibling.place != copy.place for sibling in siblings):
            siblings.append(copy)
    return by_key


def _stored_copies(connection: duckdb.DuckDBPyConnection, incoming: Mapping[bytes, Sequence[Copy]]) -> dict[bytes, list[Copy]]:
    """The copies in the table that hang together with incoming ones, by event.

    The stretch of time that is read grows until nothing within seven days of what was found can lie outside it.
    """
    stored: dict[bytes, list[Copy]] = {}
    open_keys = list(incoming)
    while open_keys:
        first, last = _extent(copy for key in open_keys for copy in (*incoming[key], *stored.get(key, ())))
        since, until = first - _REACH, last + _REACH
        found = _read(connection, open_keys, since, until)
        stored.update(found)
        open_keys = []
        for key, copies in found.items():
            first, last = _extent((*incoming[key], *copies))
            if first - _LIMIT < since or last + _LIMIT > until:
                open_keys.append(key)
    return stored


def _extent(copies: Iterable[Copy]) -> tuple[int, int]:
    times = [copy.received for copy in copies]
    return min(times), max(times)


def _read(connection: duckdb.DuckDBPyConnection, keys: Sequence[bytes], since: int, until: int) -> dict[bytes, list[Copy]]:
    """The table's copies of these events that were received in a stretch of time, both ends included."""
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
