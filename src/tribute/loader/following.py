"""A bucket that others keep writing, followed: what is new in it is imported, by notices from a queue and by listing it now and then.

Invariant: a message leaves the queue only when all that it tells of is durable here. Lost, repeated, shuffled and late messages change
nothing, because listing finds the same objects and the manifest knows each version of them. Run by `app`, a thread a source.
"""

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from tribute.analytics.port import EventStore
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError, TributeError
from tribute.kit.pauses import growing_pause
from tribute.loader.foreign import ForeignFormat
from tribute.loader.foreign_files import ForeignBucket, bucket_file, bucket_files, source_prefix
from tribute.loader.importing import Importer, ImportReport
from tribute.loader.notices import NotANoticeError, Notice, read_notices
from tribute.objects.notifications import Message, MessageQueue
from tribute.objects.port import ObjectStoreUnreachableError
from tribute.objects.s3.address import PrefixExpression

log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_STOP_SECONDS = 2.0
"""A server that does not answer is not waited for longer; a message that is then half done comes again."""


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """What is followed."""

    name: str
    """What people know it by: its address."""
    kind: ForeignFormat
    expression: PrefixExpression
    website: str | None
    list_seconds: float


@dataclass(frozen=True, slots=True)
class FollowingStatus:
    """How following fares, for metrics, /readyz and doctor; counters run since the start."""

    last_listed_at: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    """In a row."""
    files: int = 0
    events: int = 0
    quarantined: int = 0
    messages_not_understood: int = 0


@dataclass(slots=True)
class Attended:
    """What came of a look into the queue."""

    report: ImportReport = field(default_factory=ImportReport)
    strange: int = 0
    """Messages that were not understood. They stay in the queue, which has rules of its own for them."""
    error: TributeError | None = None
    """The first failure over one message, which comes again; the others were attended to."""


class Follower:
    """Brings what is new in one bucket into the spool. For one thread at a time."""

    def __init__(
        self, source: FollowedSource, bucket: ForeignBucket, importer: Importer, store: EventStore, queue: MessageQueue | None = None
    ) -> None:
        self.source = source
        self.bucket = bucket
        self.queue = queue
        self._importer = importer
        self._store = store
        self._prefix = source_prefix(bucket, source.kind)
        self._known: set[str] = set()  # of the manifest, what is of this bucket: as of the last listing, and imported here since

    def reconcile(self) -> ImportReport:
        """List the bucket and import what the manifest does not know."""
        self._known = {source for source in self._store.progress() if source.startswith(self._prefix)}
        files = bucket_files(self.bucket, self.source.expression, self.source.kind)
        return self._importer.take(files, self.source.website, known=self._known)

    def attend(self, queue: MessageQueue) -> Attended:
        """Import what the queue tells of, waiting for it some seconds."""
        attended = Attended()
        for message in queue.receive():
            try:
                self._attend_to(message, attended.report)
            except NotANoticeError:
                attended.strange += 1
            except ObjectStoreUnreachableError:
                raise
            except TributeError as error:
                attended.error = attended.error or error
            else:
                queue.forget(message)
        return attended

    def _attend_to(self, message: Message, report: ImportReport) -> None:
        for notice in read_notices(message.body):
            report.add(self._import(notice))

    def _import(self, notice: Notice) -> ImportReport:
        """Import the object that a notice means as it is now: of what it was before nothing is left, and of what it becomes after this
        there will be another notice. What is there and cannot be read raises, so that the message comes again.
        """
        is_known = f"{self._prefix}{notice.key}@{notice.etag}" in self._known
        if is_known or notice.bucket != self.bucket.name or not self.source.expression.matches(notice.key):
            return ImportReport()
        try:
            info = self.bucket.head(notice.key)
        except NotFoundError:
            return ImportReport()
        if not info.size:
            return ImportReport()
        file = bucket_file(self.bucket, info, self.source.kind)
        report = self._importer.take([file], self.source.website, known=self._known)
        if report.files_unread:
            raise TributeError(f"{file.name} could not be read; the log says why.")
        return report


class FollowingWorker:
    """Follows one source in a thread until stopped; after failures again and again, with growing pauses."""

    def __init__(self, follower: Follower, clock: Clock) -> None:
        self._follower = follower
        self._clock = clock
        self._stop = threading.Event()
        self._next_listing = 0.0
        self._thread = threading.Thread(target=self._run, name="source", daemon=True)
        self.name = follower.source.name
        self.status = FollowingStatus()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._round()
            except Exception as error:  # noqa: BLE001  the thread must outlive whatever fails in it
                self._failed(error)
                self._stop.wait(growing_pause(_PAUSE_SECONDS, self.status.failures, _LONGEST_PAUSE_SECONDS))

    def _round(self) -> None:
        if time.monotonic() >= self._next_listing:
            self._note(self._follower.reconcile())
            self._next_listing = time.monotonic() + self._follower.source.list_seconds
            self.status = replace(self.status, last_listed_at=self._clock.now())
        if self._follower.queue is None:
            self._stop.wait(min(_PAUSE_SECONDS, self._follower.source.list_seconds))
        else:
            attended = self._follower.attend(self._follower.queue)
            self._note(attended.report, attended.strange)
            if attended.error is not None:
                raise attended.error
        self.status = replace(self.status, last_error=None, failures=0)

    def _note(self, report: ImportReport, strange: int = 0) -> None:
        before = self.status
        self.status = replace(
            before,
            files=before.files + report.files - report.files_known - report.files_unread,
            events=before.events + report.events,
            quarantined=before.quarantined + report.quarantined,
            messages_not_understood=before.messages_not_understood + strange,
        )
        if report.events or report.quarantined:
            log.info("source_imported", source=self.name, files=report.files, events=report.events, quarantined=report.quarantined)
        if strange:
            log.warning("messages_not_understood", source=self.name, messages=strange)

    def _failed(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, TributeError) else type(error).__name__
        self.status = replace(self.status, last_error=reason, failures=self.status.failures + 1)
        log.error("source_failed", source=self.name, reason=reason, exc_info=not isinstance(error, TributeError))
