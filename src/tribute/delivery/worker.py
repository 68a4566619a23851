"""Delivery running by itself in a thread: polls, backs off after failures for as long as they last, and tells how it is. Used by app.py."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from tribute.delivery.delivery import Delivery
from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError
from tribute.kit.pauses import rest

_log = structlog.get_logger()

_LONGEST_PAUSE_SECONDS = 60.0
_SHARE_IN_A_RUSH = 0.05
"""Of the time, while events pour in; more where segments take longer than a rest can make up for."""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """How delivery fares, for metrics, /readyz and doctor; times are aware UTC, counters run since the start.

    Health is progress: a worker whose `last_success_at` stands still while `oldest_undelivered_at` ages is not well.
    """

    running: bool = False
    last_success_at: datetime | None = None
    last_error: str | None = None
    """The sentence of the last failure; None when the last round went well."""
    consecutive_failures: int = 0
    oldest_undelivered_at: datetime | None = None
    segments: int = 0
    records: int = 0
    object_bytes: int = 0
    damages: int = 0


class DeliveryWorker:
    """Runs rounds of a Delivery until it is stopped. What is not delivered then is delivered after the next start."""

    def __init__(self, delivery: Delivery, clock: Clock, *, poll_seconds: float = 1.0, jitter: Callable[[], float] = random.random) -> None:
        """`jitter` gives numbers from 0 to 1 that keep several servers from retrying in step."""
        self._delivery = delivery
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._jitter = jitter
        self._stop = threading.Event()
        self._status = DeliveryStatus()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> bool:
        """End after the round under way; True when it has ended within the time. Repeating it does nothing."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def status(self) -> DeliveryStatus:
        """A snapshot; may be called from any thread."""
        return replace(self._status, running=self._thread.is_alive(), oldest_undelivered_at=self._delivery.oldest_undelivered())

    def _run(self) -> None:
        while not self._stop.is_set():
            self._round()
            self._stop.wait(self._pause_seconds())

    def _round(self) -> None:
        error: Exception | None
        status = self._status
        try:
            report = self._delivery.run_once(self._rest)
        except Exception as bug:  # noqa: BLE001  delivery may never end by itself: whatever it was, try again later
            error = bug
        else:
            error = report.error
            status = replace(
                status,
                segments=status.segments + report.segments,
                records=status.records + report.records,
                object_bytes=status.object_bytes + report.object_bytes,
                damages=status.damages + report.damages,
            )
        if error is None:
            self._status = replace(status, last_success_at=self._clock.now(), last_error=None, consecutive_failures=0)
            return
        told = str(error) if isinstance(error, TributeError | OSError) else type(error).__name__  # another text could hold an event
        self._status = replace(status, last_error=told, consecutive_failures=status.consecutive_failures + 1)
        _log.error("delivery.failed", error=told, in_a_row=self._status.consecutive_failures)

    def _rest(self, worked_seconds: float) -> None:
        """In a rush, leave the machine to the collector for a while."""
        delivery = self._delivery
        rest(lambda: delivery.spool.rest_seconds(worked_seconds, _SHARE_IN_A_RUSH, delivery.oldest_undelivered()), self._stop)

    def _pause_seconds(self) -> float:
        """Until the next round: the poll interval, or after failures twice as long each time up to a minute, half of it left to chance."""
        failures = self._status.consecutive_failures
        if not failures:
            return self._poll_seconds
        longest = min(_LONGEST_PAUSE_SECONDS, self._poll_seconds * 2.0 ** min(failures, 16))
        return longest * (0.5 + 0.5 * self._jitter())
