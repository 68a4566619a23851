"""Live numbers as they change: one loop reads for everybody who watches the same, and ends with the last of them.

Invariant: a watcher sees the newest numbers, at most once a second and only when they differ; a slow one skips, nothing piles up.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from tribute.access.caller import Caller
from tribute.analytics.port import Live
from tribute.graphql.caller_threads import CallerThreads
from tribute.kit.errors import UnavailableError
from tribute.reports.analytics import Analytics
from tribute.reports.scope import scope_of

_log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0


class LiveFeeds:
    """The feeds of a process, one a scope: an affiliate's, and the owners'. For the event loop's thread alone."""

    def __init__(self, analytics: Analytics, threads: CallerThreads, poll_seconds: float = POLL_SECONDS) -> None:
        self._analytics = analytics
        self._threads = threads
        self._poll_seconds = poll_seconds
        self._feeds: dict[str | None, _Feed] = {}

    def watch(self, caller: Caller) -> AsyncGenerator[Live, None]:
        """The caller's live numbers now, and again whenever they have changed. Raises NotAllowedError at once: a feed reads for many."""
        scope_of(caller)
        return self._watched(caller)

    async def _watched(self, caller: Caller) -> AsyncGenerator[Live, None]:
        async with self._feed(caller) as feed:
            seen = 0
            while True:
                seen, live = await feed.after(seen)
                yield live

    @asynccontextmanager
    async def _feed(self, caller: Caller) -> "AsyncIterator[_Feed]":
        scope = caller.affiliate_id
        feed = self._feeds.get(scope)
        if feed is None:
            feed = self._feeds[scope] = _Feed(lambda: self._read(caller), self._poll_seconds)
        feed.watchers += 1
        try:
            yield feed
        finally:
            feed.watchers -= 1
            if not feed.watchers:
                del self._feeds[scope]
                feed.end()

    async def _read(self, caller: Caller) -> Live:
        """Who ends a feed and begins it anew waits for its threads: they count as those of the scope."""
        return await self._threads.run(f"live numbers of {caller.affiliate_id}", self._analytics.live, caller)

    @property
    def running(self) -> int:
        """How many loops read."""
        return len(self._feeds)


class _Feed:
    """One loop that reads, and the newest numbers with how often they have changed."""

    def __init__(self, read: Callable[[], Awaitable[Live]], poll_seconds: float) -> None:
        self.watchers = 0
        self._read = read
        self._poll_seconds = poll_seconds
        self._changes = 0
        self._newest: Live | None = None
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._run())

    async def after(self, seen: int) -> tuple[int, Live]:
        """The newest numbers, once there are any that were not among the first `seen`."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._changes > seen)
        assert self._newest is not None  # noqa: S101 -- there was a change
        return self._changes, self._newest

    def end(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            try:
                await self._tell(await self._read())
            except UnavailableError as error:
                _log.warning("live_numbers_unavailable", reason=str(error))
            except Exception as error:  # noqa: BLE001 -- the edge of the loop: told and tried again
                _log.error("live_numbers_failed", exc_info=error)
            await asyncio.sleep(self._poll_seconds)

    async def _tell(self, live: Live) -> None:
        if live == self._newest:
            return
        async with self._changed:
            self._newest = live
            self._changes += 1
            self._changed.notify_all()
