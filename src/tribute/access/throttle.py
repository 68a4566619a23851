"""Slows guesses of passwords. Waiting belongs to a pair of address and e-mail, so that a stranger's guesses keep nobody else out.

Kept in memory: a restart forgives, which costs an attacker more than it gives. The door is the only caller.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError
from tribute.kit.proxies import network_of

FREE_ATTEMPTS = 5
"""Wrong guesses at one person from one address before waiting begins; people mistype."""
FREE_ATTEMPTS_OF_AN_ADDRESS = 20
"""The same for one address, whoever it guesses at: offices and schools share an address."""
LONGEST_WAIT = timedelta(minutes=1)
_FORGOTTEN_AFTER = timedelta(minutes=15)
_KEPT = 20_000


class TooManyAttemptsError(TributeError):
    """Guessing too fast. `retry_after` is in whole seconds, at least 1: HTTP 429."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many attempts to sign in; try again in {retry_after} seconds, or ask for a sign-in link")
        self.retry_after = retry_after


@dataclass(slots=True)
class _Failures:
    count: int
    last_at: datetime


class Throttle:
    """Counts wrong guesses. Threads may share it; memory is bounded."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: OrderedDict[tuple[str, ...], _Failures] = OrderedDict()

    def admit(self, email_key: str, client: str | None) -> None:
        """Let an attempt through or raise TooManyAttemptsError; an attempt let through counts as wrong until `succeeded`.

        Counting first means that a hundred guesses sent at once are not all let through before the first of them has failed.
        """
        now = self._clock.now()
        with self._lock:
            keys = _keys(email_key, client)
            wait = max(self._wait(key, free, now) for key, free in keys)
            if wait > timedelta():
                raise TooManyAttemptsError(max(1, -(-wait // timedelta(seconds=1))))
            for key, _ in keys:
                self._count(key, now)

    def succeeded(self, email_key: str, client: str | None) -> None:
        """The attempt was right: forget this person's wrong ones from this address, and take it off the address's account."""
        (pair, _), *others = _keys(email_key, client)
        with self._lock:
            self._failures.pop(pair, None)
            for key, _ in others:
                if key in self._failures:
                    self._failures[key].count -= 1

    def _wait(self, key: tuple[str, ...], free: int, now: datetime) -> timedelta:
        """1 s after the free attempts, doubling with each further one."""
        failures = self._failures.get(key)
        if failures is None or failures.count < free or now - failures.last_at >= _FORGOTTEN_AFTER:
            return timedelta()
        wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(failures.count - free, 10)))
        return failures.last_at + wait - now

    def _count(self, key: tuple[str, ...], now: datetime) -> None:
        failures = self._failures.pop(key, None)
        if failures is None or now - failures.last_at >= _FORGOTTEN_AFTER:
            failures = _Failures(0, now)
        failures.count, failures.last_at = failures.count + 1, now
        self._failures[key] = failures
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)


def _keys(email_key: str, client: str | None) -> list[tuple[tuple[str, ...], int]]:
    if client is None:
        return [(("person", email_key), FREE_ATTEMPTS)]
    network = network_of(client)
    return [(("pair", network, email_key), FREE_ATTEMPTS), (("address", network), FREE_ATTEMPTS_OF_AN_ADDRESS)]
