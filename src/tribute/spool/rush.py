"""Whether records pour in: then the threads beside the collector leave it the machine, and catch up afterwards.

A page view that is not taken in is lost; a chart that lags is only late. Noted by the commit thread, asked by the loader and delivery.
"""

import time
from collections.abc import Callable

_RECORDS_A_SECOND = 1_000
"""Twice the load at which charts are promised within a second, and a small part of what one core takes in."""
_WINDOW_SECONDS = 0.25
_LASTS_SECONDS = 0.5
_LONGEST_REST_SECONDS = 2.0
_FLOOD_RECORDS_A_SECOND = 8_000
"""About what is loaded with such rests: beyond it charts lag as long as it lasts, whatever is loaded meanwhile."""
_REST_IN_A_FLOOD_SECONDS = 30.0
_FAR_BEHIND_SECONDS = 600.0
"""Nobody rests who is so far behind: a rush without end would fill the disk with what is not delivered, and then nothing is taken in."""


class Rush:
    """The rate of the last quarter of a second. Written by one thread, read by any."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._since = monotonic()
        self._records = 0
        self._lasts_until = self._flood_until = self._since

    def note(self, records: int) -> None:
        """So many records have just become durable."""
        self._records += records
        now = self._monotonic()
        passed = now - self._since
        if passed >= _WINDOW_SECONDS:
            if self._records >= _RECORDS_A_SECOND * passed:
                self._lasts_until = now + _LASTS_SECONDS
            if self._records >= _FLOOD_RECORDS_A_SECOND * passed:
                self._flood_until = now + _LASTS_SECONDS
            self._since, self._records = now, 0

    @property
    def is_on(self) -> bool:
        return self._monotonic() < self._lasts_until

    @property
    def is_flood(self) -> bool:
        """Whether so many come that what reads them stands still."""
        return self._monotonic() < self._flood_until

    def rest_seconds(self, worked_seconds: float, share: float, behind_seconds: float) -> float:
        """How long to rest after so much work, so as to take about `share` of the time, more where a rest would be too long for it.

        0 while there is no rush, and for who is far behind. In a flood nearly all work is put off: there half a minute.
        """
        if behind_seconds > _FAR_BEHIND_SECONDS or not self.is_on:
            return 0.0
        if self.is_flood:
            return _REST_IN_A_FLOOD_SECONDS
        return min(_LONGEST_REST_SECONDS, worked_seconds * (1 / share - 1))
