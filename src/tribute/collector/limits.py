"""The rate limit: one token bucket a write key, in events. Called by the core with the monotonic time."""

import math

from tribute.collector.exchange import RefusalError

_MOST_BUCKETS = 10_000


class RateLimiter:
    """Lets `events_per_second` through for each key, and up to `burst` at once after a pause.

    A batch larger than the burst passes when the bucket is full and leaves it in debt, so that no batch can never pass.
    Memory is bounded: buckets that have filled up again say nothing and are forgotten.
    """

    def __init__(self, events_per_second: float, burst: int) -> None:
        if events_per_second <= 0 or burst < 1:
            raise ValueError("a rate limit lets at least something through")
        self._rate = float(events_per_second)
        self._burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str, events: int, now: float) -> None:
        """Take `events` from the bucket of `key` at monotonic time `now` (seconds). Raises RefusalError (429) when they are not there."""
        burst = self._burst
        tokens, since = self._buckets.get(key) or (burst, now)
        tokens += (now - since) * self._rate
        tokens = min(tokens, burst)
        if tokens < events and tokens < burst:
            missing = min(events, burst) - tokens
            seconds = max(1, math.ceil(missing / self._rate))
            raise RefusalError(429, f"Too many events for this write key; try again in {seconds} s.", retry_after=seconds)
        if key not in self._buckets and len(self._buckets) >= _MOST_BUCKETS:
            self._forget(now)
        self._buckets[key] = (tokens - events, now)

    def _forget(self, now: float) -> None:
        """Drop every bucket that is full by now; if that is not enough, also the half untouched for longest."""
        waiting = {key: (tokens, at) for key, (tokens, at) in self._buckets.items() if tokens + (now - at) * self._rate < self._burst}
        if len(waiting) > _MOST_BUCKETS // 2:
            latest = sorted(waiting.items(), key=lambda bucket: bucket[1][1])[-_MOST_BUCKETS // 2 :]
            waiting = dict(latest)
        self._buckets = waiting
