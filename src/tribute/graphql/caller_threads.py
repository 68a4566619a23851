"""Threads for callers' work. Invariant: no caller occupies more than a few, counted until the work has really ended. For `operations`.

A thread cannot be stopped: who cancels an operation and begins another one must wait for the first one's thread all the same.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")

MOST_A_CALLER = 3
"""Two cores have six threads for all callers together (`asyncio.to_thread`)."""


@dataclass(slots=True)
class _Slots:
    free: asyncio.Semaphore
    users: int = field(default=0)
    """Who waits for a slot or has one; slots without users are forgotten."""


class CallerThreads:
    """Runs functions in the loop's threads, so many at once for each caller; further ones wait. For the event loop's thread alone."""

    def __init__(self, most: int = MOST_A_CALLER) -> None:
        self._most = most
        self._slots: dict[str, _Slots] = {}

    async def run(self, caller: str, function: Callable[..., T], *arguments: Any) -> T:
        """Like `asyncio.to_thread`. Cancelling gives up a place in the queue at once, but a thread only when it has ended."""
        slots = self._slots.setdefault(caller, _Slots(asyncio.Semaphore(self._most)))
        slots.users += 1
        try:
            await slots.free.acquire()
        except BaseException:
            self._leave(caller, slots)
            raise
        work = asyncio.get_running_loop().run_in_executor(None, partial(copy_context().run, function, *arguments))
        work.add_done_callback(lambda ended: self._ended(caller, slots, ended))
        return await asyncio.shield(work)

    def _ended(self, caller: str, slots: _Slots, work: "asyncio.Future[Any]") -> None:
        if not work.cancelled():
            work.exception()  # looked at, so that nobody reports what nobody waits for any more
        slots.free.release()
        self._leave(caller, slots)

    def _leave(self, caller: str, slots: _Slots) -> None:
        slots.users -= 1
        if not slots.users:
            del self._slots[caller]
