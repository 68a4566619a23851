"""How long appends take to be durable, as a histogram that costs next to nothing while tens of thousands a second come."""

from bisect import bisect_left
from collections.abc import Sequence

BOUNDS_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


class DurableTimes:
    """Counts by upper bound. Written by the commit thread, read by any."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS_SECONDS) + 1)
        self.sum_seconds = 0.0

    def note(self, taken_at: Sequence[float], durable_at: float) -> None:
        """Appends became durable together that were taken at these instants, in order, all by the monotonic clock."""
        rest = len(taken_at)
        for place, bound in enumerate(BOUNDS_SECONDS):
            longer = bisect_left(taken_at, durable_at - bound, 0, rest)
            self._counts[place] += rest - longer
            rest = longer
            if not rest:
                break
        self._counts[-1] += rest
        self.sum_seconds += len(taken_at) * durable_at - sum(taken_at)

    def buckets(self) -> list[tuple[float, int]]:
        """How many took at most so many seconds, for each bound and for infinity: cumulative, as Prometheus has it."""
        told, total = [], 0
        for bound, count in zip((*BOUNDS_SECONDS, float("inf")), list(self._counts), strict=True):
            total += count
            told.append((bound, total))
        return told
