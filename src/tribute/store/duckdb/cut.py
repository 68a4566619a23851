"""A bucket that a window cuts, in memory by time, so that what it has from any instant on is exact. Used by `kept`."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import duckdb

from tribute.analytics.definitions import Metric
from tribute.analytics.port import Point
from tribute.store.duckdb.schema import EVERYONE
from tribute.store.duckdb.times import naive


@dataclass(slots=True)
class _Part:
    """One website's page views: a visitor is among those from an instant on who was last seen then or later."""

    times: list[int] = field(default_factory=list)
    """Of the page views, in order, in microseconds since 1970."""
    left: list[int] = field(default_factory=list)
    """The page views from each of these on."""
    last_seen: list[int] = field(default_factory=list)
    """When each visitor was, in order."""

    def value(self, metric: Metric, since: int) -> int:
        if metric is Metric.VISITORS:
            return len(self.last_seen) - bisect_left(self.last_seen, since)
        place = bisect_left(self.times, since)
        return self.left[place] if place < len(self.left) else 0


@dataclass(frozen=True, slots=True)
class Cut:
    """What one affiliate, or everyone, has in a bucket."""

    bucket: datetime
    parts: Mapping[str, _Part]
    """By website, in their order."""

    @property
    def page_views(self) -> int:
        return sum(len(part.times) for part in self.parts.values())

    def points(self, metric: Metric, since: datetime) -> list[Point]:
        """What there is from an instant on, by website; nothing is zero."""
        values = ((website_id, part.value(metric, _microseconds(since))) for website_id, part in self.parts.items())
        return [Point(website_id, self.bucket, value) for website_id, value in values if value > 0]


def read_cut(connection: duckdb.DuckDBPyConnection, owner: str, bucket: datetime, step: timedelta) -> Cut:
    """The bucket from `bucket` on, `step` long, as the connection sees it; `owner` is an affiliate or EVERYONE."""
    mine, whose = ("", []) if owner == EVERYONE else ("AND affiliate_id = ?", [owner])
    rows = connection.execute(
        f"""
        SELECT website_id, epoch_us(event_time) AS seen, value,
            visitor_id IS NOT NULL AND row_number() OVER (PARTITION BY website_id, visitor_id ORDER BY event_time DESC) = 1
        FROM internal.counted_pages WHERE event_time >= ? AND event_time < ? {mine}
        ORDER BY website_id, seen
        """,  # noqa: S608 ours
        [naive(bucket), naive(bucket + step), *whose],
    ).fetchall()
    return Cut(bucket, _parts(rows))


def _parts(rows: Sequence[tuple[str, int, int, bool]]) -> Mapping[str, _Part]:
    """Of page views in the order of websites and times, each with its value and whether it is its visitor's last."""
    parts: dict[str, _Part] = {}
    for website_id, at, value, is_last in reversed(rows):
        part = parts.setdefault(website_id, _Part())
        part.times.append(at)
        part.left.append(value + (part.left[-1] if part.left else 0))
        if is_last:
            part.last_seen.append(at)
    for part in parts.values():
        for ordered in (part.times, part.left, part.last_seen):
            ordered.reverse()
    return dict(sorted(parts.items()))


def _microseconds(at: datetime) -> int:
    return (naive(at) - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001 times of the file mean UTC
