"""Answers that the analytics gave lately, given again as long as they are true: a page that is looked at again counts nothing anew.

Invariant: an answer given again is what counting at the last commit gives. A commit names the affiliates whose rows it changed, and their
answers go. Time alone changes none as long as no row lies between the edges of its periods then and now. Used by `store`.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from tribute.analytics.buckets import TICK
from tribute.analytics.comparison import compared_with
from tribute.analytics.definitions import HOUR, bucket_start
from tribute.analytics.query import AnalyticsQuery, Period
from tribute.analytics.results import AnalyticsResult
from tribute.store.duckdb.analytics import analytics
from tribute.store.duckdb.changed import take_changed
from tribute.store.duckdb.times import aware, naive

MOST_BUCKETS = 20_000
"""Of all answers together, a row's totals being one: some 20 MB. Beyond them the answer that was not asked for the longest is forgotten."""
_QUESTION_BUCKETS = 10
"""What a question itself takes beside its answer: no more than two thousand are remembered."""
_LONGEST_FILTERS = 2_048
"""Characters of a question's filters together. Who asks with more is counted for each time: made-up filters shall not fill the memory."""

_AHEAD = HOUR
"""How far behind its edges an answer's next rows are looked for."""
_TIMES = {"internal.counted_pages": "event_time", "internal.clicks": "time", "internal.money": "time"}
"""The rows that answers count, and when each was."""


@dataclass(slots=True)
class _Answer:
    """A result with the periods that it is of: its own, and the one it is compared with."""

    query: AnalyticsQuery
    result: AnalyticsResult
    periods: Sequence[Period]
    quiet_until: Sequence[datetime] | None = None
    """For each edge of the periods, until when nothing lies behind it; None before somebody asked."""

    @property
    def edges(self) -> list[datetime]:
        return _edges(self.periods)

    @property
    def size(self) -> int:
        rows = self.result.rows if self.result.others is None else [*self.result.rows, self.result.others]
        return _QUESTION_BUCKETS + len(self.result.series) + sum(1 + len(row.series) for row in rows)

    def is_true_for(self, periods: Sequence[Period]) -> bool:
        """Whether later periods of the same question have the same rows in the same buckets."""
        if periods == self.periods:
            return True
        if self.quiet_until is None or self._outline(periods) != self._outline(self.periods):
            return False
        moves = zip(self.edges, _edges(periods), self.quiet_until, strict=True)
        return all(then <= now <= quiet for then, now, quiet in moves)

    def told_for(self, periods: Sequence[Period]) -> AnalyticsResult:
        return replace(self.result, period=periods[0], previous_period=periods[1] if len(periods) > 1 else None)

    def _outline(self, periods: Sequence[Period]) -> list[datetime]:
        """The first and the last bucket of each period, which tell all of them."""
        grain, zone = self.query.grain, self.query.zone
        if grain is None:
            return []
        return [bucket_start(at, grain, zone) for period in periods for at in (period.start, period.end - TICK)]


class RememberedAnswers:
    """Counts, or remembers. Safe from several threads; `changed` and `settle` are the writer's alone."""

    def __init__(self, most_buckets: int = MOST_BUCKETS) -> None:
        self._most_buckets = most_buckets
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._buckets = 0  # of all of them
        self._commits = 0
        self._settling = False  # a commit is under way: what is counted now may be of before or after it

    def answer(self, query: AnalyticsQuery) -> AnalyticsResult | None:
        """The answer, where it is remembered and known to be true."""
        periods = _periods(query)
        with self._lock:
            known = self._answers.get(_question(query))
            if known is None or not known.is_true_for(periods):
                return None
            self._answers.move_to_end(_question(query))
            return known.told_for(periods)

    def read(self, connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery) -> AnalyticsResult:
        """The answer from the file, unless a look at the file tells that a remembered one is still true. Leaves a transaction open."""
        if self._look_ahead(connection, query):
            found = self.answer(query)
            if found is not None:
                return found
        commits = self._commits
        answer = _Answer(query, analytics(connection, query), _periods(query))
        self._keep(answer, commits)
        return answer.result

    def changed(self, writer: duckdb.DuckDBPyConnection) -> set[str | None]:
        """The affiliates whose rows the writer's transaction changed; until `settle` nothing more is remembered."""
        with self._lock:
            self._settling = True
        return take_changed(writer)

    def settle(self, affiliates: Iterable[str | None]) -> None:
        """Forget what a commit has changed."""
        changed = set(affiliates)
        with self._lock:
            if changed:
                gone = [key for key, kept in self._answers.items() if kept.query.affiliate_id is None or kept.query.affiliate_id in changed]
                for key in gone:
                    self._buckets -= self._answers.pop(key).size
            self._commits += 1
            self._settling = False

    def forget(self) -> None:
        """Remember nothing of what is remembered."""
        with self._lock:
            self._answers.clear()
            self._buckets = 0
            self._commits += 1
            self._settling = False

    def _look_ahead(self, connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery) -> bool:
        """Learn until when a remembered answer is true, if that is not known. False where there is nothing to learn."""
        with self._lock:
            commits, known = self._commits, self._answers.get(_question(query))
        if known is None or known.quiet_until is not None:
            return False
        quiet_until = _quiet_until(connection, known)
        with self._lock:
            if self._settling or commits != self._commits:
                return False
            known.quiet_until = quiet_until
            return True

    def _keep(self, answer: _Answer, commits: int) -> None:
        if sum(len(value or "") for each in answer.query.filters for value in each.values) > _LONGEST_FILTERS:
            return
        key = _question(answer.query)
        with self._lock:
            if self._settling or commits != self._commits:
                return
            if key in self._answers:
                self._buckets -= self._answers.pop(key).size
            self._answers[key] = answer
            self._buckets += answer.size
            while self._buckets > self._most_buckets:
                self._buckets -= self._answers.popitem(last=False)[1].size


def _question(query: AnalyticsQuery) -> Hashable:
    """What is asked, but for the time."""
    filters = tuple((each.dimension, tuple(each.values)) for each in query.filters)
    websites = None if query.website_ids is None else tuple(query.website_ids)
    cut = query.zone.key, query.grain, query.dimension, filters, websites, query.top, query.row_series, query.comparison
    return tuple(query.metrics), query.currency, query.affiliate_id, cut


def _periods(query: AnalyticsQuery) -> list[Period]:
    """Its own, and the one it is compared with. Raises InvalidInputError where there is none to compare with."""
    compared = [] if query.comparison is None else [compared_with(query.period, query.zone, query.comparison)]
    return [query.period, *compared]


def _edges(periods: Sequence[Period]) -> list[datetime]:
    return [edge for period in periods for edge in (period.start, period.end)]


def _quiet_until(connection: duckdb.DuckDBPyConnection, answer: _Answer) -> list[datetime]:
    """When behind each edge the first row of the affiliate is, whatever it is; as far as is looked where there is none."""
    mine = "" if answer.query.affiliate_id is None else " AND affiliate_id = ?"
    selects, parameters = [], []
    for place, edge in enumerate(answer.edges):
        for table, time in _TIMES.items():
            selects.append(f"SELECT {place} AS place, min({time}) AS first FROM {table} WHERE {time} >= ? AND {time} < ?{mine}")  # noqa: S608 ours
            parameters += [naive(edge), naive(edge + _AHEAD), *([answer.query.affiliate_id] if mine else [])]
    rows = connection.execute(
        f"SELECT place, min(first) FROM ({' UNION ALL '.join(selects)}) GROUP BY place ORDER BY place",  # noqa: S608 ours
        parameters,
    ).fetchall()
    return [edge + _AHEAD if first is None else aware(first) for edge, (_, first) in zip(answer.edges, rows, strict=True)]
