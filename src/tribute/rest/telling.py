"""A Report as JSON and as CSV. The JSON's shape is what the OpenAPI document describes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tribute.analytics.definitions import Grain, Metric
from tribute.analytics.port import Identification
from tribute.analytics.query import AnalyticsQuery
from tribute.analytics.results import Bucket, Figures, Row, Shown
from tribute.kit.clock import iso, iso_seconds
from tribute.kit.spreadsheet import Cell, as_csv
from tribute.reports.analytics import Report

NONE = "(none)"
"""How a table calls having no value."""
OTHERS = "(others)"

_Figures = Annotated[
    dict[str, int | float | None],
    Meta(description="A number for each metric that was asked for; amounts in `currency`'s main unit; null for a ratio without clicks."),
]
_Changes = Annotated[
    dict[str, float | None],
    Meta(description="How much more than in the range compared with, as a fraction: 0.12 is 12 % more; null where there was nothing."),
]


class AnalyticsBucket(msgspec.Struct, omit_defaults=True):
    """A step of time."""

    start: Annotated[str, Meta(description="Where it begins in the zone, as ISO 8601 in UTC, even where the range cuts it.")]
    figures: _Figures
    previous_start: str | None = None
    previous: _Figures | None = None


class AnalyticsRow(msgspec.Struct, omit_defaults=True):
    """What one value of the dimension has, true over the whole range."""

    value: Annotated[str | None, Meta(description="Null for what has none, and in `others`.")]
    totals: _Figures
    previous: _Figures | None = None
    change: _Changes | None = None
    series: list[AnalyticsBucket] = []


class VisitorIdentification(msgspec.Struct):
    """How the visitors of the range were known."""

    page_views: int
    without_identifier: Annotated[int, Meta(description="Page views of nobody: with Global Privacy Control or without consent.")]
    visitors: int
    cookieless_visitors: Annotated[int, Meta(description="Visitors with an id of one day only, who count anew on each.")]


class AnalyticsDocument(msgspec.Struct, omit_defaults=True):
    """An answer. Each total is true over the whole range: visitors are distinct over it, not the sum of buckets."""

    data_as_of: Annotated[str, Meta(description="Every event received up to this instant is in the numbers.")]
    start: Annotated[str, Meta(description="The first instant of the range: ISO 8601 in UTC.")] = msgspec.field(name="from")
    end: Annotated[str, Meta(description="The instant after the range: ISO 8601 in UTC.")] = msgspec.field(name="to")
    zone: str
    totals: _Figures
    identification: VisitorIdentification
    grain: str | None = None
    previous_from: str | None = None
    previous_to: str | None = None
    previous: _Figures | None = None
    change: _Changes | None = None
    series: list[AnalyticsBucket] = []
    by: str | None = None
    rows: list[AnalyticsRow] = []
    others: Annotated[AnalyticsRow | None, Meta(description="All values that have no row, taken together.")] = None
    values: Annotated[int, Meta(description="How many values the dimension has in the range.")] = 0
    currency: Annotated[str | None, Meta(description="Of all amounts: ISO 4217; left out where there are none.")] = None
    other_currencies: Annotated[list[str], Meta(description="In which other currencies the range has amounts, which are left out.")] = []


def as_document(report: Report, known: Identification) -> AnalyticsDocument:
    """A report as its JSON."""
    query, result = report.query, report.result
    before = result.previous_period
    return AnalyticsDocument(
        data_as_of=iso(report.data_as_of),
        start=iso(result.period.start),
        end=iso(result.period.end),
        zone=query.zone.key,
        totals=_figures(report.shown(result.totals)),
        identification=VisitorIdentification(known.page_views, known.without_identifier, known.visitors, known.cookieless),
        grain=query.grain.value if query.grain else None,
        previous_from=iso(before.start) if before else None,
        previous_to=iso(before.end) if before else None,
        previous=_figures(report.shown(result.previous)) if result.previous is not None else None,
        change=_changes(report, result.totals, result.previous),
        series=_series(report, result.series),
        by=query.dimension.name.lower() if query.dimension else None,
        rows=[_row(report, row) for row in result.rows],
        others=_row(report, result.others) if result.others else None,
        values=result.values,
        currency=query.currency,
        other_currencies=list(result.other_currencies),
    )


def _figures(shown: Shown) -> dict[str, int | float | None]:
    return {metric.name.lower(): value for metric, value in shown.items()}


def _changes(report: Report, now: Figures, before: Figures | None) -> dict[str, float | None] | None:
    changed = report.change(now, before)
    return None if changed is None else _figures(changed)


def _series(report: Report, buckets: Sequence[Bucket]) -> list[AnalyticsBucket]:
    return [
        AnalyticsBucket(
            iso_seconds(bucket.start),
            _figures(report.shown(bucket.figures)),
            iso_seconds(bucket.previous_start) if bucket.previous_start else None,
            _figures(report.shown(bucket.previous)) if bucket.previous is not None else None,
        )
        for bucket in buckets
    ]


def _row(report: Report, row: Row) -> AnalyticsRow:
    return AnalyticsRow(
        row.value,
        _figures(report.shown(row.totals)),
        _figures(report.shown(row.previous)) if row.previous is not None else None,
        _changes(report, row.totals, row.previous),
        _series(report, row.series),
    )


def as_table(report: Report) -> bytes:
    """A report as CSV: a line a bucket, a line a row, a line a row and bucket, or the one line of the totals."""
    table = _Table(report)
    return as_csv(table.header(), table.lines())


@dataclass(frozen=True, slots=True)
class _Table:
    report: Report

    @property
    def query(self) -> AnalyticsQuery:
        return self.report.query

    def header(self) -> list[str]:
        metrics = [metric.name.lower() for metric in self.query.metrics]
        places = [*([self.query.dimension.name.lower()] if self.query.dimension else []), *(["start"] if self.query.grain else [])]
        currency = [] if self.query.currency is None else ["currency"]
        if self.query.comparison is None:
            return [*places, *metrics, *currency]
        previous = [*(["previous_start"] if self.query.grain else []), *(f"previous_{metric}" for metric in metrics)]
        return [*places, *metrics, *previous, *currency]

    def lines(self) -> Iterator[list[Cell]]:
        currency: list[Cell] = [] if self.query.currency is None else [self.query.currency]
        for line in self._lines_of_numbers():
            yield [*line, *currency]

    def _lines_of_numbers(self) -> Iterator[list[Cell]]:
        result = self.report.result
        if self.query.dimension is None:
            yield from self._lines([], result.totals, result.previous, result.series)
            return
        for row in result.rows:
            yield from self._lines([NONE if row.value is None else row.value], row.totals, row.previous, row.series)
        if result.others is not None:
            yield from self._lines([OTHERS], result.others.totals, result.others.previous, result.others.series)

    def _lines(self, place: list[Cell], totals: Figures, previous: Figures | None, series: Sequence[Bucket]) -> Iterator[list[Cell]]:
        if self.query.grain is None:
            yield [*place, *self._numbers(totals), *([] if self.query.comparison is None else self._numbers(previous))]
            return
        for bucket in series:
            line = [*place, self._told(bucket.start), *self._numbers(bucket.figures)]
            if self.query.comparison is not None:
                line += [self._told(bucket.previous_start), *self._numbers(bucket.previous)]
            yield line

    def _numbers(self, figures: Mapping[Metric, int] | None) -> list[Cell]:
        return [None] * len(self.query.metrics) if figures is None else list(self.report.shown(figures).values())

    def _told(self, at: datetime | None) -> str | None:
        """A bucket's beginning on the zone's wall clock: a date, or a time with its offset."""
        if at is None:
            return None
        local = at.astimezone(self.query.zone)
        return local.isoformat(timespec="minutes") if self.query.grain is Grain.HOUR else local.date().isoformat()
