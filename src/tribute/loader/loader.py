"""Live loading: follows the spool and reconciles the objects, in one thread at a time; publishes the watermark.

Each batch is one transaction with its progress, so that whatever stops the loader between two steps, nothing is lost or counted twice.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog

from tribute.analytics.port import Batch, EventStore, Progress
from tribute.events.rows import DerivedRows, Row
from tribute.kit.errors import TributeError
from tribute.loader.deriving import Deriver
from tribute.loader.ledger_view import LedgerReader, LedgerView
from tribute.loader.objects import BATCH_EVENTS, WaitingObject, is_waiting, object_batches, waiting_objects
from tribute.loader.storing import store_batch
from tribute.objects.naming import source_of_object, source_of_segment
from tribute.objects.port import ObjectStore
from tribute.objects.quarantine import Quarantine
from tribute.spool.port import Damage, Segment, SegmentGoneError, SpoolReader

log = structlog.get_logger(__name__)

OnProgress = Callable[[int, int], None]
"""Called with (bytes loaded, bytes in all) of the objects, stored size."""
AfterBatch = Callable[[float], bool]
"""Called with the seconds that a batch has taken; tells whether another one is wanted."""
_RESTED_BATCH_EVENTS = 10_000
"""Live, a batch is short enough for a rest after it to come soon."""


EVERYWHERE = ("",)
"""The prefixes of all objects."""
_WHOLE = Progress("", -1, complete=True)
"""The horizon of whoever loads all there is."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one call loaded."""

    events: int = 0
    duplicates: int = 0
    quarantined: int = 0
    objects: int = 0
    objects_unread: int = 0
    """Objects that could not be read now; they are tried again."""

    def __add__(self, other: "LoadReport") -> "LoadReport":
        return LoadReport(
            self.events + other.events,
            self.duplicates + other.duplicates,
            self.quarantined + other.quarantined,
            self.objects + other.objects,
            self.objects_unread + other.objects_unread,
        )


class Loader:
    """Brings records into a store. Methods may be called from any thread; the spool and the objects are read beside each other."""

    def __init__(
        self,
        *,
        store: EventStore,
        objects: ObjectStore,
        quarantine: Quarantine,
        ledger: LedgerReader,
        spool: SpoolReader | None = None,
    ) -> None:
        self.store = store
        self._objects = objects
        self._ledger = ledger
        self._spool = spool
        self._spool_deriver = Deriver(quarantine)
        self._object_deriver = Deriver(quarantine)  # another one, because objects are read beside the spool
        self._untold: LedgerView | None = None  # of the ledger, and not yet told to the store
        self._has_seen_ledger = False
        self._progress: dict[str, Progress] = dict(store.progress())
        self._looks_wanted = 1  # grows whenever a segment may have gone unread: all objects are to be looked through then
        self._looks_done = 0  # how many of these wishes were there before a look that has ended
        self._unread: Sequence[WaitingObject] = ()  # what could not be read at the last look
        self._told_keys: SimpleQueue[str] = SimpleQueue()
        self._following: set[int] = set()  # numbers of segments that were listed and are not completely read
        self._newest = -1  # the highest number of a segment that was listed
        self.lock = threading.RLock()
        """Held while something is brought into the store, and never while an object store is waited for."""
        self._objects_lock = threading.RLock()  # of whoever reads objects; taken before the other one
        self.watermark: datetime | None = None
        """Every event that was received before this instant and accepted is in the store."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While this is held nobody else loads anything: a rebuild swaps stores between two loads."""
        with self._objects_lock, self.lock:
            yield

    @property
    def is_look_due(self) -> bool:
        """Whether the watermark waits for all objects to be looked through."""
        return self._looks_done < self._looks_wanted

    def load_spool(
        self, horizon: Mapping[str, Progress] | None = None, *, may_look: bool = True, after_batch: AfterBatch | None = None
    ) -> LoadReport:
        """Load what is new in the spool (with a `horizon`, no more than that) and move the watermark.

        The watermark waits for the objects where a segment may have left the spool before it was read. They are looked through here, or,
        unless it `may_look`, by somebody else: then nothing here waits for the object store. `after_batch` may rest between two of
        smaller batches, or end it all there by False.
        """
        if self._spool is None:
            return LoadReport()
        with self.lock:
            self.refresh_ledger()
            until = self._spool.complete_until()
            segments = self._spool.segments()
            self._note_missing(segments)
            report = LoadReport()
            most = BATCH_EVENTS if after_batch is None else _RESTED_BATCH_EVENTS
            began = time.monotonic()
            for batch in self._spool_batches(self._spool, segments, horizon, most):
                report += self._load(batch, self._spool_deriver)
                del batch  # as in load_objects
                if after_batch is not None:
                    if not after_batch(time.monotonic() - began):
                        return report
                    began = time.monotonic()
            self._following = {segment.number for segment in segments if not self.has_followed(segment)}
            must_look = self.is_look_due
        if must_look and not may_look:
            return report
        if must_look:
            report += self.load_objects(horizon)
        if horizon is None:
            with self.lock:
                self.watermark = max(until, self.watermark or until)
        return report

    def load_objects(
        self,
        horizon: Mapping[str, Progress] | None = None,
        *,
        prefixes: Sequence[str] = EVERYWHERE,
        defer_aggregates: bool = False,
        on_progress: OnProgress | None = None,
    ) -> LoadReport:
        """Find objects that are not in the manifest and load them: what the spool no longer has, or another collector delivered.

        Looks at keys that begin with one of the `prefixes`, and again at what could not be read the last time. Listing and reading hold up
        nobody but other readers of objects. With a `horizon`, only objects that are complete there.
        """
        with self._objects_lock:
            wanted = self._looks_wanted
            found = waiting_objects(self._objects, self._progress, prefixes)
            with self.lock:
                self.refresh_ledger()
                waiting = self._still_waiting({entry.key: entry for entry in (*self._unread, *found)}.values(), horizon)
            sizes = {entry.source: entry.size for entry in waiting}
            report = LoadReport()
            unread: list[WaitingObject] = []
            done = 0
            for batch in object_batches(self._objects, waiting, self._object_deriver, unread, defer_aggregates=defer_aggregates):
                with self.lock:
                    report += self._load(batch, self._object_deriver)
                done += sum(sizes[step.source] for step in batch.progress)
                if on_progress is not None:
                    on_progress(done, sum(sizes.values()))
                del batch  # or its events would stay in memory until those of the next are all there
            self._unread = unread
            if prefixes == EVERYWHERE:
                self._looks_done = max(self._looks_done, wanted)
            return report + LoadReport(objects=len(waiting) - len(unread), objects_unread=len(unread))

    def notify(self, key: str) -> None:
        """Tell of an object that is new, from any thread; one that is known already is no harm. `load_notified` looks at it."""
        self._told_keys.put(key)

    def load_notified(self) -> LoadReport:
        """Load the objects that were told of since the last call. What fails here is found when all objects are looked through."""
        keys: set[str] = set()
        with suppress(Empty):
            while True:
                keys.add(self._told_keys.get_nowait())
        waiting = [key for key in keys if (source := source_of_object(key)) is not None and is_waiting(source, self._progress)]
        return self.load_objects(prefixes=sorted(waiting)) if waiting else LoadReport()

    def reached(self) -> Mapping[str, Progress]:
        """How far every source has come, as a horizon for another loader."""
        with self.lock:
            return dict(self._progress)

    def has_followed(self, segment: Segment) -> bool:
        """Whether a sealed segment is completely in the store, so that its file is not needed here any more."""
        done = self._progress.get(source_of_segment(segment.key))
        return done is not None and done.complete

    def has_news(self, segment: Segment) -> bool:
        """Whether a segment still in the spool holds records that are not in the store."""
        done = self._progress.get(source_of_segment(segment.key))
        if self._spool is None or (done is not None and done.complete):
            return False
        try:
            return next(self._spool.read(segment.number, done.through_seq if done is not None else -1), None) is not None
        except SegmentGoneError:
            return False

    def use_store(self, store: EventStore) -> None:
        """Go on with another store (after a rebuild). Call while `alone`."""
        self.store = store
        self._progress = dict(store.progress())

    def refresh_ledger(self) -> None:
        """Take over new websites, codes and names; with the ledger away, what was known stays in force.

        Raises TributeError when it was never readable: without its rules, events would be derived otherwise than in a rebuild.
        """
        try:
            self._untold = self._ledger.view_if_changed() or self._untold
            self._has_seen_ledger = True
        except TributeError as error:
            if not self._has_seen_ledger:
                raise
            log.warning("ledger_unreadable", reason=str(error))
        if self._untold is None:
            return
        self._spool_deriver.rules = self._object_deriver.rules = self._untold.rules
        moved = self.store.register_codes(self._untold.codes)
        self.store.register_directory(self._untold.directory)
        self._untold = None
        if moved:
            log.info("codes_registered_later", events=moved)

    def _note_missing(self, segments: Sequence[Segment]) -> None:
        """Have the objects looked through if a segment is gone that was not read to its end, or was never seen."""
        listed = {segment.number for segment in segments}
        newest = max(listed, default=self._newest)
        expected = self._following.union(range(self._newest + 1, newest))
        if not expected <= listed:
            self._looks_wanted += 1
        self._newest = newest

    def _still_waiting(self, found: Iterable[WaitingObject], horizon: Mapping[str, Progress] | None) -> list[WaitingObject]:
        """Those of the objects that are neither loaded by now, nor still read from the spool, nor beyond the horizon."""
        in_spool = self._in_spool()
        return [
            entry
            for entry in found
            if entry.source not in in_spool
            and is_waiting(entry.source, self._progress)
            and (horizon is None or not is_waiting(entry.source, horizon))
        ]

    def _in_spool(self) -> frozenset[str]:
        if self._spool is None:
            return frozenset()
        return frozenset(source_of_segment(segment.key) for segment in self._spool.segments())

    def _load(self, batch: Batch, deriver: Deriver) -> LoadReport:
        loaded = store_batch(self.store, batch, deriver.refused)
        quarantined, deriver.quarantined = deriver.quarantined, 0
        for step in batch.progress:
            self._progress[step.source] = step
        return LoadReport(loaded.events, loaded.duplicates, quarantined)

    def _spool_batches(
        self, spool: SpoolReader, segments: Sequence[Segment], horizon: Mapping[str, Progress] | None, most: int
    ) -> Iterator[Batch]:
        """New entries of the segments, several small segments in one batch; ends where the spool was when it began, or at the horizon."""
        events = DerivedRows()
        progress: dict[str, Progress] = {}
        for segment in segments:
            source = source_of_segment(segment.key)
            goal = _WHOLE if horizon is None else horizon.get(source)
            known = self._progress.get(source)
            if goal is None or (known is not None and known.complete):
                continue
            through = reached = known.through_seq if known is not None else -1
            try:
                for reached, row in self._new_records(spool, segment, source, through, goal):
                    if row is not None:
                        events.append(row)
                    if len(events) >= most:
                        progress[source] = Progress(source, reached, complete=False)
                        yield Batch(events, list(progress.values()))
                        events, progress = DerivedRows(), {}
            except SegmentGoneError:
                self._looks_wanted += 1  # delivered and removed meanwhile: it comes as an object
                continue
            complete = segment.sealed and goal.complete
            if complete or reached != through:
                progress[source] = Progress(source, reached, complete)
        if events or progress:
            yield Batch(events, list(progress.values()))

    def _new_records(
        self, spool: SpoolReader, segment: Segment, source: str, through: int, goal: Progress
    ) -> Iterator[tuple[int, Row | None]]:
        """The sequence and the row of each record above `through`, up to the goal; None for one that went to quarantine."""
        for entry in spool.read(segment.number, through):
            if isinstance(entry, Damage):
                self._spool_deriver.put_aside(source, entry.offset, entry.reason, entry.content)
            elif goal.complete or entry.seq <= goal.through_seq:
                yield entry.seq, self._spool_deriver.entry(source, spool.spool_id, entry.seq, entry.payload)
            else:
                return
