"""What a query's answer is made of, and how an engine's cells become it. Pure; every engine's cells go through here.

Invariant: each total is true by itself (visitors are distinct over it); nothing here adds up what does not add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tribute.analytics.definitions import Metric
from tribute.analytics.query import AMOUNTS, RATIOS, AnalyticsQuery, Period
from tribute.kit.money import exponent_of

Figures: TypeAlias = Mapping[Metric, int]
"""A number for each of the query's `parts`; amounts in minor units."""

Shown: TypeAlias = Mapping[Metric, int | float | None]
"""A number for each of the query's metrics, as people read it; None for a ratio without clicks."""

OTHERS = -1
"""The place of the rows that are not shown, in a Cell's address."""

CellAddress: TypeAlias = tuple[int | None, int | None]
"""Bucket and row, by their places; None for all of them together. The row OTHERS is everything that has no row."""

Cells: TypeAlias = Mapping[CellAddress, Figures]
"""What an engine counted. A cell without data is absent."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A step of time. `start` is where it begins in the zone, as an instant in UTC, even where the period cuts it."""

    start: datetime
    figures: Figures
    previous_start: datetime | None = None
    """The bucket at the same place of the compared period; None without comparison, and where that period has fewer buckets."""
    previous: Figures | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one value of the dimension has. Its totals are true over the whole period."""

    value: str | None
    totals: Figures
    previous: Figures | None
    series: Sequence[Bucket]


@dataclass(frozen=True, slots=True)
class AnalyticsResult:
    """The answer to an AnalyticsQuery. Every bucket of the period is there, zero or not."""

    totals: Figures
    previous: Figures | None
    period: Period
    previous_period: Period | None
    series: Sequence[Bucket]
    rows: Sequence[Row]
    """By the first metric, most first (a ratio without clicks last), then by value; those without a value last."""
    others: Row | None
    """All values without a row of their own, taken together; None where every value has one."""
    values: int
    """How many values the dimension has in the period, rows and others together."""
    other_currencies: Sequence[str] = ()
    """Where amounts are asked for: in which currencies there are more of them in the period, in the alphabet's order."""


def shown(query: AnalyticsQuery, figures: Figures) -> Shown:
    """Figures as people read them: amounts in the currency's main unit, ratios of these very sums. Each the nearest number to the exact."""
    whole = {metric: 10 ** exponent_of(query.currency) if query.currency and metric in AMOUNTS else 1 for metric in figures}
    told: dict[Metric, int | float | None] = {}
    for metric in query.metrics:
        if metric in RATIOS:
            above, below = RATIOS[metric]
            told[metric] = figures[above] / (figures[below] * whole[above]) if figures[below] else None
        else:
            told[metric] = figures[metric] / whole[metric] if metric in AMOUNTS else figures[metric]
    return told


@dataclass(frozen=True, slots=True)
class Measured:
    """One period as an engine counted it: the buckets' starts, in order, and the cells."""

    period: Period
    starts: Sequence[datetime]
    cells: Cells


@dataclass(frozen=True, slots=True)
class Ranked:
    """The values that get a row, in order, and how many values there are in all."""

    values: Sequence[str | None] = ()
    count: int = 0


def assemble(query: AnalyticsQuery, ranked: Ranked, current: Measured, previous: Measured | None) -> AnalyticsResult:
    """Put the cells of a period, and of the compared one, in their places."""
    shape = _Shape(query, current, previous)
    rows = [shape.row(place, value) for place, value in enumerate(ranked.values)]
    return AnalyticsResult(
        totals=shape.figures(current, (None, None)),
        previous=shape.previous_figures((None, None)),
        period=current.period,
        previous_period=previous.period if previous else None,
        series=shape.series(None),
        rows=rows,
        others=shape.row(OTHERS, None) if ranked.count > len(rows) else None,
        values=ranked.count,
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    query: AnalyticsQuery
    current: Measured
    previous: Measured | None

    def figures(self, measured: Measured, address: CellAddress) -> Figures:
        cell = measured.cells.get(address, {})
        return {metric: cell.get(metric, 0) for metric in self.query.parts}

    def previous_figures(self, address: CellAddress) -> Figures | None:
        return self.figures(self.previous, address) if self.previous else None

    def row(self, place: int, value: str | None) -> Row:
        return Row(
            value,
            self.figures(self.current, (None, place)),
            self.previous_figures((None, place)),
            self.series(place) if self.query.row_series else (),
        )

    def series(self, place: int | None) -> list[Bucket]:
        buckets = []
        before = self.previous
        for bucket, start in enumerate(self.current.starts):
            figures = self.figures(self.current, (bucket, place))
            if before is None or bucket >= len(before.starts):
                buckets.append(Bucket(start, figures))
            else:
                buckets.append(Bucket(start, figures, before.starts[bucket], self.figures(before, (bucket, place))))
        return buckets
