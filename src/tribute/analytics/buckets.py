"""Where buckets begin and end on a zone's wall clock, and which stored sums answer for which part of a span. Pure.

Invariant: the stretches of a span cover each of its instants once, and each has the label that `bucket_start` gives to all its instants.
Engines call `cover`; what they may add up from hours and days, and what they must count from events, is decided here once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tribute.analytics.definitions import DAY, HOUR, Grain, Metric, Span, bucket_start, clock_change
from tribute.kit.errors import InvalidInputError

TICK = timedelta(microseconds=1)
"""The resolution of times: a span that includes its end ends one tick later, exclusive."""

MOST_STRETCHES = 100_000
"""More buckets than this (eleven years of hours) are no chart; the query is refused instead of filling the memory."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Instants from `start` to before `end` that belong to the bucket `label`. After a change of the clocks a bucket may have several."""

    label: datetime
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Timeline:
    """A span's buckets, and which instants belong to which: from each of `edges` on, in order, lies the bucket at that of `places`."""

    starts: tuple[datetime, ...]
    """Where each bucket begins, in order."""
    edges: tuple[datetime, ...]
    places: tuple[int, ...]


NO_TIMELINE = Timeline((), (), ())


@dataclass(frozen=True, slots=True)
class Cover:
    """How a query is answered: stretches that equal whole UTC days, stretches of whole UTC hours, and stretches of single events.

    `days` and `hours` are read from stored sums, `events` from the events themselves. Together they cover the span once.
    """

    days: tuple[Stretch, ...]
    hours: tuple[Stretch, ...]
    events: tuple[Stretch, ...]


def stretches(span: Span, grain: Grain, zone: ZoneInfo) -> Iterator[Stretch]:
    """The span cut at bucket edges and changes of the clocks, in order; neighbours of one bucket are joined.

    Relies on no zone changing its clocks twice within a day (in all of tzdata the shortest time between two changes is four days).
    """
    at, end = span.start.astimezone(UTC), span.end.astimezone(UTC) + TICK
    held: Stretch | None = None
    while at < end:
        until = min(_next_edge(at, grain, zone), end)
        label = bucket_start(at, grain, zone)
        if held is not None and held.label == label:
            held = Stretch(label, held.start, until)
        else:
            if held is not None:
                yield held
            held = Stretch(label, at, until)
        at = until
    if held is not None:
        yield held


def timeline(span: Span, grain: Grain, zone: ZoneInfo) -> Timeline:
    """The buckets of a span. Raises InvalidInputError for too many."""
    pieces = list(_bounded(stretches(span, grain, zone)))
    places: dict[datetime, int] = {}
    for piece in pieces:
        places.setdefault(piece.label, len(places))
    return Timeline(tuple(places), tuple(piece.start for piece in pieces), tuple(places[piece.label] for piece in pieces))


def _next_edge(at: datetime, grain: Grain, zone: ZoneInfo) -> datetime:
    """The first instant after `at` at which the wall clock begins an hour or day, or is changed; weeks and months are made of days."""
    local = at.astimezone(zone)
    since_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    step = HOUR - since_hour if grain is Grain.HOUR else DAY - since_hour - local.hour * HOUR
    edge = at + step
    return edge if edge.astimezone(zone).utcoffset() == local.utcoffset() else clock_change(at, edge, zone)


def cover(metric: Metric, span: Span, grain: Grain, zone: ZoneInfo) -> Cover:
    """Divide a span among the stored sums and the events, exactly.

    A bucket that is one whole UTC day or hour is read as it is stored. Of the others, page views add up from the whole UTC hours
    inside and the events at the cut ends; visitors do not add up and are counted from the events. Raises InvalidInputError for a
    span of too many buckets.
    """
    days: list[Stretch] = []
    hours: list[Stretch] = []
    events: list[Stretch] = []
    pieces = list(_bounded(stretches(span, grain, zone)))
    several = _labels_of_several(pieces)
    for piece in pieces:
        if piece.label not in several and _is_whole(piece, DAY):
            days.append(piece)
        elif piece.label not in several and _is_whole(piece, HOUR):
            hours.append(piece)
        elif metric is Metric.PAGE_VIEWS:
            _add_up(piece, hours, events)
        else:
            events.append(piece)
    return Cover(tuple(days), tuple(hours), tuple(events))


def _bounded(all_stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    for count, stretch in enumerate(all_stretches):
        if count >= MOST_STRETCHES:
            raise InvalidInputError("span", f"it has more than {MOST_STRETCHES} buckets; ask for days instead of hours, or for less time")
        yield stretch


def _labels_of_several(pieces: list[Stretch]) -> set[datetime]:
    """Buckets in more than one stretch: their visitors must be counted together."""
    seen: set[datetime] = set()
    several: set[datetime] = set()
    for piece in pieces:
        (several if piece.label in seen else seen).add(piece.label)
    return several


def _is_whole(piece: Stretch, step: timedelta) -> bool:
    """Whether a stretch is exactly one UTC hour or day."""
    return piece.end - piece.start == step and _floor(piece.start, step) == piece.start


def _add_up(piece: Stretch, hours: list[Stretch], events: list[Stretch]) -> None:
    """Share a stretch among the whole UTC hours inside and the events before and after them."""
    first = _floor(piece.start + HOUR - TICK, HOUR)
    last = _floor(piece.end, HOUR)
    if first >= last:
        events.append(piece)
        return
    if piece.start < first:
        events.append(Stretch(piece.label, piece.start, first))
    hours.append(Stretch(piece.label, first, last))
    if last < piece.end:
        events.append(Stretch(piece.label, last, piece.end))


def _floor(at: datetime, step: timedelta) -> datetime:
    """The last whole UTC hour or day not after an instant."""
    if step == HOUR:
        return at.replace(minute=0, second=0, microsecond=0)
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
