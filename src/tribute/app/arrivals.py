"""Where events arrive, as attribution asks for it: the spool's clock, the loader's watermark, and the loader's attention."""

from datetime import datetime

from tribute.app.freshness import data_as_of
from tribute.app.parts import Parts
from tribute.loader.worker import LoaderWorker


class SpoolArrivals:
    """The arrivals of a server's own spool. Threads may share it."""

    def __init__(self, parts: Parts, worker: LoaderWorker) -> None:
        self._gate = parts.spool.gate
        self._loaded_until = data_as_of(parts)
        self._worker = worker

    def stamp(self) -> datetime:
        with self._gate as now:
            return now

    def loaded_until(self) -> datetime:
        return self._loaded_until()

    def hurry(self) -> None:
        self._worker.hurry()
