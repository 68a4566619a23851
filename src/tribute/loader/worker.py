"""The loader's thread: loads as soon as something is durable, reconciles objects now and then, and never sleeps for good."""

import threading
import time

import structlog
from prometheus_client import Histogram

from tribute.kit.clock import Clock, SystemClock
from tribute.kit.errors import TributeError
from tribute.loader.loader import Loader, LoadReport
from tribute.objects.naming import recent_folders
from tribute.spool.port import SpoolReader

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
"""How long the thread waits for news before it looks for itself."""
COALESCE_SECONDS = 0.1
"""Events of this long go into one transaction: it keeps freshness below a second and the store's overhead small."""
RECONCILE_SECONDS = 60.0
"""How often recent objects are looked for; those that delivery here tells of are loaded at once."""
RECONCILE_ALL_SECONDS = 6 * 3600.0
"""How often all objects are looked through: for what another collector delivered days late."""
QUIET_SECONDS = 20.0
"""Without news for this long, the store folds its write-ahead log into its file."""
_LONGEST_PAUSE_SECONDS = 30.0

_LOAD_SECONDS = Histogram("tribute_load_seconds", "Time to load what was new, in seconds.", buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30))


class LoaderWorker:
    """Runs a loader until stopped. Failures are logged and tried again with growing pauses; health is progress, not being alive."""

    def __init__(self, loader: Loader, spool: SpoolReader, clock: Clock | None = None) -> None:
        self._loader = loader
        self._spool = spool
        self._clock = clock or SystemClock()
        self._stop = threading.Event()
        self._hurried = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)
        self.last_success = time.monotonic()
        self.total = LoadReport()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the load under way; what is not loaded stays in the spool."""
        self._stop.set()
        self.hurry()
        if self._thread.is_alive():
            self._thread.join()

    def hurry(self) -> None:
        """Load at once what is new, because somebody waits for the watermark. Many calls at once cost one load."""
        self._hurried.set()
        self._spool.wake()

    @property
    def seconds_since_success(self) -> float:
        return time.monotonic() - self.last_success

    def _run(self) -> None:
        next_reconcile = 0.0
        next_of_all = time.monotonic() + RECONCILE_ALL_SECONDS  # the loader's own first load looks through all of them
        quiet_since = time.monotonic()
        folded = False
        failures = 0
        while not self._stop.is_set():
            self._hurried.clear()
            try:
                started = time.monotonic()
                report = self._loader.load_spool() + self._loader.load_notified()
                if started >= next_of_all:
                    report += self._loader.load_objects()
                    next_of_all = started + RECONCILE_ALL_SECONDS
                elif started >= next_reconcile:
                    report += self._loader.load_objects(prefixes=recent_folders("", self._clock.now()))
                    next_reconcile = started + RECONCILE_SECONDS
                if report.events:
                    _LOAD_SECONDS.observe(time.monotonic() - started)
                    quiet_since, folded = time.monotonic(), False
                elif not folded and time.monotonic() - quiet_since > QUIET_SECONDS:
                    self._loader.store.checkpoint()
                    folded = True
                self._succeeded(report)
                failures = 0
            except Exception as error:  # noqa: BLE001  the thread must outlive whatever fails in it
                failures += 1
                self._failed(error)
                self._stop.wait(min(_LONGEST_PAUSE_SECONDS, 0.2 * 2**failures))
                continue
            if self._spool.wait_for_more(POLL_SECONDS) and not self._hurried.is_set():
                self._hurried.wait(COALESCE_SECONDS)

    def _succeeded(self, report: LoadReport) -> None:
        self.last_success = time.monotonic()
        self.total += report

    @staticmethod
    def _failed(error: Exception) -> None:
        reason = str(error) if isinstance(error, TributeError) else type(error).__name__
        log.error("load_failed", reason=reason, exc_info=not isinstance(error, TributeError))
