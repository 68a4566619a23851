"""Group commit: takes records from event loops, makes whatever has gathered durable in one write and sync, and tells the senders.

The next commit starts when the last one ends; there is no timer. Invariant: a record waits here until it is durable or refused, and
the log knows it is durable before it stops waiting. Used by Spool alone.
"""

import asyncio
import threading
import time
from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import chain
from queue import Empty, SimpleQueue

import msgspec
import structlog

from tribute.spool.durable_times import DurableTimes
from tribute.spool.gate import Gate
from tribute.spool.log import SegmentLog
from tribute.spool.port import Settled, SpoolUnavailableError
from tribute.spool.rush import Rush

_COMMIT_BYTES = 4 * 1024 * 1024
_APPEND_OVERHEAD_BYTES = 1024
_PAUSE_SECONDS = 0.5
_GATHER_SECONDS = 0.002
"""At most so long a commit waits for the event loop to take in what has come while the last one was made durable."""

_log = structlog.get_logger()


class _Waiting(msgspec.Struct, frozen=True, eq=False):
    """One append that is not settled. `size` is what it costs in memory, its objects included; `taken_at` is by the monotonic clock."""

    payloads: Sequence[bytes]
    settled: Settled
    loop: AbstractEventLoop
    received_at: datetime
    taken_at: float
    size: int


class GroupCommit:
    """A queue bounded in bytes and the thread that empties it. The gate's lock guards all of its state."""

    def __init__(self, log: SegmentLog, gate: Gate, *, max_waiting_bytes: int) -> None:
        self._segments = log
        self._gate = gate
        self._max_waiting_bytes = max_waiting_bytes
        self._work = threading.Condition(gate.lock)
        self._news = threading.Condition()
        self._queue: deque[_Waiting] = deque()
        self._in_sync: list[_Waiting] = []
        self._is_asleep = False
        self._gathered: SimpleQueue[int] = SimpleQueue()
        """Commits after which the event loop has been once through all that had come since it told their senders."""
        self._closing = False
        self._paused_until = 0.0
        self._failures_in_a_row = 0
        self.waiting_bytes = 0
        self.failures = 0
        self.commits = 0
        self._wakes = 0
        self.rush = Rush()
        self.durable_times = DurableTimes()
        self.problem: str | None = None
        """Why the last commit failed; None when it succeeded."""
        self._thread = threading.Thread(target=self._run, name="spool-commit", daemon=True)
        self._thread.start()

    def append_then(self, payloads: Sequence[bytes], payload_bytes: int, settled: Settled) -> None:
        """See SpoolWriter.append_then; called on a running event loop."""
        loop = asyncio.get_running_loop()
        size = _APPEND_OVERHEAD_BYTES + payload_bytes
        with self._gate.lock:
            if self._closing or self._paused_until or self.waiting_bytes + size > self._max_waiting_bytes:
                self._refuse(size)
            self._queue.append(_Waiting(payloads, settled, loop, self._gate.instant(), time.monotonic(), size))
            self.waiting_bytes += size
            if self._is_asleep:
                self._work.notify()

    def complete_until(self) -> datetime:
        """See SpoolReader.complete_until. What waits was received no earlier than its append entered the gate."""
        with self._gate as now:
            if self._in_sync:
                return self._in_sync[0].received_at
            return self._queue[0].received_at if self._queue else now

    def oldest_waiting(self) -> datetime | None:
        """When the oldest append that is not settled was taken."""
        with self._gate.lock:
            first = self._in_sync[0] if self._in_sync else self._queue[0] if self._queue else None
        return None if first is None else first.received_at

    def wait_for_more(self, seen: int, timeout_seconds: float) -> int:
        """Block until there were more than `seen` commits and wakes, or the time is over; gives how many there were."""
        with self._news:
            self._news.wait_for(lambda: self.commits + self._wakes > seen, timeout_seconds)
            return self.commits + self._wakes

    def wake(self) -> None:
        """End the waiting of everybody in `wait_for_more`."""
        with self._news:
            self._wakes += 1
            self._news.notify_all()

    def try_again(self) -> None:
        """End the pause after a failure: the disk has been seen to work."""
        with self._gate.lock:
            self._paused_until = 0.0
            self._failures_in_a_row = 0
            self.problem = None

    def close(self) -> None:
        """Settle all that waits and end the thread; later appends are refused."""
        with self._work:
            self._closing = True
            self._work.notify()
        self._thread.join()

    def _refuse(self, size: int) -> None:
        """Raise SpoolUnavailableError where so much cannot be taken now."""
        if self._closing:
            raise SpoolUnavailableError("the server is stopping; send the event again in a moment")
        if time.monotonic() < self._paused_until:
            raise SpoolUnavailableError(_unwritable(self.problem))
        if self.waiting_bytes + size > self._max_waiting_bytes:
            raise SpoolUnavailableError("the disk does not keep up with the events that arrive; send them again in a moment")

    def _run(self) -> None:
        number = 0
        while batch := self._take():
            number += 1
            self._commit(batch, partial(self._gathered.put, number))
            if not self._closing:
                self._wait_until_gathered(number)

    def _wait_until_gathered(self, number: int) -> None:
        """A queue, because it waits outside Python: `threading.Event` costs four times as much, at hundreds of commits a second."""
        with suppress(Empty):
            while self._gathered.get(timeout=_GATHER_SECONDS) < number:  # word of an earlier commit, which came late
                pass

    def _take(self) -> list[_Waiting]:
        """The next appends to commit together; none when the spool is closed and nothing waits."""
        with self._work:
            while not self._queue and not self._closing:
                self._is_asleep = True
                self._work.wait()
            self._is_asleep = False
            batch: list[_Waiting] = []
            size = 0
            while self._queue and (not batch or size + self._queue[0].size <= _COMMIT_BYTES):
                batch.append(self._queue.popleft())
                size += batch[-1].size
            self._in_sync = batch
            return batch

    def _commit(self, batch: list[_Waiting], then: Callable[[], None]) -> None:
        problem = None
        try:
            payloads = list(chain.from_iterable([waiting.payloads for waiting in batch]))
            self._segments.append(payloads, batch[0].received_at, read_late=self.rush.is_flood)
            self.rush.note(len(payloads))
        except OSError as error:
            problem = error.strerror or type(error).__name__
        except Exception as error:  # noqa: BLE001  whatever went wrong, the senders must hear of it and the thread must live
            problem = type(error).__name__
            _log.exception("spool.commit_bug")
        with self._gate.lock:
            refused = [] if problem is None else self._note_failure(problem)
            if problem is None:
                self._failures_in_a_row, self.problem = 0, None
            self._in_sync = []
            self.waiting_bytes -= sum([waiting.size for waiting in batch + refused])
        if problem is None:
            self.durable_times.note([waiting.taken_at for waiting in batch], time.monotonic())
            with self._news:
                self.commits += 1
                self._news.notify_all()
        _settle(batch + refused, problem, then)

    def _note_failure(self, problem: str) -> list[_Waiting]:
        """Count a failed commit; a second one in a row means that a new segment does not help: pause, and refuse what waits."""
        self.failures += 1
        self._failures_in_a_row += 1
        self.problem = problem
        _log.error("spool.commit_failed", problem=problem, in_a_row=self._failures_in_a_row)
        if self._failures_in_a_row < 2:
            return []
        self._paused_until = time.monotonic() + _PAUSE_SECONDS
        refused = list(self._queue)
        self._queue.clear()
        return refused


def _unwritable(problem: str | None) -> str:
    return f"events cannot be written to disk now ({problem}); nothing was accepted, send it again in a moment"


def _settle(batch: Sequence[_Waiting], problem: str | None, then: Callable[[], None]) -> None:
    """Tell the senders with one call into each event loop: a call a sender would cost more than the rest of a commit."""
    for loop in {waiting.loop for waiting in batch}:
        senders = [waiting.settled for waiting in batch if waiting.loop is loop]
        try:
            loop.call_soon_threadsafe(_tell, loop, senders, problem, then)
        except RuntimeError:  # the loop was closed meanwhile: nobody waits for these any more
            continue


def _tell(loop: AbstractEventLoop, senders: Sequence[Settled], problem: str | None, then: Callable[[], None]) -> None:
    """Tell each of them, whatever becomes of those before it; `then` is called when the loop has been once through what is ready."""
    loop.call_soon(then)
    error = None if problem is None else SpoolUnavailableError(_unwritable(problem))
    for settled in senders:
        try:
            settled(error)
        except Exception as failure:  # noqa: BLE001  one sender's mistake must not leave the others without an answer
            loop.call_exception_handler({"message": "A sender could not be told of its records.", "exception": failure})
