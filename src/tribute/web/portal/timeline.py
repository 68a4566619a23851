"""Moments on a line: where each lies, in percent of its width, so that near ones do not hide each other. Pure; used by one commission."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tribute.web.amounts import Amount

_FIRST: Final = 4.0
_LAST: Final = 96.0
_APART: Final = 8.0
"""The least distance of two marks; with more of them than fit so, they lie evenly."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to a commission, or will; `tone` as of states. `place` is in percent from the left."""

    at: datetime
    what: str
    amount: Amount | None = None
    tone: str | None = None
    is_to_come: bool = False
    place: float = 0.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """Moments by time. `window` is where the time in which a click counts begins and ends; None where there is none to draw."""

    moments: Sequence[Moment]
    window: tuple[float, float] | None
    window_days: int | None

    @property
    def window_width(self) -> float:
        return round(self.window[1] - self.window[0], 2) if self.window is not None else 0.0


def timeline(moments: Sequence[Moment], order_at: datetime, window_days: int | None) -> Timeline:
    """The moments, which are in order, each at its place; the line is as long as they last."""
    first, last = moments[0].at, moments[-1].at
    length = (last - first) / timedelta(seconds=1)

    def exact(at: datetime) -> float:
        return _FIRST + (_LAST - _FIRST) * ((at - first) / timedelta(seconds=1) / length if length else 0.5)

    places = _apart([exact(moment.at) for moment in moments])
    shown = [replace(moment, place=round(place, 2)) for moment, place in zip(moments, places, strict=True)]
    order = next((moment.place for moment in shown if moment.at == order_at and moment.tone == "good"), None)
    if order is None or window_days is None or shown[0].place >= order:
        return Timeline(shown, None, window_days)
    begins = order_at - timedelta(days=window_days)
    clicks = [moment for moment in shown if begins <= moment.at < order_at]
    left = 0.0 if begins <= first else min([exact(begins), *(moment.place - _APART / 2 for moment in clicks)])
    return Timeline(shown, (round(left, 2), order), window_days)


def _apart(exact: Sequence[float]) -> list[float]:
    """Places in the same order, each at least `_APART` after the one before, all on the line."""
    apart = min(_APART, (_LAST - _FIRST) / max(1, len(exact) - 1))
    placed: list[float] = []
    for place in exact:
        placed.append(max(place, placed[-1] + apart) if placed else place)
    limit = _LAST
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - apart
    return placed
