"""Tells websocket connections that the ledger has changed, so that they look again whether their credentials still hold. For `realtime`.

Invariant: one cheap question a second for however many connections, and none while there are none. For the event loop's thread alone.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import structlog

from tribute.kit.errors import UnavailableError

_log = structlog.get_logger(__name__)


class LedgerWatch:
    """Counts the changes that it has seen; `version` is another number after each, and may wait for the ledger."""

    def __init__(self, version: Callable[[], int], every_seconds: float) -> None:
        self._version = version
        self._every_seconds = every_seconds
        self._watchers = 0
        self._task: asyncio.Task[None] | None = None
        self._next = asyncio.Event()
        self.changes = 0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch within the block."""
        self._watchers += 1
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._task.cancel()
                self._task = None

    async def wait(self, seen: int, longest_seconds: float) -> None:
        """Return once there are other changes than the first `seen`, or after so long."""
        if self.changes == seen:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._next.wait(), longest_seconds)

    async def _run(self) -> None:
        known: int | None = None  # what changed before the first look counts as a change: a connection may have been let in meanwhile
        while True:
            try:
                version = await asyncio.to_thread(self._version)
            except UnavailableError:
                pass
            except Exception as error:  # noqa: BLE001  the watch must outlive whatever fails in it
                _log.error("ledger_watch.failed", reason=type(error).__name__)
            else:
                if version != known:
                    known = version
                    self._tell()
            await asyncio.sleep(self._every_seconds)

    def _tell(self) -> None:
        self.changes += 1
        self._next.set()
        self._next = asyncio.Event()
