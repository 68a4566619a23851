"""How often something may be asked for: so many times within a while, for each name. Kept in memory; a restart forgives."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from tribute.kit.clock import Clock

_NAMES_KEPT: Final = 20_000


class Quota:
    """Counts. Threads may share it; memory is bounded."""

    def __init__(self, clock: Clock, most: int, within: timedelta) -> None:
        self._clock = clock
        self._most = most
        self._within = within
        self._lock = Lock()
        self._taken: OrderedDict[str, list[datetime]] = OrderedDict()

    def take(self, name: str) -> bool:
        """Take one, if there is one left for this name."""
        now = self._clock.now()
        with self._lock:
            recent = [at for at in self._taken.pop(name, ()) if now - at < self._within]
            self._taken[name] = recent
            while len(self._taken) > _NAMES_KEPT:
                self._taken.popitem(last=False)
            if len(recent) >= self._most:
                return False
            recent.append(now)
            return True
