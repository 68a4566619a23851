"""The loader's threads: one loads the spool as soon as something is durable and never sleeps for good, one looks for objects."""

import threading
import time

import structlog
from prometheus_client import Histogram

from tribute.kit.clock import Clock, SystemClock
from tribute.kit.errors import TributeError
from tribute.kit.pauses import growing_pause, rest
from tribute.loader.loader import Loader, LoadReport
from tribute.loader.reconciling import Reconciler
from tribute.spool.port import SpoolReader

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
"""How long the thread waits for news before it looks for itself."""
COALESCE_SECONDS = 0.1
"""Events of this long go into one transaction: it keeps freshness below a second and the store's overhead small."""
QUIET_SECONDS = 20.0
"""Without news for this long, the store folds its write-ahead log into its file and gives back memory."""
_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_SHARE_IN_A_RUSH = 0.25
"""Of the time: enough for some 8,000 events a second, so that charts follow in any rush that is no flood."""

_LOAD_SECONDS = Histogram("tribute_load_seconds", "Time to load what was new, in seconds.", buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30))


class LoaderWorker:
    """Runs a loader until stopped. Failures are logged and tried again with growing pauses; health is progress, not being alive."""

    def __init__(self, loader: Loader, spool: SpoolReader, clock: Clock | None = None) -> None:
        self._loader = loader
        self._spool = spool
        clock = clock or SystemClock()
        self._began_at = clock.now()
        self.objects = Reconciler(loader, clock)
        """The part that waits for the object store."""
        self._stop = threading.Event()
        self._hurried = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)
        self.last_success = time.monotonic()
        self._total = LoadReport()

    @property
    def total(self) -> LoadReport:
        """What was loaded since the start, from the spool and from objects."""
        return self._total + self.objects.total

    def start(self) -> None:
        self._thread.start()
        self.objects.start()

    def stop(self) -> None:
        """End after the load under way; what is not loaded stays in the spool."""
        self._stop.set()
        self.hurry()
        if self._thread.is_alive():
            self._thread.join()
        self.objects.stop()

    def hurry(self) -> None:
        """Load at once what is new, because somebody waits for the watermark. Many calls at once cost one load."""
        self._hurried.set()
        self._spool.wake()

    @property
    def seconds_since_success(self) -> float:
        return time.monotonic() - self.last_success

    def _run(self) -> None:
        quiet_since = time.monotonic()
        folded = False
        failures = 0
        while not self._stop.is_set():
            self._hurried.clear()
            try:
                started = time.monotonic()
                report = self._loader.load_spool(may_look=False, after_batch=self._rest)
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
                self._stop.wait(growing_pause(_PAUSE_SECONDS, failures, _LONGEST_PAUSE_SECONDS))
                continue
            if self._spool.wait_for_more(POLL_SECONDS) and not self._hurried.is_set():
                self._hurried.wait(COALESCE_SECONDS)

    def _rest(self, worked_seconds: float) -> bool:
        """In a rush, leave the machine to the collector for a while, unless somebody waits for what it took in. False at the end."""
        self.last_success = time.monotonic()
        rest(
            lambda: self._spool.rest_seconds(worked_seconds, _SHARE_IN_A_RUSH, self._loader.watermark or self._began_at),
            self._hurried,
        )
        return not self._stop.is_set()

    def _succeeded(self, report: LoadReport) -> None:
        self.last_success = time.monotonic()
        self._total += report

    @staticmethod
    def _failed(error: Exception) -> None:
        reason = str(error) if isinstance(error, TributeError) else type(error).__name__
        log.error("load_failed", reason=reason, exc_info=not isinstance(error, TributeError))
