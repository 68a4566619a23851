"""The portal's first page: what an affiliate's links bring. Complete without scripts; they draw it from the GraphQL API.

What is counted and how it is cut comes from `reports`; this module only lays the same numbers out. What is asked stands in the address.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
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
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.asked import Asked, settings
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

_MOST_BUCKETS_WITH_ROWS = 160
"""More would not fit into one answer together with every website's; then the first page comes without its table."""
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
class OverviewPage:
    """Everything the overview shows before, or without, its scripts."""

    template: ClassVar[str] = "portal/overview.html"
    name: str
    code: str
    caption: str
    words: str
    hourly: bool
    cards: Sequence[MetricCard]
    menu: Menu
    choices: Choices
    chips: Sequence[Chip]
    panels: Sequence[ShownPanel]
    columns: Sequence[str]
    rows: Sequence[BucketRow]
    zone: str
    as_of: datetime
    now: datetime
    problem: str | None
    told: dict[str, Any]
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
        return parts.render.page(_page(parts, caller, asked), request)

    return [overview]


def _page(parts: Parts, caller: Caller, asked: Asked) -> OverviewPage:
    now = parts.clock.now()
    as_of = parts.analytics.data_as_of()
    result, problem = _answer(parts, caller, asked, now)
    points = _commissions(parts, caller, asked)
    columns, rows = _by_website(asked, result, points)
    profile = parts.accounts.profile(caller)
    hourly = asked.step(now).grain is Grain.HOUR
    return OverviewPage(
        name=profile.name,
        code=profile.code or "",
        caption=f"{METRIC_LABELS[asked.metric]}, {asked.words()}",
        words=asked.words(),
        hourly=hourly,
        cards=metric_cards(asked, now, result, sum(point.value for point in points)),
        menu=menu(asked, now),
        choices=choices(asked, now),
        chips=chips(asked),
        panels=_panels(parts, caller, asked, now, result),
        columns=columns,
        rows=rows,
        zone=asked.zone,
        as_of=as_of,
        now=now,
        problem=problem,
        told=_told(parts, caller),
        definitions=_DEFINITIONS,
        links=parts.accounts.links(caller),
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


def _answer(parts: Parts, caller: Caller, asked: Asked, now: datetime) -> tuple[AnalyticsResult | None, str | None]:
    """The numbers by website; or, for what cannot be answered, the sentence that says why."""
    step = asked.step(now)
    grain = step.grain if asked.days(now) / step.days <= _MOST_BUCKETS_WITH_ROWS else None
    question = asked.question(now, grain=grain, dimension=Dimension.WEBSITE, top=ROWS, row_series=grain is not None)
    try:
        return parts.analytics.report(caller, question).result, None
    except InvalidInputError as error:
        return None, f"This cannot be answered: {error.problem}."


def _commissions(parts: Parts, caller: Caller, asked: Asked) -> list[DataPoint]:
    """The ledger's answer for the given windows; it has none for other ranges."""
    if asked.start is not None or not isinstance(asked.window, TimeWindow):
        return []
    return parts.traffic.analytics_data(caller, Metric.COMMISSIONS, asked.window)


def _panels(parts: Parts, caller: Caller, asked: Asked, now: datetime, result: AnalyticsResult | None) -> list[ShownPanel]:
    """The panels; rows only of websites, which are known already, and of tables that the address names. Scripts fetch the others."""
    shown = []
    for panel in PANELS:
        dimension = open_table(panel, asked).dimension
        found = result if dimension is Dimension.WEBSITE else None
        if result is not None and panel.key in asked.tables and found is None:
            found = parts.analytics.report(caller, asked.question(now, dimension=dimension, top=ROWS)).result
        shown.append(shown_panel(panel, asked, found))
    return shown


def _by_website(asked: Asked, result: AnalyticsResult | None, points: Sequence[DataPoint]) -> tuple[list[str], list[BucketRow]]:
    if asked.metric is Metric.COMMISSIONS:
        return tabulated(points)
    if result is None:
        return [], []
    told = [row for row in (*result.rows, result.others) if row is not None]
    columns = [row.value or f"{result.values - len(result.rows)} others" for row in told]
    rows = [
        BucketRow(bucket.start, [*(row.series[place].figures[asked.metric] for row in told), bucket.figures[asked.metric]])
        for place, bucket in enumerate(result.series)
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
