"""The portal's first page: what an affiliate's links bring. Complete without scripts; they draw it from the GraphQL API.

What is counted and how it is cut comes from `reports`; this module only lays the same numbers out. What is asked stands in the address.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from litestar import Response, get
from litestar.response import Redirect

from tribute.access.caller import Caller, Role
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.results import AnalyticsResult
from tribute.kit.clock import parse_iso
from tribute.kit.errors import InvalidInputError
from tribute.reports.accounts import AffiliateLink
from tribute.reports.traffic import DataPoint
from tribute.web.faults import broken_off
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.asked import Asked, Split, settings
from tribute.web.portal.cards import MetricCard, metric_cards
from tribute.web.portal.definitions import (
    AS_OF_DEFINITION,
    LIVE_DEFINITION,
    METRIC_DEFINITIONS,
    METRIC_LABELS,
    SHARE_DEFINITION,
    UNIDENTIFIED_DEFINITION,
)
from tribute.web.portal.options import Chip, Choices, Menu, chips, choices, menu
from tribute.web.portal.panels import HEADS, MOST_ROWS, NONES, PANEL_TABLES, PANELS, ROWS, ShownPanel, open_table, shown_panel

_DEFINITIONS = {
    "live": LIVE_DEFINITION,
    "as_of": AS_OF_DEFINITION,
    "share": SHARE_DEFINITION,
    "unidentified": UNIDENTIFIED_DEFINITION,
    "page_views": METRIC_DEFINITIONS[Metric.PAGE_VIEWS],
    "visitors": METRIC_DEFINITIONS[Metric.VISITORS],
    "clicks": METRIC_DEFINITIONS[Metric.CLICKS],
}


@dataclass(frozen=True, slots=True)
class BucketRow:
    """One bucket: a value for every column."""

    bucket: datetime
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted."""

    cards: Sequence[MetricCard]
    panels: Sequence[ShownPanel]
    columns: Sequence[str]
    rows: Sequence[BucketRow]
    problem: str | None
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """Everything the overview shows before, or without, its scripts. The numbers are counted when the page has begun to be sent."""

    template: ClassVar[str] = "portal/overview.html"
    name: str
    code: str
    caption: str
    words: str
    hourly: bool
    menu: Menu
    choices: Choices
    chips: Sequence[Chip]
    count: Callable[[], Numbers]
    zone: str
    as_of: datetime
    now: datetime
    definitions: dict[str, str]
    links: Sequence[AffiliateLink]


def overview_routes(parts: Parts) -> list[Any]:
    """The portal's home; an owner's home is the console."""

    @get("/", sync_to_thread=True)
    def overview(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        if caller.role is Role.OWNER:
            return Redirect("/owner", status_code=303)
        asked = Asked.of(request.query_params.multi_items(), PANEL_TABLES)
        return parts.render.streamed(_page(parts, caller, asked), request, broken_off=broken_off)

    return [overview]


def _page(parts: Parts, caller: Caller, asked: Asked) -> OverviewPage:
    now = parts.clock.now()
    profile = parts.accounts.profile(caller)
    return OverviewPage(
        name=profile.name,
        code=profile.code or "",
        caption=f"{METRIC_LABELS[asked.metric]}, {asked.words()}",
        words=asked.words(),
        hourly=asked.step(now).grain is Grain.HOUR,
        menu=menu(asked, now),
        choices=choices(asked, now),
        chips=chips(asked),
        count=lambda: _numbers(parts, caller, asked, now),
        zone=asked.zone,
        as_of=parts.analytics.data_as_of(),
        now=now,
        definitions=_DEFINITIONS,
        links=parts.accounts.links(caller),
    )


def _numbers(parts: Parts, caller: Caller, asked: Asked, now: datetime) -> Numbers:
    whole, lines, problem = _answer(parts, caller, asked, now)
    points = _commissions(parts, caller, asked)
    columns, rows = tabulated(points) if asked.metric is Metric.COMMISSIONS else _bucket_rows(asked.metric, whole, lines)
    return Numbers(
        cards=metric_cards(asked, now, whole, sum(point.value for point in points)),
        panels=_panels(parts, caller, asked, now, has_numbers=problem is None),
        columns=columns,
        rows=rows,
        problem=problem,
        told=_told(parts, caller),
    )


def _told(parts: Parts, caller: Caller) -> dict[str, Any]:
    """What the scripts cannot ask the API for."""
    heads = {dimension.value: {"head": head, "none": NONES.get(dimension, "(none)")} for dimension, head in HEADS.items()}
    return {
        **settings(),
        "heads": heads,
        "rows": ROWS,
        "mostRows": MOST_ROWS,
        "share": SHARE_DEFINITION,
        "beginnings": parts.traffic.beginnings(caller),
    }


def _answer(parts: Parts, caller: Caller, asked: Asked, now: datetime) -> tuple[AnalyticsResult | None, AnalyticsResult | None, str | None]:
    """The whole, and its lines by website where they are asked for; or, for what cannot be answered, the sentence that says why."""
    grain = asked.step(now).grain
    try:
        whole = parts.analytics.report(caller, asked.question(now, grain=grain)).result
        if asked.split is Split.TOTAL or asked.metric is Metric.COMMISSIONS:
            return whole, None, None
        lines = replace(asked.question(now, grain=grain, dimension=Dimension.WEBSITE, top=ROWS, row_series=True), metrics=[asked.metric])
        return whole, parts.analytics.report(caller, replace(lines, comparison=None)).result, None
    except InvalidInputError as error:
        return None, None, f"This cannot be answered: {error.problem}."


def _commissions(parts: Parts, caller: Caller, asked: Asked) -> list[DataPoint]:
    """The ledger's answer for the given windows; it has none for other ranges."""
    if asked.start is not None or not isinstance(asked.window, TimeWindow):
        return []
    return parts.traffic.analytics_data(caller, Metric.COMMISSIONS, asked.window)


def _panels(parts: Parts, caller: Caller, asked: Asked, now: datetime, *, has_numbers: bool) -> list[ShownPanel]:
    """The panels, with the rows of those tables that the address names; the others are the scripts' to fetch, or a click away."""
    shown = []
    for panel in PANELS:
        found = None
        if has_numbers and panel.key in asked.tables:
            found = parts.analytics.report(caller, asked.question(now, dimension=open_table(panel, asked).dimension, top=ROWS)).result
        shown.append(shown_panel(panel, asked, found))
    return shown


def _bucket_rows(metric: Metric, whole: AnalyticsResult | None, lines: AnalyticsResult | None) -> tuple[list[str], list[BucketRow]]:
    """A column a line and one for the whole; a row a bucket with data, newest first."""
    if whole is None:
        return [], []
    told = [] if lines is None else [row for row in (*lines.rows, lines.others) if row is not None]
    columns = [] if lines is None else [row.value or f"{lines.values - len(lines.rows)} others" for row in told]
    rows = [
        BucketRow(bucket.start, [*(row.series[place].figures[metric] for row in told), bucket.figures[metric]])
        for place, bucket in enumerate(whole.series)
        if any(bucket.figures.values())
    ]
    return [*columns, "All websites"], rows[::-1]


def tabulated(points: Sequence[DataPoint]) -> tuple[list[str], list[BucketRow]]:
    """Points as a table: a column a series, by name, and their sum; a row a bucket with data, newest first."""
    columns = sorted({point.series for point in points})
    cells: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for point in points:
        cells[point.timestamp][point.series] = point.value
    rows = [
        BucketRow(parse_iso(timestamp), [*(by_series.get(name, 0) for name in columns), sum(by_series.values())])
        for timestamp, by_series in sorted(cells.items(), reverse=True)
    ]
    return [*columns, "All websites"], rows
