"""Between the core and the spool: nothing is answered with 200 before it is on disk. Both shells go through here, so both answer alike.

What only the ledger can tell is looked up in threads of the door's own, and the request then enters again.
"""

import asyncio
import traceback
from asyncio import CancelledError, Task
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

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

Answer = Callable[[Reply], None]
"""Sends a reply. Called once for each request, on the event loop."""


class Door:
    """Takes requests in and lets replies out. Belongs to one event loop."""

    def __init__(self, collector: Collector, spool: SpoolWriter) -> None:
        self._collector = collector
        self._spool = spool
        self._gate = spool.gate
        self._threads = ThreadPoolExecutor(_MOST_LOOKS_AT_ONCE, "write-keys")
        self._looking: set[Task[None]] = set()

    def close(self) -> None:
        """Wait for the looks under way; no request may come after."""
        self._threads.shutdown(cancel_futures=True)

    def take(self, request: Request, answer: Answer) -> None:
        """Have the request answered: at once, or when its records are on disk or the ledger was asked. Never raises."""
        unknown = self._taken(request, answer)
        if unknown is not None:
            looking = asyncio.get_running_loop().create_task(self._look_and_take(request, answer, unknown))
            self._looking.add(looking)
            looking.add_done_callback(self._looking.discard)

    def turn_away(self, request: Request, answer: Answer, refusal: RefusalError) -> None:
        """Answer a request that a shell cannot take."""
        self._send(self._collector.refuse(request, refusal), answer)

    def _taken(self, request: Request, answer: Answer) -> NotLookedUpError | None:
        """Have it answered; or give what has to be looked for first, and then nothing was done."""
        try:
            with self._gate:
                reply = self._collector.receive(request)
                if reply.records:
                    self._spool.append_then(reply.records, partial(self._settled, request, reply, answer))
                    return None
        except NotLookedUpError as unknown:
            return unknown
        except SpoolUnavailableError:
            reply = self._unavailable(request)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must reach the tracker as 503, which it tries again, never as 400
            _tell(error)
            reply = self._unavailable(request)
        self._send(reply, answer)
        return None

    async def _look_and_take(self, request: Request, answer: Answer, unknown: NotLookedUpError) -> None:
        """Have it answered once the ledger has said what the request needs."""
        for _ in range(_MOST_LOOKS):
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, unknown.look)
            except (LedgerUnavailableError, CancelledError):
                break
            except Exception as error:  # noqa: BLE001 - as above
                _tell(error)
                break
            another = self._taken(request, answer)
            if another is None:
                return
            unknown = another
        self._send(self._unavailable(request), answer)

    def _settled(self, request: Request, reply: Reply, answer: Answer, problem: BaseException | None) -> None:
        """The records are on disk, or are not."""
        if problem is not None:
            if not isinstance(problem, SpoolUnavailableError):
                _tell(problem)
            reply = self._unavailable(request)
        self._send(reply, answer)

    def _send(self, reply: Reply, answer: Answer) -> None:
        self._collector.stats.answered(reply.status, reply.types)
        answer(reply)

    def _unavailable(self, request: Request) -> Reply:
        return self._collector.refuse(request, replies.unavailable())


def _tell(error: BaseException) -> None:
    """Log an unforeseen error by its type and place alone: its text may hold what a visitor sent."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    _log.error("collector_failed", error=type(error).__name__, at=[f"{frame.name}:{frame.lineno}" for frame in place])
