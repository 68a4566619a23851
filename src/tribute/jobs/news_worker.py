"""The news worker's thread: looks for sales and approvals to write about, and once in a while for weeks that ended. Started by `app`."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from tribute.jobs.news import NewsMailer
from tribute.jobs.weekly import WeeklyMailer
from tribute.kit.errors import TributeError
from tribute.kit.pauses import growing_pause

_log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 20.0
WEEKLY_SECONDS: Final = 300.0
_LONGEST_PAUSE_SECONDS: Final = 300.0


class NewsWorker:
    """Writes letters with news until stopped. Failures are logged and tried again; nothing is told twice."""

    def __init__(self, news: Sequence[NewsMailer], weekly: WeeklyMailer) -> None:
        self._news = news
        self._weekly = weekly
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the letter under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        failures, weekly_at = 0, 0.0
        while not self._stopping.is_set():
            jobs: list[Callable[[], int]] = [mailer.tell for mailer in self._news]
            if time.monotonic() >= weekly_at:
                jobs.append(self._weekly.tell)
                weekly_at = time.monotonic() + WEEKLY_SECONDS
            results = [self._done(job) for job in jobs]  # each, whichever of them fail
            well = all(results)
            failures = 0 if well else failures + 1
            self._stopping.wait(LOOK_SECONDS if well else growing_pause(LOOK_SECONDS, failures, _LONGEST_PAUSE_SECONDS))

    @staticmethod
    def _done(job: Callable[[], int]) -> bool:
        try:
            job()
        except TributeError as error:
            _log.warning("news_job_failed", reason=str(error))
        except Exception:  # noqa: BLE001 -- the thread must outlive whatever fails in it
            _log.exception("news_job_failed")
        else:
            return True
        return False
