"""Live loading: follows the spool and reconciles the objects, in one thread at a time; publishes the watermark.

Each batch is one transaction with its progress, so that whatever stops the loader between two steps, nothing is lost or counted twice.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from tribute.analytics.port import Batch, EventStore, Progress
from tribute.events.derived import DerivedEvent
from tribute.kit.errors import TributeError
from tribute.loader.deriving import Deriver
from tribute.loader.ledger_view import LedgerReader
from tribute.loader.objects import BATCH_EVENTS, object_batches, waiting_objects
from tribute.objects.naming import source_of_segment
from tribute.objects.port import ObjectStore
from tribute.objects.quarantine import Quarantine
from tribute.spool.port import Damage, Segment, SegmentGoneError, SpoolReader

log = structlog.get_logger(__name__)

OnProgress = Callable[[int, int], None]
"""Called with (bytes loaded, bytes in all) of the objects, stored size."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one call loaded."""

    events: int = 0
    duplicates: int = 0
    quarantined: int = 0
    objects: int = 0

    def __add__(self, other: "LoadReport") -> "LoadReport":
        return LoadReport(
            self.events + other.events,
            self.duplicates + other.duplicates,
            self.quarantined + other.quarantined,
            self.objects + other.objects,
        )


class Loader:
    """Brings records into a store. Methods may be called from any thread; one at a time runs."""

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
        self._deriver = Deriver(quarantine)
        self._missed_segment = False
        self._progress: dict[str, Progress] = dict(store.progress())
        self.lock = threading.RLock()
        """Held while loading; a rebuild holds it to swap stores between two loads."""
        self.watermark: datetime | None = None
        """Every event that was received before this instant and accepted is in the store."""

    def load_spool(self) -> LoadReport:
        """Load what is new in the spool and move the watermark."""
        if self._spool is None:
            return LoadReport()
        with self.lock:
            self.refresh_ledger()
            until = self._spool.complete_until()
            report = LoadReport()
            self._missed_segment = False
            for batch in self._spool_batches(self._spool):
                report += self._load(batch)
            if self._missed_segment:
                report += self.load_objects()
            self.watermark = until
            return report

    def load_objects(self, *, defer_aggregates: bool = False, on_progress: OnProgress | None = None) -> LoadReport:
        """Find objects that are not in the manifest and load them: what the spool no longer has, or another collector delivered."""
        with self.lock:
            self.refresh_ledger()
            waiting = waiting_objects(self._objects, self._progress, self._in_spool())
            sizes = {entry.source: entry.size for entry in waiting}
            report = LoadReport(objects=len(waiting))
            done = 0
            for batch in object_batches(self._objects, waiting, self._deriver, defer_aggregates=defer_aggregates):
                report += self._load(batch)
                done += sum(sizes[step.source] for step in batch.progress)
                if on_progress is not None:
                    on_progress(done, sum(sizes.values()))
            return report

    def has_followed(self, segment: Segment) -> bool:
        """Whether a sealed segment is completely in the store, so that its file is not needed here any more."""
        done = self._progress.get(source_of_segment(segment.key))
        return done is not None and done.complete

    def use_store(self, store: EventStore) -> None:
        """Go on with another store (after a rebuild). Call with `lock` held."""
        self.store = store
        self._progress = dict(store.progress())

    def refresh_ledger(self) -> None:
        """Take over new websites, codes and names; with the ledger away, what was known stays in force."""
        try:
            view = self._ledger.view_if_changed()
        except TributeError as error:
            log.warning("ledger_unreadable", reason=str(error))
            return
        if view is None:
            return
        self._deriver.rules = view.rules
        moved = self.store.register_codes(view.codes)
        self.store.register_directory(view.directory)
        if moved:
            log.info("codes_registered_later", events=moved)

    def _in_spool(self) -> frozenset[str]:
        if self._spool is None:
            return frozenset()
        return frozenset(source_of_segment(segment.key) for segment in self._spool.segments())

    def _load(self, batch: Batch) -> LoadReport:
        quarantined, self._deriver.quarantined = self._deriver.quarantined, 0
        loaded = self.store.load(batch)
        for step in batch.progress:
            self._progress[step.source] = step
        return LoadReport(loaded.events, loaded.duplicates, quarantined)

    def _spool_batches(self, spool: SpoolReader) -> Iterator[Batch]:
        """New entries of all segments, several small segments in one batch; ends where the spool was when it began."""
        events: list[DerivedEvent] = []
        progress: dict[str, Progress] = {}
        for segment in spool.segments():
            source = source_of_segment(segment.key)
            known = self._progress.get(source)
            if known is not None and known.complete:
                continue
            through = reached = known.through_seq if known is not None else -1
            try:
                for entry in spool.read(segment.number, through):
                    if isinstance(entry, Damage):
                        self._deriver.put_aside(source, entry.offset, entry.reason, entry.content)
                        continue
                    reached = entry.seq
                    event = self._deriver.entry(source, spool.spool_id, entry.seq, entry.payload)
                    if event is not None:
                        events.append(event)
                    if len(events) >= BATCH_EVENTS:
                        progress[source] = Progress(source, reached, complete=False)
                        yield Batch(events, list(progress.values()))
                        events, progress = [], {}
            except SegmentGoneError:
                self._missed_segment = True  # delivered and removed meanwhile: it comes as an object
                continue
            if segment.sealed or reached != through:
                progress[source] = Progress(source, reached, complete=segment.sealed)
        if events or progress:
            yield Batch(events, list(progress.values()))
