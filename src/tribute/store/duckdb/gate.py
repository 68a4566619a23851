"""Lets readers through, and holds them back for the moment in which the store's file is changed for another.

Invariant: while the gate is shut nobody reads. Long readers (people's SQL) are waited for first, so that short ones hardly wait.
Used by `store`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tribute.analytics.port import StoreBusyError


class Gate:
    """Counts who is inside. Safe from any thread; `shut` must not be called by a reader."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = {"short": 0, "long": 0}
        self._held_back: set[str] = set()
        self._closed = False

    @contextmanager
    def reader(self, *, long: bool = False) -> Iterator[None]:
        """Be inside; waits while the gate is shut. Raises StoreBusyError once it is closed for good."""
        kind = "long" if long else "short"
        with self._changed:
            self._changed.wait_for(lambda: self._closed or kind not in self._held_back)
            if self._closed:
                raise StoreBusyError("The store is closed because Tribute is stopping.")
            self._inside[kind] += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[kind] -= 1
                self._changed.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Wait until everybody is out, and keep everybody out meanwhile."""
        with self._changed:
            try:
                for kind in ("long", "short"):
                    self._held_back.add(kind)
                    self._changed.wait_for(lambda kind=kind: not self._inside[kind])  # type: ignore[misc]  # the default binds the loop's value
                yield
            finally:
                self._held_back.clear()
                self._changed.notify_all()

    @contextmanager
    def shut_if_empty(self) -> Iterator[bool]:
        """Keep everybody out meanwhile, if nobody is inside, which is what it tells. Never waits."""
        with self._changed:
            yield not any(self._inside.values())

    def close(self) -> bool:
        """Admit nobody any more. False when it was closed before."""
        with self._changed:
            was_open, self._closed = not self._closed, True
            self._changed.notify_all()
            return was_open

    @property
    def closed(self) -> bool:
        return self._closed

    def wait_until_empty(self) -> None:
        """Wait for those inside to leave."""
        with self._changed:
            self._changed.wait_for(lambda: not any(self._inside.values()))
