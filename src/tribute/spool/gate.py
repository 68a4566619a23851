"""The gate: the short stretch in which a record gets its receive time and its place in the queue. Held by the collector and the spool.

Invariant: whoever enters later sees a time that is not earlier, even when the machine's clock is set back.
"""

import threading
from datetime import UTC, datetime
from types import TracebackType

from tribute.kit.clock import Clock


class Gate:
    """A lock that may be entered again by its holder and tells when it was entered first. Never await inside it."""

    def __init__(self, clock: Clock) -> None:
        self.lock = threading.RLock()
        self._clock_now = clock.now
        self._depth = 0
        self._entered_at = datetime.min.replace(tzinfo=UTC)

    def __enter__(self) -> datetime:
        """Enter; gives the instant of entering, which is the one to stamp: no record inside was received before it."""
        self.lock.acquire()
        if self._depth == 0:
            now = self._clock_now()
            if now > self._entered_at:  # noqa: PLR1730  `max` takes four times as long
                self._entered_at = now
        self._depth += 1
        return self._entered_at

    def instant(self) -> datetime:
        """The instant at which the holder of the lock entered; now, for one that has not come through the gate."""
        if self._depth == 0:
            self._entered_at = max(self._entered_at, self._clock_now())
        return self._entered_at

    def now(self) -> datetime:
        """The instant at which the gate was last entered: the clock of whoever stamps inside it. It never goes backwards."""
        return self._entered_at

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._depth -= 1
        self.lock.release()
