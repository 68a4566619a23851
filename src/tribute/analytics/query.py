"""The query object of the analytics: which numbers, over which time, divided and filtered how. Pure.

Invariant: an `AnalyticsQuery` that exists can be answered within its bounds; what is wrong is named by field when it is made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from tribute.analytics.buckets import NO_TIMELINE, TICK, Timeline, stretches, timeline
from tribute.analytics.definitions import DAY, HOUR, Grain, Metric, Span, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.kit.errors import InvalidInputError
from tribute.kit.money import exponent_of

COUNTED_METRICS = (Metric.PAGE_VIEWS, Metric.VISITORS, Metric.CLICKS)
"""What is counted from events."""
MONEY_METRICS = (Metric.CONVERSIONS, Metric.REVENUE, Metric.COMMISSIONS, Metric.EPC, Metric.CONVERSION_RATE)
"""What is counted from what the ledger told."""
ANALYTICS_METRICS = (*COUNTED_METRICS, *MONEY_METRICS)

AMOUNTS = frozenset({Metric.REVENUE, Metric.COMMISSIONS})
"""Sums of money: minor units of the query's currency."""
RATIOS = {
    Metric.EPC: (Metric.COMMISSIONS, Metric.CLICKS),
    Metric.CONVERSION_RATE: (Metric.CONVERSIONS, Metric.CLICKS),
}
"""What is divided by what. Nothing keeps a ratio: it is made of the sums of a total, bucket or row when that is shown."""


def parts_of(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """The sums and counts that metrics are made of: themselves, and in a ratio's place what it divides."""
    return tuple(dict.fromkeys(part for metric in metrics for part in RATIOS.get(metric, (metric,))))


def has_amounts(metrics: Iterable[Metric]) -> bool:
    """Whether some of them need a currency."""
    return not AMOUNTS.isdisjoint(parts_of(metrics))


LONGEST = 5 * 366 * DAY
MOST_POINTS = 10_000
"""Figures over time in one answer: buckets × metrics × series, those of the comparison included."""
_STEPS = {Grain.HOUR: HOUR, Grain.DAY: DAY, Grain.WEEK: 7 * DAY, Grain.MONTH: 28 * DAY}
MOST_ROWS = 1_000
MOST_FILTER_VALUES = 200


class Comparison(StrEnum):
    """What a period is compared with, bucket by bucket: the first with the first, the second with the second."""

    PREVIOUS_PERIOD = "PreviousPeriod"
    """The same length directly before; of whole days, weeks or months on the wall clock, as many of them before; of a day, month or year
    so far, the same part of the one before."""
    PREVIOUS_YEAR = "PreviousYear"
    """The same dates and wall-clock times a year earlier; 29 February is compared with the 28th."""


@dataclass(frozen=True, slots=True)
class Period:
    """Instants from `start` to before `end`, aware. `Period.of_window` ends just after its last instant."""

    start: datetime
    end: datetime

    @classmethod
    def of_window(cls, window: TimeWindow, now: datetime) -> "Period":
        """A given window, which includes both its ends."""
        span = window.until(now)
        return cls(span.start, span.end + TICK)

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def span(self) -> Span:
        """The same instants with the last one included."""
        return Span(self.start, self.end - TICK)


@dataclass(frozen=True, slots=True)
class Filter:
    """Only what has one of these values of a dimension; None stands for having none."""

    dimension: Dimension
    values: Sequence[str | None]


def check_filters(filters: Sequence[Filter]) -> None:
    """Raises InvalidInputError for filters that say nothing, twice the same, or too much."""
    if len({each.dimension for each in filters}) != len(filters):
        raise InvalidInputError("filters", "each dimension is filtered once; put all its values into one filter")
    for each in filters:
        if not 1 <= len(each.values) <= MOST_FILTER_VALUES:
            raise InvalidInputError("filters", f"a filter has 1 to {MOST_FILTER_VALUES} values; leave it out to see everything")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsQuery:
    """A question to the event store. All filters must hold. Raises InvalidInputError, naming the field, for what has no answer.

    `grain` None asks for totals only. `affiliate_id` None means all events, with or without an affiliate. Websites and affiliates are
    named by id in the values of their dimensions. `row_series` asks for each row's buckets, too. `currency` is that of all amounts.
    """

    metrics: Sequence[Metric]
    period: Period
    zone: ZoneInfo
    grain: Grain | None = None
    dimension: Dimension | None = None
    filters: Sequence[Filter] = ()
    affiliate_id: str | None = None
    website_ids: Sequence[str] | None = None
    top: int = 10
    row_series: bool = False
    comparison: Comparison | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        self._check_metrics()
        self._check_currency()
        self._check_period()
        self._check_rows()
        self._check_points()

    @property
    def parts(self) -> tuple[Metric, ...]:
        """What an answer's figures are of: see `parts_of`."""
        return parts_of(self.metrics)

    def timeline(self, period: Period) -> Timeline:
        """The buckets of a period; none without a grain."""
        return NO_TIMELINE if self.grain is None else timeline(period.span, self.grain, self.zone)

    def _check_metrics(self) -> None:
        if not self.metrics:
            raise InvalidInputError("metrics", f"name at least one: {', '.join(ANALYTICS_METRICS)}")
        if len(set(self.metrics)) != len(self.metrics):
            raise InvalidInputError("metrics", "each is named once")

    def _check_currency(self) -> None:
        if self.currency is not None:
            exponent_of(self.currency)
        elif has_amounts(self.metrics):
            raise InvalidInputError("currency", "name the one that amounts are asked for in")

    def _check_period(self) -> None:
        if self.period.start >= self.period.end:
            raise InvalidInputError("to", "it must be later than `from`")
        if self.period.length > LONGEST:
            raise InvalidInputError("from", "a range is at most five years; ask for less time")
        if self.period.start.year < 1971 or self.period.end.year > 9000:
            raise InvalidInputError("from", "a range begins in 1971 or later and ends before the year 9000")

    def _check_rows(self) -> None:
        if not 1 <= self.top <= MOST_ROWS:
            raise InvalidInputError("top", f"it is a number from 1 to {MOST_ROWS:,}")
        check_filters(self.filters)
        if self.row_series and (self.grain is None or self.dimension is None):
            raise InvalidInputError("rowSeries", "it needs a grain and a dimension")

    def _check_points(self) -> None:
        if self.grain is None:
            return
        rows = min(self.top, MOST_ROWS) + 1 if self.row_series else 0
        each = len(self.metrics) * (1 + rows) * (2 if self.comparison else 1)
        most = MOST_POINTS // each
        if 2 * (self.period.length // _STEPS[self.grain]) + 3 <= most:  # cut buckets and changed clocks never make twice as many
            return
        if sum(1 for _ in islice(stretches(self.period.span, self.grain, self.zone), most + 1)) > most:
            raise InvalidInputError(
                "grain",
                f"the answer would have more than {MOST_POINTS:,} figures; ask for longer buckets, less time, or fewer rows and metrics",
            )
