"""The portal's first page: an affiliate's three metrics by website. Complete without scripts; they draw it from the GraphQL API.

What is counted and how it is cut comes from `reports`; this module only lays the same points out as cards and a table.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from litestar import Response, get
from litestar.response import Redirect

from tribute.access.caller import Caller, Role
from tribute.analytics.definitions import GIVEN_METRICS, Grain, Metric, TimeWindow
from tribute.kit.clock import parse_iso
from tribute.reports.accounts import AffiliateLink
from tribute.reports.traffic import DataPoint
from tribute.web.parts import AnyRequest, Parts
from tribute.web.windows import DEFAULT_METRIC, DEFAULT_WINDOW, WINDOW_WORDS, WindowLink, chosen, window_links

_LABELS = {Metric.PAGE_VIEWS: "Page views", Metric.VISITORS: "Visitors", Metric.COMMISSIONS: "Commissions"}
_DEFINITIONS = {
    Metric.PAGE_VIEWS: "Pages opened through your links, without bots, prefetches and repeats.",
    Metric.VISITORS: "Different browsers, counted anew each {grain} and on each website.",
    Metric.COMMISSIONS: "What your sales earned, by the time of the sale, less reversals.",
}


@dataclass(frozen=True, slots=True)
class MetricCard:
    """A metric with its total in the window; choosing it draws it."""

    metric: Metric
    label: str
    note: str
    definition: str
    total: float
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class TableRow:
    """One bucket: a value for every column, and their sum."""

    bucket: datetime
    values: Sequence[float]
    total: float


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """Everything the overview shows before, or without, its scripts."""

    template: ClassVar[str] = "portal/overview.html"
    name: str
    code: str
    metric: Metric
    window: TimeWindow
    window_words: str
    hourly: bool
    cards: Sequence[MetricCard]
    windows: Sequence[WindowLink]
    columns: Sequence[str]
    rows: Sequence[TableRow]
    as_of: datetime
    beginnings: dict[str, str]
    links: Sequence[AffiliateLink]


def overview_routes(parts: Parts) -> list[Any]:
    """The portal's home; an owner's home is the console."""

    @get("/", sync_to_thread=True)
    def overview(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        if caller.role is Role.OWNER:
            return Redirect("/owner", status_code=303)
        asked = chosen(request.query_params.get("metric"), DEFAULT_METRIC)
        metric = asked if asked in GIVEN_METRICS else DEFAULT_METRIC
        window = chosen(request.query_params.get("window"), DEFAULT_WINDOW)
        return parts.render.page(_page(parts, caller, metric, window), request)

    return [overview]


def _page(parts: Parts, caller: Caller, metric: Metric, window: TimeWindow) -> OverviewPage:
    as_of = parts.traffic.data_as_of()
    series = {each: parts.traffic.analytics_data(caller, each, window) for each in GIVEN_METRICS}
    profile = parts.accounts.profile(caller)
    columns, rows = tabulated(series[metric])
    return OverviewPage(
        name=profile.name,
        code=profile.code or "",
        metric=metric,
        window=window,
        window_words=WINDOW_WORDS[window][1],
        hourly=window.grain is Grain.HOUR,
        cards=[_card(each, points, window, current=each is metric) for each, points in series.items()],
        windows=window_links("/", window, metric=metric.value),
        columns=columns,
        rows=rows,
        as_of=as_of,
        beginnings=parts.traffic.beginnings(caller),
        links=parts.accounts.links(caller),
    )


def _card(metric: Metric, points: Sequence[DataPoint], window: TimeWindow, *, current: bool) -> MetricCard:
    grain = window.grain.value
    return MetricCard(
        metric=metric,
        label=_LABELS[metric],
        note=f"counted per {grain}" if metric is Metric.VISITORS else WINDOW_WORDS[window][1],
        definition=_DEFINITIONS[metric].format(grain=grain),
        total=sum(point.value for point in points),
        href=f"/?{urlencode({'metric': metric.value, 'window': window.value})}",
        current=current,
    )


def tabulated(points: Sequence[DataPoint]) -> tuple[list[str], list[TableRow]]:
    """Points as a table: a column a series, by name, and a row a bucket with data, newest first."""
    columns = sorted({point.series for point in points})
    cells: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for point in points:
        cells[point.timestamp][point.series] = point.value
    rows = [
        TableRow(parse_iso(timestamp), [by_series.get(name, 0) for name in columns], sum(by_series.values()))
        for timestamp, by_series in sorted(cells.items(), reverse=True)
    ]
    return columns, rows
