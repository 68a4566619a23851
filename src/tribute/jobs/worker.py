"""The money worker's thread: decides what is due, approves what has waited out its hold, tells the analytics; and never sleeps for good."""

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog
from prometheus_client import Counter, Histogram

from tribute.attribution.desk import Desk
from tribute.jobs.money_facts import MoneyFeeder
from tribute.kit.errors import TributeError
from tribute.kit.pauses import growing_pause

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 0.5
"""How long the thread waits for news before it looks for itself."""
APPROVE_SECONDS: Final = 5.0
"""How often commissions are looked for whose hold period is over."""
_LONGEST_PAUSE_SECONDS: Final = 30.0

_DECIDED = Counter("tribute_decisions", "Conversions that were decided, or looked at again and left as they were.")
_APPROVED = Counter("tribute_approvals", "Commissions that were approved after their hold period.")
_SECONDS = Histogram(
    "tribute_money_round_seconds", "Time of a round with something to do, in seconds.", buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10)
)


class MoneyWorker:
    """Runs the jobs of money until stopped. Failures are logged and tried again with growing pauses."""

    def __init__(self, desk: Desk, feeder: MoneyFeeder) -> None:
        self._desk = desk
        self._feeder = feeder
        self._stopping = threading.Event()
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="money", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the round under way."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Look now: something was taken in or changed."""
        self._news.set()

    def _run(self) -> None:
        failures = 0
        approve_at = 0.0
        while not self._stopping.is_set():
            self._news.clear()
            started = time.monotonic()
            well, done = self._round(approve=started >= approve_at)
            if started >= approve_at:
                approve_at = started + APPROVE_SECONDS
            if done:
                _SECONDS.observe(time.monotonic() - started)
            failures = 0 if well else failures + 1
            self._news.wait(LOOK_SECONDS if well else growing_pause(LOOK_SECONDS, failures, _LONGEST_PAUSE_SECONDS))

    def _round(self, *, approve: bool) -> tuple[bool, int]:
        """Do each job once, whichever of them fail; whether all went well, and how much there was to do."""
        decided = self._done(self._desk.decide_due)
        approved = self._done(self._desk.approve_due) if approve else 0
        told = self._done(self._feeder.feed)
        _DECIDED.inc(decided or 0)
        _APPROVED.inc(approved or 0)
        results = (decided, approved, told)
        return None not in results, sum(result or 0 for result in results)

    @staticmethod
    def _done(job: Callable[[], int]) -> int | None:
        try:
            return job()
        except TributeError as error:
            _log.warning("money_job_failed", job=job.__name__, reason=str(error))
        except Exception:  # noqa: BLE001 -- the thread must outlive whatever fails in it
            _log.exception("money_job_failed", job=job.__name__)
        return None
