"""Objects that delivery wrote, as events in batches. Which of them still need loading, the manifest knows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import structlog

from tribute.analytics.port import Batch, Progress
from tribute.events.rows import SEQ, DerivedRows, Row
from tribute.kit.errors import NotFoundError, UnavailableError
from tribute.loader.decompress import UnreadableError, plain_chunks
from tribute.loader.deriving import Deriver, records_of
from tribute.loader.json_stream import MAX_OBJECT_BYTES, Found, joined, split_objects
from tribute.objects.naming import source_of_object
from tribute.objects.port import ObjectStore, ObjectStoreUnreachableError
from tribute.objects.quarantine import QuarantineUnavailableError

BATCH_EVENTS = 122_880
"""Events a transaction when there is much to load: some 100 MB of memory, and two seconds or three. As many as DuckDB keeps together in
its file: fewer would be written to its log first, and packed with their neighbours again at each load."""


log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WaitingObject:
    key: str
    source: str
    size: int


def waiting_objects(objects: ObjectStore, progress: Mapping[str, Progress], prefixes: Iterable[str]) -> list[WaitingObject]:
    """Objects of ours, with keys that begin so, that are not completely loaded."""
    waiting = []
    for prefix in prefixes:
        for info in objects.list(prefix):
            source = source_of_object(info.key)
            if source is not None and is_waiting(source, progress):
                waiting.append(WaitingObject(info.key, source, info.size))
    return waiting


def is_waiting(source: str, progress: Mapping[str, Progress]) -> bool:
    """Whether there may be more to load of a source."""
    done = progress.get(source)
    return done is None or not done.complete


def object_batches(
    objects: ObjectStore, waiting: list[WaitingObject], deriver: Deriver, unread: list[WaitingObject], *, defer_aggregates: bool
) -> Iterator[Batch]:
    """The events of several objects, small ones together in one batch; each object's progress comes with its last events.

    An object that cannot be read now, or has vanished, is added to `unread` and holds up nothing: it is still waiting afterwards.
    """
    events = DerivedRows()
    progress: list[Progress] = []
    for entry in waiting:
        through = -1
        for rows in _readable_rows(objects, entry, deriver, unread):
            through = max(through, *(row[SEQ] for row in rows)) if rows else through
            rest = rows
            while len(events) + len(rest) >= BATCH_EVENTS:
                room = BATCH_EVENTS - len(events)
                events.extend(rest[:room])
                yield Batch(events, progress, defer_aggregates)
                events, progress, rest = DerivedRows(), [], rest[room:]
            events.extend(rest)
        if entry in unread:
            continue
        progress.append(Progress(entry.source, through, complete=True))
    if events or progress:
        yield Batch(events, progress, defer_aggregates)


def _readable_rows(objects: ObjectStore, entry: WaitingObject, deriver: Deriver, unread: list[WaitingObject]) -> Iterator[list[Row]]:
    """The events of an object as far as it can be read, some at a time; it goes to `unread` where that is not to its end."""
    try:
        yield from _rows_of(objects, entry, deriver)
    except (QuarantineUnavailableError, ObjectStoreUnreachableError):
        raise  # the object is not the matter, and the next one would fare no better
    except (OSError, NotFoundError, UnavailableError) as error:
        log.error("object_unreadable", key=entry.key, reason=str(error))
        unread.append(entry)


def _rows_of(objects: ObjectStore, entry: WaitingObject, deriver: Deriver) -> Iterator[list[Row]]:
    with objects.open(entry.key) as stream:
        chunks = _until_damage(plain_chunks(stream), entry, deriver)
        for found in joined(_lines(chunks)):
            if found.problem:
                deriver.put_aside(entry.source, found.offset, found.problem, found.content)
                continue
            if found.records:
                yield deriver.rows(entry.source, found.offset, found.lines, found.records)
            elif (row := deriver.line(entry.source, found.offset, found.content)) is not None:
                yield [row]


def _lines(chunks: Iterator[bytes]) -> Iterator[Found]:
    """Our own objects have one record a line, and all whole lines of a chunk are read at once; where one is stray, each by itself."""
    parts: list[bytes] = []  # of a line that has not ended
    size = offset = 0
    for chunk in chunks:
        end = chunk.rfind(b"\n")
        if end < 0 and size + len(chunk) <= MAX_OBJECT_BYTES:
            parts.append(chunk)
            size += len(chunk)
            continue
        first = len(chunk) if end < 0 else chunk.find(b"\n")
        line = b"".join([*parts, chunk[:first]])
        yield from _by_itself(offset, line)
        offset += len(line) + (end >= 0)  # a line too long to be one is cut where no line ends
        if end > first:
            yield from _together(offset, memoryview(chunk)[first + 1 : end])
            offset += end - first
        parts = [] if end < 0 else [chunk[end + 1 :]]
        size = sum(map(len, parts))
    yield from _by_itself(offset, b"".join(parts))


def _together(offset: int, lines: memoryview) -> Iterator[Found]:
    """Whole lines of a chunk, in place: a copy of so many takes as long as it saves to read them at once."""
    records = records_of(lines)
    if records:
        yield Found(offset, b"", lines=lines, records=records)
        return
    for line in bytes(lines).split(b"\n"):
        yield from _by_itself(offset, line)
        offset += len(line) + 1


def _by_itself(offset: int, line: bytes) -> Iterator[Found]:
    if line.startswith(b"{") and line.endswith(b"}"):
        yield Found(offset, line)
    elif line.strip():
        yield from (Found(offset + found.offset, found.content, found.problem) for found in split_objects([line]))


def _until_damage(chunks: Iterator[bytes], entry: WaitingObject, deriver: Deriver) -> Iterator[bytes]:
    """The readable part of an object; that it ends too early is noted in quarantine."""
    try:
        yield from chunks
    except UnreadableError as error:
        deriver.put_aside(entry.source, -1, f"{entry.key}: {error}", b"")
