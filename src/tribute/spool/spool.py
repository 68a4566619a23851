"""The spool as the rest of Tribute sees it: SpoolWriter for the collector, SpoolReader for loader and delivery, in one object.

Built by app.py, which closes it after everyone who uses it. One process owns a folder.
"""

import asyncio
import threading
from asyncio import Future
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError
from tribute.spool.commit import GroupCommit
from tribute.spool.disk import Disk
from tribute.spool.durable_times import DurableTimes
from tribute.spool.frame import MAX_PAYLOAD_BYTES
from tribute.spool.gate import Gate
from tribute.spool.identity import Identity, load_identity, save_identity
from tribute.spool.lock import FolderLock
from tribute.spool.log import SegmentLog
from tribute.spool.port import Damage, Entry, Segment, Settled, SpoolUnavailableError
from tribute.spool.recovery import Recovered, recover

_STUCK_AFTER = timedelta(seconds=10)
_PROBE_NAME = "probe"


@dataclass(frozen=True, slots=True)
class SpoolStats:
    """Figures for metrics and doctor. Bytes are bytes, times are aware UTC; counters run since the spool was opened."""

    waiting_bytes: int
    last_sync_seconds: float
    segments: int
    disk_bytes: int
    oldest_received_at: datetime | None
    """When the first record of the oldest segment still here was received."""
    failures: int
    torn_tails: int
    is_writable: bool
    durable_times: DurableTimes
    """How long appends have taken to be durable."""


class Spool:
    """A durable, append-only log in a folder. `append` belongs to event loops; all else may be called from any thread."""

    def __init__(
        self, folder: Path, clock: Clock, *, disk: Disk, lock: FolderLock, log: SegmentLog, torn_tails: int, max_waiting_bytes: int
    ) -> None:
        """Put together by `open`, which is how to get one."""
        self._folder = folder
        self._clock = clock
        self._disk = disk
        self._lock = lock
        self._log = log
        self._torn_tails = torn_tails
        self._gate = Gate(clock)
        self._commits = GroupCommit(log, self._gate, max_waiting_bytes=max_waiting_bytes)
        self._seen = threading.local()
        self._closed = False

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Clock,
        *,
        segment_bytes: int,
        segment_seconds: float,
        max_waiting_bytes: int = 64 * 1024 * 1024,
        disk: Disk | None = None,
    ) -> "Spool":
        """Open the spool in `folder`, made if need be; segments found there are sealed, a torn tail is cut.

        A segment takes records up to about `segment_bytes` or for `segment_seconds`. Raises ConflictError when another process owns the
        folder, and TributeError when it cannot be read or written.
        """
        disk = disk or Disk()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            disk.sync_folder(folder.parent)
            lock = FolderLock(folder)
        except OSError as error:
            raise _unusable(folder, error) from error
        try:
            identity, recovered = _wake(folder, disk)
        except OSError as error:
            lock.release()
            raise _unusable(folder, error) from error
        except BaseException:
            lock.release()
            raise
        log = SegmentLog(folder, disk, identity, recovered, segment_bytes=segment_bytes, segment_seconds=segment_seconds)
        return cls(folder, clock, disk=disk, lock=lock, log=log, torn_tails=recovered.torn_tails, max_waiting_bytes=max_waiting_bytes)

    @property
    def spool_id(self) -> str:
        return self._log.spool_id

    @property
    def gate(self) -> Gate:
        """Entering gives the instant to stamp as `received_at`; never await inside."""
        return self._gate

    def append_then(self, payloads: Sequence[bytes], settled: Settled) -> None:
        """See SpoolWriter.append_then. Raises ValueError for a payload above 16 MiB, which no door lets in."""
        size = sum(map(len, payloads))
        if size > MAX_PAYLOAD_BYTES and max(map(len, payloads)) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"a record has at most {MAX_PAYLOAD_BYTES} bytes")
        self._commits.append_then(payloads, size, settled)

    def append(self, payloads: Sequence[bytes]) -> "Future[None]":
        """See SpoolWriter.append, and `append_then` for what it raises."""
        durable: Future[None] = asyncio.get_running_loop().create_future()
        try:
            self.append_then(payloads, partial(_end, durable))
        except SpoolUnavailableError as error:
            durable.set_exception(error)
        return durable

    def segments(self) -> list[Segment]:
        return self._log.segments()

    def read(self, number: int, after_seq: int = -1) -> Iterator[Entry | Damage]:
        return self._log.read(number, after_seq)

    def remove(self, number: int) -> None:
        """See SpoolReader.remove. Raises SpoolUnavailableError when the disk refuses; the segment may be removed again later."""
        try:
            self._log.remove(number)
        except OSError as error:
            raise SpoolUnavailableError(f"a delivered segment cannot be removed from {self._folder}: {error.strerror}.") from error

    def complete_until(self) -> datetime:
        return self._commits.complete_until()

    def wait_for_more(self, timeout_seconds: float) -> bool:
        """See SpoolReader.wait_for_more; "new" is what became durable since the calling thread last returned from here."""
        seen = getattr(self._seen, "news", 0)
        self._seen.news = self._commits.wait_for_more(seen, timeout_seconds)
        return bool(self._seen.news > seen)

    def rest_seconds(self, worked_seconds: float, share: float, oldest: datetime | None) -> float:
        """See SpoolReader.rest_seconds."""
        behind = 0.0 if oldest is None else (self._clock.now() - oldest).total_seconds()
        return self._commits.rush.rest_seconds(worked_seconds, share, behind)

    def wake(self) -> None:
        """See SpoolReader.wake."""
        self._commits.wake()

    def seal_due(self) -> None:
        """Seal the active segment if it has taken records for `segment_seconds`; called by delivery, since a quiet spool does not write."""
        self._log.seal_due(self._clock.now())

    def stats(self) -> SpoolStats:
        segments = self._log.segments()
        return SpoolStats(
            waiting_bytes=self._commits.waiting_bytes,
            last_sync_seconds=self._log.last_sync_seconds,
            segments=len(segments),
            disk_bytes=sum(segment.size for segment in segments),
            oldest_received_at=segments[0].first_received_at if segments else None,
            failures=self._commits.failures,
            torn_tails=self._torn_tails,
            is_writable=self._commits.problem is None and not self._is_stuck(),
            durable_times=self._commits.durable_times,
        )

    def check_writable(self) -> None:
        """For /readyz: raises SpoolUnavailableError when records could not be made durable now. May block as long as the disk does.

        After a failed commit it tries the disk itself, because a server that is not ready gets no events to try it with.
        """
        if self._closed:
            raise SpoolUnavailableError("the spool is closed.")
        if self._is_stuck():
            raise SpoolUnavailableError(f"the disk of {self._folder} has not answered for {_STUCK_AFTER.seconds} seconds.")
        if self._commits.problem is None:
            return
        probe = self._folder / _PROBE_NAME
        try:
            self._disk.replace(probe, b"x" * 4096)
            self._disk.remove(probe)
        except OSError as error:
            raise SpoolUnavailableError(f"the spool in {self._folder} cannot be written: {error.strerror}.") from error
        self._commits.try_again()

    def close(self) -> None:
        """Settle what waits, seal the active segment and free the folder. Repeating it does nothing."""
        if not self._closed:
            self._closed = True
            self._commits.close()
            self._log.close()
            self._lock.release()

    def _is_stuck(self) -> bool:
        oldest = self._commits.oldest_waiting()
        return oldest is not None and self._clock.now() - oldest > _STUCK_AFTER


def _end(durable: "Future[None]", problem: BaseException | None) -> None:
    if durable.done():  # its request was cancelled
        return
    if problem is None:
        durable.set_result(None)
    else:
        durable.set_exception(problem)


def _wake(folder: Path, disk: Disk) -> tuple[Identity, Recovered]:
    """The identity and what earlier lives left, with a note that it has been put in order."""
    identity = load_identity(folder, disk)
    recovered = recover(folder, disk, closed=identity.closed, cuts=identity.cuts)
    if identity.cuts or not identity.closed:
        with suppress(OSError):  # on a full disk only the next start is more careful than it need be
            identity = save_identity(folder, identity, disk, closed=True, cuts={})
    return identity, recovered


def _unusable(folder: Path, error: OSError) -> TributeError:
    return TributeError(f"the spool in {folder} cannot be used: {error.strerror}; make the folder readable and writable for this user.")
