"""Between the core and the spool: nothing is answered with 200 before it is on disk. Both shells go through here, so both answer alike.

Used as `reply, durable = door.enter(request)`; when there is a future, wait for it; then send `door.settle(request, reply, durable)`.
"""

import traceback
from asyncio import Future

import structlog

from tribute.collector import replies
from tribute.collector.core import Collector
from tribute.collector.exchange import RefusalError, Reply, Request
from tribute.spool.port import SpoolUnavailableError, SpoolWriter

_log = structlog.get_logger("tribute.collector")


class Door:
    """Takes requests in and lets replies out. Belongs to one event loop."""

    def __init__(self, collector: Collector, spool: SpoolWriter) -> None:
        self._collector = collector
        self._spool = spool

    def enter(self, request: Request) -> "tuple[Reply, Future[None] | None]":
        """The reply, and what must end first where it confirms records. Never raises."""
        try:
            with self._spool.gate:
                reply = self._collector.receive(request)
                return reply, self._spool.append(reply.records) if reply.records else None
        except SpoolUnavailableError:
            return self.refuse(request, replies.unavailable()), None
        except Exception as error:  # noqa: BLE001 - a mistake of ours must reach the tracker as 503, which it tries again, never as 400
            _tell(error)
            return self.refuse(request, replies.unavailable()), None

    def settle(self, request: Request, reply: Reply, durable: "Future[None] | None") -> Reply:
        """The reply to send now that the records are on disk, or are not. Counts it."""
        if durable is not None and not _succeeded(durable):
            reply = self.refuse(request, replies.unavailable())
        self._collector.stats.answered(reply.status, reply.types)
        return reply

    def refuse(self, request: Request, refusal: RefusalError) -> Reply:
        """The reply to a request that goes no further, such as one whose body is too large to be read."""
        return self._collector.refuse(request, refusal)


def _succeeded(durable: "Future[None]") -> bool:
    if durable.cancelled():
        return False
    error = durable.exception()
    if error is not None and not isinstance(error, SpoolUnavailableError):
        _tell(error)
    return error is None


def _tell(error: BaseException) -> None:
    """Log an unforeseen error by its type and place alone: its text may hold what a visitor sent."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    _log.error("collector_failed", error=type(error).__name__, at=[f"{frame.name}:{frame.lineno}" for frame in place])
