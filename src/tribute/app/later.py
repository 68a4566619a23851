"""Doors that are built when they are needed: what they stand on takes long to load, and nobody else should wait for it or keep it.

Invariant: each is built once, in whichever thread asks first, beside the event loop. Used by `site` and `peoples_doors`.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from tribute.kit.asgi import AsgiApp, Receive, Scope, Send
from tribute.kit.errors import UnavailableError

Door = TypeVar("Door", bound=AsgiApp)


class LaterDoor(Generic[Door]):
    """Stands for a door; requests wait until it is there."""

    def __init__(self, build: Callable[[], Door], end: Callable[[Door], None] | None = None) -> None:
        """`end` is what has to be done with it at the end, if it was built."""
        self._build = build
        self._end = end
        self._building = threading.Lock()
        self._built: Door | None = None
        self._is_closed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._built
        if door is None:
            door = await asyncio.to_thread(self.built)
        await door(scope, receive, send)

    def built(self) -> Door:
        """The door, built by now. What keeps it from being built is raised to everyone who asks; the end of the site is such a thing."""
        with self._building:
            if self._is_closed:
                raise UnavailableError("Tribute is stopping.")
            if self._built is None:
                self._built = self._build()
            return self._built

    def close(self) -> None:
        """Wait for a building under way; none begins after."""
        with self._building:
            self._is_closed = True
            if self._built is not None and self._end is not None:
                self._end(self._built)
