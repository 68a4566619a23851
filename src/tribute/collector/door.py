"""Between the core and the spool: nothing is answered with 200 before it is on disk. Both shells go through here, so both answer alike.

Used as `reply, durable = door.enter(request)`; when there is a future, wait for it; then send `door.settle(request, reply, durable)`.
What only the ledger can tell is looked up in threads of the door's own, and the request then enters again.
"""

import asyncio
import traceback
from asyncio import Future, Task
from concurrent.futures import ThreadPoolExecutor

import structlog

from tribute.collector import replies
from tribute.collector.core import Collector
from tribute.collector.exchange import RefusalError, Reply, Request
from tribute.collector.port import LedgerUnavailableError, NotLookedUpError
from tribute.spool.port import SpoolUnavailableError, SpoolWriter

_log = structlog.get_logger("tribute.collector")

_MOST_LOOKS_AT_ONCE = 2
_MOST_LOOKS = 50
"""For one request: an owner's import may name many websites. A sender who is told 503 after these sends again, and finds them known."""


class Door:
    """Takes requests in and lets replies out. Belongs to one event loop."""

    def __init__(self, collector: Collector, spool: SpoolWriter) -> None:
        self._collector = collector
        self._spool = spool
        self._threads = ThreadPoolExecutor(_MOST_LOOKS_AT_ONCE, "write-keys")
        self._looking: set[Task[Reply]] = set()

    def close(self) -> None:
        """Wait for the looks under way; no request may come after."""
        self._threads.shutdown(cancel_futures=True)

    def enter(self, request: Request) -> "tuple[Reply, Future[None] | Task[Reply] | None]":
        """The reply, and what must end first where it confirms records or has to be looked for. Never raises."""
        try:
            return self._received(request)
        except NotLookedUpError as unknown:
            looking = asyncio.get_running_loop().create_task(self._look_and_enter(request, unknown))
            self._looking.add(looking)
            looking.add_done_callback(self._looking.discard)
            return self.refuse(request, replies.unavailable()), looking

    async def _look_and_enter(self, request: Request, unknown: NotLookedUpError) -> Reply:
        """The reply once the ledger has said what the request needs, and its records are on disk."""
        for _ in range(_MOST_LOOKS):
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, unknown.look)
                reply, durable = self._received(request)
            except NotLookedUpError as another:
                unknown = another
            except LedgerUnavailableError:
                break
            else:
                if durable is not None:
                    await asyncio.wait((durable,))
                return self._settled(request, reply, durable)
        return self.refuse(request, replies.unavailable())

    def _received(self, request: Request) -> "tuple[Reply, Future[None] | None]":
        """As `enter`, but raises NotLookedUpError."""
        try:
            with self._spool.gate:
                reply = self._collector.receive(request)
                return reply, self._spool.append(reply.records) if reply.records else None
        except NotLookedUpError:
            raise
        except SpoolUnavailableError:
            return self.refuse(request, replies.unavailable()), None
        except Exception as error:  # noqa: BLE001 - a mistake of ours must reach the tracker as 503, which it tries again, never as 400
            _tell(error)
            return self.refuse(request, replies.unavailable()), None

    def settle(self, request: Request, reply: Reply, durable: "Future[None] | Task[Reply] | None") -> Reply:
        """The reply to send now that the records are on disk, or are not. Counts it."""
        if isinstance(durable, Task):
            reply = durable.result() if _succeeded(durable) else reply
        else:
            reply = self._settled(request, reply, durable)
        self._collector.stats.answered(reply.status, reply.types)
        return reply

    def _settled(self, request: Request, reply: Reply, durable: "Future[None] | None") -> Reply:
        return reply if durable is None or _succeeded(durable) else self.refuse(request, replies.unavailable())

    def refuse(self, request: Request, refusal: RefusalError) -> Reply:
        """The reply to a request that goes no further, such as one whose body is too large to be read."""
        return self._collector.refuse(request, refusal)


def _succeeded(durable: "Future[None] | Task[Reply]") -> bool:
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
