"""Delivery into a real Firehose stream: follows the objects as they appear, in batches within Firehose's limits, in a thread of its own.

At least once: what the stream did not accept is sent again, and that alone, for as long as it takes; message ids tell copies apart. Nobody
waits for it: collecting, loading and delivery do not know that it is there. Started by `app`.
"""

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from tribute.aws.forwarded import forwarded
from tribute.aws.forwarding_progress import ForwardingProgress
from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError
from tribute.loader.decompress import UnreadableError, plain_chunks
from tribute.loader.json_stream import split_objects
from tribute.objects.naming import source_of_object
from tribute.objects.port import ObjectNotFoundError, ObjectStore

log = structlog.get_logger(__name__)

_MOST_RECORDS: Final = 500
_MOST_BATCH_BYTES: Final = 4 * 1024 * 1024
_MOST_RECORD_BYTES: Final = 1000 * 1024
_LONGEST_PAUSE_SECONDS: Final = 60.0


class FirehoseStream(Protocol):
    """A stream to put records into."""

    def put(self, records: Sequence[bytes]) -> Sequence[bool]:
        """Whether each record was accepted, in order. Raises TributeError when the stream cannot be reached or refuses the whole call."""
        ...


@dataclass(slots=True)
class _Batch:
    """Records to be put together, and how many records of the object are done when they are accepted."""

    through: int
    records: list[bytes] = field(default_factory=list)
    size: int = 0

    def has_room_for(self, record: bytes) -> bool:
        return len(self.records) < _MOST_RECORDS and self.size + len(record) <= _MOST_BATCH_BYTES

    def add(self, record: bytes) -> None:
        self.records.append(record)
        self.size += len(record)


@dataclass(slots=True)
class ForwardingStatus:
    """How it fares; counters run since the start."""

    records: int = 0
    sent_again: int = 0
    too_large: int = 0
    last_error: str | None = None
    """The sentence of the last failure; None when the last call went well."""


class Forwarder:
    """Puts objects into a stream, the oldest first, until it is stopped. What is left then goes on at the next start."""

    def __init__(
        self,
        *,
        objects: ObjectStore,
        stream: FirehoseStream,
        progress: ForwardingProgress,
        websites: Callable[[], Mapping[str, str]],
        undelivered_since: Callable[[], datetime | None],
        clock: Clock,
        poll_seconds: float = 1.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`undelivered_since` tells when the oldest event was received that is in no object yet: no older object will come."""
        self._objects = objects
        self._stream = stream
        self._progress = progress
        self._websites = websites
        self._undelivered_since = undelivered_since
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._jitter = jitter
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="firehose-forward", daemon=True)
        self.status = ForwardingStatus()

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> bool:
        """End after the call under way; True when it has ended within the time."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def run_once(self) -> None:
        """Put everything that is there now. Raises TributeError or OSError when objects or progress cannot be read or written."""
        oldest = self._undelivered_since() or self._clock.now()  # before the listing, so that nothing is passed over
        if not self._progress.has_begun():
            since = oldest.date() - timedelta(days=1)
            self._progress.begin(since, set(self._keys(since)))
            return
        keys = self._keys(self._progress.since)
        for key in keys:
            if self._stop.is_set():
                return
            if not self._progress.is_done(key):
                self._forward(key)
        if not self._stop.is_set():
            self._progress.forget_before(oldest.date() - timedelta(days=1), set(keys))

    def _keys(self, since: date) -> list[str]:
        """Objects of ours from that day on, in the order in which their events came."""
        days = range((self._clock.now().date() - since).days + 1)
        folders = [f"{since + timedelta(days=day):%Y/%m/%d}/" for day in days]
        return sorted(info.key for folder in folders for info in self._objects.list(folder) if source_of_object(info.key) is not None)

    def _forward(self, key: str) -> None:
        try:
            for batch in self._batches(key):
                if not self._put(batch.records):
                    return
                self._progress.advance(key, batch.through)
        except (ObjectNotFoundError, UnreadableError) as error:  # what is lost of it no later try would find
            log.warning("forwarding_object_unreadable", key=key, reason=str(error))
        self._progress.finish(key)

    def _batches(self, key: str) -> Iterator[_Batch]:
        """The rest of an object, in batches within Firehose's limits."""
        done, websites = self._progress.records_done(key), self._websites()
        batch = _Batch(done)
        for number, line in enumerate(self._lines(key), 1):
            record = forwarded(line, websites) if number > done else None
            if record is not None and len(record) > _MOST_RECORD_BYTES:
                self.status.too_large += 1
                log.warning("forwarding_record_too_large", key=key, bytes=len(record))
                record = None
            if record is not None and not batch.has_room_for(record):
                yield batch
                batch = _Batch(number - 1)
            if record is not None:
                batch.add(record)
            batch.through = max(batch.through, number)
        if batch.records:
            yield batch

    def _lines(self, key: str) -> Iterable[bytes]:
        with self._objects.open(key) as stream:
            for found in split_objects(plain_chunks(stream)):
                if found.problem is None:
                    yield found.content

    def _put(self, records: Sequence[bytes]) -> bool:
        """Put records until all are accepted, those that failed alone; False when stopped before."""
        left, failures = list(records), 0
        while left:
            try:
                accepted = self._stream.put(left)
            except TributeError as error:
                accepted = [False] * len(left)
                self._tell(str(error))
            else:
                self._tell(None if all(accepted) else f"{accepted.count(False)} of {len(left)} records were not accepted")
            self.status.records += sum(accepted)
            failed = [record for record, taken in zip(left, accepted, strict=True) if not taken]
            failures = 0 if len(failed) < len(left) else failures + 1
            left = failed
            self.status.sent_again += len(left)
            if left and self._stop.wait(self._pause(failures)):
                return False
        return True

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                self.run_once()
                failures = 0
            except (TributeError, OSError) as error:
                failures += 1
                self._tell(str(error))
            except Exception as bug:  # forwarding may never end by itself: whatever it was, try again later
                failures += 1
                log.exception("forwarding_failed", error=type(bug).__name__)
            self._stop.wait(self._pause(failures))

    def _pause(self, failures: int) -> float:
        """Seconds until the next try: the poll interval, or after failures twice as long each time up to a minute, half of it by chance."""
        if not failures:
            return self._poll_seconds
        return float(min(_LONGEST_PAUSE_SECONDS, self._poll_seconds * 2.0 ** min(failures, 16)) * (0.5 + 0.5 * self._jitter()))

    def _tell(self, error: str | None) -> None:
        """Log a failure when it is another one than the last."""
        if error is not None and error != self.status.last_error:
            log.warning("forwarding_waits", reason=error)
        self.status.last_error = error


class BotoStream:
    """A stream by botocore's client; which of its failures are whose, `available` tells."""

    def __init__(self, client: Any, name: str, available: Callable[[str], Any]) -> None:
        self._client = client
        self._name = name
        self._available = available

    def put(self, records: Sequence[bytes]) -> Sequence[bool]:
        with self._available(f"the Firehose stream {self._name}"):
            answer = self._client.put_record_batch(DeliveryStreamName=self._name, Records=[{"Data": record} for record in records])
        return ["ErrorCode" not in entry for entry in answer["RequestResponses"]]
