"""The sums that were asked for lately, in memory as the file has them, so that a chart that is looked at again costs no query.

Invariant: what is kept equals what a read of the last commit gives. The writer tells every touched bucket with its commit, and what was
read while a commit was under way is not kept. A bucket that a window cuts is kept by time, so that any cut of it is exact; one that a
commit changes is read again with it if it was asked for, so that who asks again does not wait beside a load. Used by `store`.
"""

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import duckdb

from tribute.analytics.buckets import TICK
from tribute.analytics.definitions import DAY, HOUR, Grain, Metric, bucket_start
from tribute.analytics.port import UTC_ZONE, Point, SeriesQuery
from tribute.store.duckdb import aggregates
from tribute.store.duckdb.aggregates import Change
from tribute.store.duckdb.cut import Cut, read_cut
from tribute.store.duckdb.schema import EVERYONE
from tribute.store.duckdb.series import series
from tribute.store.duckdb.times import aware, naive

_TABLES = {Grain.HOUR: "hours", Grain.DAY: "days"}
_STEPS = {Grain.HOUR: HOUR, Grain.DAY: DAY}
_LONGEST = {Grain.HOUR: 8 * DAY, Grain.DAY: 400 * DAY}
"""Longer spans are read from the file."""
_METRICS = (Metric.PAGE_VIEWS, Metric.VISITORS)

MOST_POINTS = 200_000
"""Kept of all affiliates together: some 40 MB. Beyond them the affiliate whose numbers were not asked for the longest is forgotten."""
MOST_CUT = 100_000
"""Page views of a cut bucket; one with more is counted from the events each time."""
_CUTS = 10
"""Cut buckets of an affiliate: the five windows have five."""
MOST_RENEWED = 20_000
"""Page views of the cuts that are read again with a commit, some 20 ms; further ones are read when they are asked for."""
_READ = 1_000
"""What reading a cut costs at least, in page views."""

_Place = tuple[Grain, datetime]
"""A step and a bucket."""


@dataclass(slots=True)
class _Line:
    """Points of one metric that are more than zero, ordered by bucket, then website."""

    keys: list[tuple[datetime, str]] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @classmethod
    def of(cls, points: Sequence[Point]) -> "_Line":
        shown = [point for point in points if point.value > 0]
        return cls([(point.bucket, point.website_id) for point in shown], shown)

    def put(self, key: tuple[datetime, str], value: int) -> None:
        """Let a bucket of a website have this value."""
        place = bisect_left(self.keys, key)
        if place < len(self.keys) and self.keys[place] == key:
            del self.keys[place], self.points[place]
        if value > 0:
            self.keys.insert(place, key)
            self.points.insert(place, Point(key[1], key[0], value))

    def between(self, start: datetime, end: datetime) -> list[Point]:
        return self.points[bisect_left(self.keys, (start,)) : bisect_left(self.keys, (end,))]


@dataclass(slots=True)
class _Sums:
    """All buckets of one affiliate and step that begin at `since` or later."""

    since: datetime
    lines: dict[Metric, _Line]

    @property
    def size(self) -> int:
        return sum(len(line.points) for line in self.lines.values())


@dataclass(slots=True)
class _Kept:
    """What is kept of one affiliate, or of everyone."""

    sums: dict[Grain, _Sums] = field(default_factory=dict)
    cuts: OrderedDict[_Place, Cut] = field(default_factory=OrderedDict)
    asked: set[_Place] = field(default_factory=set)
    """The cuts that somebody asked for since they were read: worth reading again when a commit changes them."""

    @property
    def size(self) -> int:
        return sum(sums.size for sums in self.sums.values()) + sum(cut.page_views for cut in self.cuts.values())

    def forget_cut(self, place: _Place) -> None:
        self.cuts.pop(place, None)
        self.asked.discard(place)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A query of whole UTC hours or days, of which the first may be cut and the last one is, but has nothing after the cut."""

    query: SeriesQuery
    owner: str
    first: datetime
    """The bucket in which the span begins."""
    end: datetime
    """Where the bucket of the last instant ends."""

    @property
    def grain(self) -> Grain:
        return self.query.grain

    @property
    def is_cut(self) -> bool:
        return self.query.span.start > self.first

    @property
    def whole_from(self) -> datetime:
        return self.first + _STEPS[self.grain] if self.is_cut else self.first


@dataclass(frozen=True, slots=True)
class Changes:
    """What a transaction changed of what is kept."""

    sums: Sequence[Change]
    cuts: Mapping[tuple[str, _Place], Cut]
    """Those that were worth reading again, as the transaction leaves them."""


class KeptSums:
    """Answers series from memory where it can. Safe from several threads; `changes` and `settle` are the writer's alone."""

    def __init__(self, latest: datetime, most_points: int = MOST_POINTS) -> None:
        """`latest` is when the last of the page views was that the file has."""
        self._latest = latest
        self._most_points = most_points
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._commits = 0
        self._settling = False  # a commit is under way: what is read now may be of before or after it

    @property
    def latest(self) -> datetime:
        """No page view that the file has is later."""
        return self._latest

    def answer(self, query: SeriesQuery) -> list[Point] | None:
        """The points, where all that they need is kept."""
        with self._lock:  # for the plan, too: it holds as long as nothing later than the latest is settled
            plan = self._plan(query)
            kept = self._kept.get(plan.owner) if plan is not None else None
            if plan is None or kept is None:
                return None
            self._kept.move_to_end(plan.owner)
            return _answer(plan, kept)

    def read(self, connection: duckdb.DuckDBPyConnection, query: SeriesQuery) -> list[Point]:
        """The points from the file; what they needed is kept for the next query. Leaves a transaction open."""
        commits = self._commits
        connection.execute("BEGIN TRANSACTION READ ONLY")
        plan = self._plan(query)
        if plan is None:
            return series(connection, query)
        kept = _Kept({plan.grain: _read_sums(connection, plan)})
        if plan.is_cut and not _read_cut(connection, plan, kept):
            return series(connection, query)
        if self._plan(query) is None:  # DuckDB's transaction began with the first look: later page views may have come since the plan
            return series(connection, query)
        answer = _answer(plan, kept)
        self._keep(plan.owner, kept, commits)
        return series(connection, query) if answer is None else answer

    def note_latest(self, at: datetime) -> None:
        """No page view is later than this or than what was noted before. Called before such page views are committed."""
        with self._lock:
            self._latest = max(self._latest, at)

    def changes(self, writer: duckdb.DuckDBPyConnection) -> Changes:
        """What the writer's transaction changed of what is kept; until `settle` nothing more is kept."""
        with self._lock:
            self._settling = True
            owners = list(self._kept)
        sums = aggregates.take_changes(writer, owners)
        cuts = {(owner, place): read_cut(writer, owner, place[1], _STEPS[place[0]]) for owner, place in self._worth_reading_again(sums)}
        return Changes(sums, cuts)

    def settle(self, changes: Changes) -> None:
        """Take in what was committed."""
        with self._lock:
            for change in changes.sums:
                self._apply(change)
            for (owner, place), cut in changes.cuts.items():
                if owner in self._kept:
                    self._kept[owner].cuts[place] = cut
            self._commits += 1
            self._settling = False
            self._forget_the_oldest()

    def forget(self) -> None:
        """Keep nothing of what is kept."""
        with self._lock:
            self._kept.clear()
            self._commits += 1
            self._settling = False

    def _plan(self, query: SeriesQuery) -> _Plan | None:
        latest, grain, span = self._latest, query.grain, query.span
        if grain not in _TABLES or query.zone != UTC_ZONE or query.metric not in _METRICS:
            return None
        if span.end - span.start > _LONGEST[grain]:
            return None
        first, last = bucket_start(span.start, grain, UTC_ZONE), bucket_start(span.end, grain, UTC_ZONE)
        end = last + _STEPS[grain]
        if span.end < latest and span.end + TICK < end:
            return None  # page views after the span may lie in its last bucket
        owner = EVERYONE if query.affiliate_id is None else query.affiliate_id
        return _Plan(query, owner, first, end)

    def _keep(self, owner: str, read: _Kept, commits: int) -> None:
        with self._lock:
            if self._settling or commits != self._commits:
                return
            kept = self._kept.setdefault(owner, _Kept())
            for grain, sums in read.sums.items():
                known = kept.sums.get(grain)
                if known is None or sums.since < known.since:  # both are of this commit: the longer one has all of the shorter
                    kept.sums[grain] = sums
            kept.cuts.update(read.cuts)
            kept.asked |= read.asked
            while len(kept.cuts) > _CUTS:
                kept.forget_cut(next(iter(kept.cuts)))
            self._kept.move_to_end(owner)
            self._forget_the_oldest()

    def _worth_reading_again(self, changes: Iterable[Change]) -> list[tuple[str, _Place]]:
        """The changed cuts that were asked for, the affiliates' first who were asked about last, as far as the writer may be held up."""
        touched = {(change.affiliate_id, change.grain, aware(change.bucket)) for change in changes}
        worth, left = list[tuple[str, _Place]](), MOST_RENEWED
        with self._lock:
            for owner, kept in reversed(self._kept.items()):
                for place in kept.asked:
                    if (owner, *place) not in touched:
                        continue
                    left -= _READ + kept.cuts[place].page_views
                    if left < 0:
                        return worth
                    worth.append((owner, place))
        return worth

    def _apply(self, change: Change) -> None:
        kept = self._kept.get(change.affiliate_id)
        if kept is None:
            return
        grain, bucket = change.grain, aware(change.bucket)
        kept.forget_cut((grain, bucket))
        sums = kept.sums.get(grain)
        if sums is not None and bucket >= sums.since:
            sums.lines[Metric.PAGE_VIEWS].put((bucket, change.website_id), change.page_views)
            sums.lines[Metric.VISITORS].put((bucket, change.website_id), change.visitors)

    def _forget_the_oldest(self) -> None:
        size = sum(kept.size for kept in self._kept.values())
        while size > self._most_points:
            _, oldest = self._kept.popitem(last=False)
            size -= oldest.size


def _answer(plan: _Plan, kept: _Kept) -> list[Point] | None:
    sums = kept.sums.get(plan.grain)
    if sums is None or sums.since > plan.first:
        return None
    query, metric = plan.query, plan.query.metric
    points: list[Point] = []
    if plan.is_cut:
        cut = kept.cuts.get((plan.grain, plan.first))
        if cut is None:
            return None
        kept.asked.add((plan.grain, plan.first))
        points = cut.points(metric, query.span.start)
    points += sums.lines[metric].between(plan.whole_from, plan.end)
    return points if query.website_ids is None else _of_websites(points, query.website_ids)


def _of_websites(points: Sequence[Point], website_ids: Sequence[str]) -> list[Point]:
    wanted = frozenset(website_ids)
    return [point for point in points if point.website_id in wanted]


def _read_sums(connection: duckdb.DuckDBPyConnection, plan: _Plan) -> _Sums:
    rows = connection.execute(
        f"""
        SELECT bucket, website_id, page_views, visitors FROM internal.{_TABLES[plan.grain]}
        WHERE affiliate_id = ? AND bucket >= ? ORDER BY bucket, website_id
        """,  # noqa: S608 ours
        [plan.owner, naive(plan.first)],
    ).fetchall()
    instant = cache(aware)  # websites share their buckets
    page_views = [Point(website_id, instant(bucket), value) for bucket, website_id, value, _ in rows]
    visitors = [Point(website_id, instant(bucket), value) for bucket, website_id, _, value in rows]
    return _Sums(plan.first, {Metric.PAGE_VIEWS: _Line.of(page_views), Metric.VISITORS: _Line.of(visitors)})


def _read_cut(connection: duckdb.DuckDBPyConnection, plan: _Plan, kept: _Kept) -> bool:
    """Read the bucket in which the span begins by time. False where its page views are too many to be kept."""
    step = _STEPS[plan.grain]
    whole = kept.sums[plan.grain].lines[Metric.PAGE_VIEWS].between(plan.first, plan.first + step)
    if sum(point.value for point in whole) > MOST_CUT:
        return False
    kept.cuts[plan.grain, plan.first] = read_cut(connection, plan.owner, plan.first, step)
    return True
