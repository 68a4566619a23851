"""The thread that looks for objects: those that delivery tells of, recent ones now and then, and all of them where the watermark waits.

It stands beside the loader's own thread, so that an object store that is away holds up no event in the spool. Run by LoaderWorker.
"""

import threading
import time
from dataclasses import dataclass

import structlog

from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError
from tribute.kit.pauses import growing_pause
from tribute.loader.loader import Loader, LoadReport
from tribute.objects.naming import recent_folders

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.5
"""How often the thread asks whether there is something to do; it asks this process's memory only."""
RECONCILE_SECONDS = 60.0
"""How often recent objects are looked for; those that delivery here tells of are loaded at once."""
RECONCILE_ALL_SECONDS = 6 * 3600.0
"""How often all objects are looked through: for what another collector delivered days late."""
_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ReconcilingStatus:
    """How the last rounds went. `last_error` is None when the last one went well."""

    last_error: str | None = None
    failures: int = 0
    """In a row."""


class Reconciler:
    """Looks for objects until stopped; after a failure again and again, with growing pauses."""

    def __init__(self, loader: Loader, clock: Clock) -> None:
        self._loader = loader
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="objects", daemon=True)
        self._next_recent = 0.0
        self._next_all = time.monotonic() + RECONCILE_ALL_SECONDS  # the first look, for the watermark, is at all of them
        self.status = ReconcilingStatus()
        self.total = LoadReport()

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """End after the load under way; a server that does not answer is not waited for, and nothing is half done without it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                report = self._round()
            except Exception as error:  # noqa: BLE001  the thread must outlive whatever fails in it
                self._failed(error)
                self._stop.wait(growing_pause(_PAUSE_SECONDS, self.status.failures, _LONGEST_PAUSE_SECONDS))
                continue
            if report is not None:
                self.total += report
                self.status = ReconcilingStatus()
            self._stop.wait(LOOK_SECONDS)

    def _round(self) -> LoadReport | None:
        """Do what is due; None when nothing was asked of the object store."""
        now = time.monotonic()
        report = self._loader.load_notified()
        if self._loader.is_look_due or now >= self._next_all:
            report += self._loader.load_objects()
            self._next_all, self._next_recent = now + RECONCILE_ALL_SECONDS, now + RECONCILE_SECONDS
        elif now >= self._next_recent:
            report += self._loader.load_objects(prefixes=recent_folders("", self._clock.now()))
            self._next_recent = now + RECONCILE_SECONDS
        elif report == LoadReport():
            return None
        return report

    def _failed(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, TributeError) else type(error).__name__
        self.status = ReconcilingStatus(reason, self.status.failures + 1)
        log.error("objects_not_read", reason=reason, in_a_row=self.status.failures, exc_info=not isinstance(error, TributeError))
