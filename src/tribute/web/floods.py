"""How much strangers may send through a page that is open to everybody: so much from one network, and so much in all.

Kept in memory: a restart forgives. What was refused is not counted, so that nobody is kept out for longer than the time itself.
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from threading import Lock

from tribute.kit.clock import Clock
from tribute.kit.proxies import network_of


class Floods:
    """Lets requests through up to the bounds. Threads may share it; memory is bounded by `in_all`."""

    def __init__(self, clock: Clock, *, of_a_network: int, in_all: int, within: timedelta) -> None:
        self._clock = clock
        self._of_a_network = of_a_network
        self._in_all = in_all
        self._within = within
        self._lock = Lock()
        self._seen: deque[tuple[datetime, str]] = deque()
        self._networks: Counter[str] = Counter()

    def admits(self, client: str | None) -> bool:
        """Whether a request from this address may go on; it is counted if so. An address that nothing tells is one network."""
        network, now = network_of(client or ""), self._clock.now()
        with self._lock:
            while self._seen and now - self._seen[0][0] >= self._within:
                self._forget(self._seen.popleft()[1])
            if len(self._seen) >= self._in_all or self._networks[network] >= self._of_a_network:
                return False
            self._seen.append((now, network))
            self._networks[network] += 1
            return True

    def _forget(self, network: str) -> None:
        self._networks[network] -= 1
        if self._networks[network] <= 0:
            del self._networks[network]
