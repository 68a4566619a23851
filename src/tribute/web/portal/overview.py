"""The portal's first page: what an affiliate's links bring. Complete without scripts; they draw it from the GraphQL API.

What is counted and how it is cut comes from `reports`; this module only lays the same numbers out. What is asked stands in the address.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from litestar import Response, get
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.analytics.definitions import Grain
from tribute.analytics.dimensions import Dimension
from tribute.analytics.results import Figures
from tribute.kit.errors import InvalidInputError
from tribute.reports.accounts import AffiliateLink
from tribute.reports.analytics import Report
from tribute.web.faults import broken_off
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.asked import METRICS, Asked, Split, ranked_by, settings
from tribute.web.portal.cards import MetricCard, metric_cards
from tribute.web.portal.definitions import (
    AS_OF_DEFINITION,
    LIVE_DEFINITION,
    METRIC_LABELS,
    SHARE_DEFINITION,
    UNIDENTIFIED_DEFINITION,
)
from tribute.web.portal.figures import figure_words
from tribute.web.portal.milestones import MilestoneShown, shown_milestone
from tribute.web.portal.options import Chip, Choices, Menu, chips, choices, menu
from tribute.web.portal.panels import HEADS, MOST_ROWS, NONES, PANEL_TABLES, PANELS, ROWS, ShownPanel, columns_of, open_table, shown_panel
from tribute.web.reader import reader

_DEFINITIONS = {
    "live": LIVE_DEFINITION,
    "as_of": AS_OF_DEFINITION,
    "share": SHARE_DEFINITION,
    "unidentified": UNIDENTIFIED_DEFINITION,
}


@dataclass(frozen=True, slots=True)
class BucketRow:
    """One bucket: a value for every column."""

    bucket: datetime
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class CurrencyLink:
    """A currency in which there are amounts, and the address that shows them."""

    code: str
    href: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted. `currency` is that of the amounts, `others` lead to those in which there are more."""

    cards: Sequence[MetricCard]
    milestones: Sequence[MilestoneShown]
    currency: str
    others: Sequence[CurrencyLink]
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
        if caller.is_team:
            return Redirect("/owner", status_code=303)
        asked = Asked.of(request.query_params.multi_items(), PANEL_TABLES, reader().zone)
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
    columns, rows = _bucket_rows(asked, whole, lines)
    reached = parts.ledger.milestones.reached(caller, parts.analytics, asked.zone)
    others = () if whole is None else whole.result.other_currencies
    return Numbers(
        cards=metric_cards(asked, now, whole, has_sold=reached.has_sold),
        milestones=[shown_milestone(one, asked.zone) for one in reached.recent],
        currency=whole.query.currency or "" if whole is not None else "",
        others=[CurrencyLink(code, asked.address(currency=code)) for code in others],
        panels=_panels(parts, caller, asked, now, has_numbers=problem is None),
        columns=columns,
        rows=rows,
        problem=problem,
        told=_told(parts, caller, has_sold=reached.has_sold),
    )


def _told(parts: Parts, caller: Caller, *, has_sold: bool) -> dict[str, Any]:
    """What the scripts cannot ask the API for."""
    heads = {dimension.value: {"head": head, "none": NONES.get(dimension, "(none)")} for dimension, head in HEADS.items()}
    return {
        **settings(),
        "heads": heads,
        "columns": {metric: [asdict(column) for column in columns_of(metric)] for metric in METRICS},
        "ranked": {metric: ranked_by(metric) for metric in METRICS},
        "rows": ROWS,
        "mostRows": MOST_ROWS,
        "share": SHARE_DEFINITION,
        "beginnings": parts.traffic.beginnings(caller),
        "hasSold": has_sold,
    }


def _answer(parts: Parts, caller: Caller, asked: Asked, now: datetime) -> tuple[Report | None, Report | None, str | None]:
    """The whole, and its lines by website where they are asked for; or, for what cannot be answered, the sentence that says why."""
    grain = asked.step(now).grain
    try:
        whole = parts.analytics.report(caller, asked.question(now, grain=grain))
        if asked.split is Split.TOTAL:
            return whole, None, None
        lines = replace(asked.question(now, grain=grain, dimension=Dimension.WEBSITE, top=ROWS, row_series=True), metrics=[asked.metric])
        return whole, parts.analytics.report(caller, replace(lines, comparison=None)), None
    except InvalidInputError as error:
        return None, None, f"This cannot be answered: {error.problem}."


def _panels(parts: Parts, caller: Caller, asked: Asked, now: datetime, *, has_numbers: bool) -> list[ShownPanel]:
    """The panels, with the rows of those tables that the address names; the others are the scripts' to fetch, or a click away."""
    shown = []
    for panel in PANELS:
        found = None
        if has_numbers and panel.key in asked.tables:
            found = parts.analytics.report(caller, asked.question(now, dimension=open_table(panel, asked).dimension, top=ROWS))
        shown.append(shown_panel(panel, asked, found))
    return shown


def _bucket_rows(asked: Asked, whole: Report | None, lines: Report | None) -> tuple[list[str], list[BucketRow]]:
    """A column a line and one for the whole; a row a bucket with data, newest first."""
    if whole is None:
        return [], []
    told = [] if lines is None else [row for row in (*lines.result.rows, lines.result.others) if row is not None]
    columns = [] if lines is None else [row.value or f"{lines.result.values - len(lines.result.rows)} others" for row in told]

    def words(report: Report, figures: Figures) -> str:
        return figure_words(asked.metric, report.shown(figures)[asked.metric], report.query.currency)

    rows = [
        BucketRow(
            bucket.start, [*(words(lines, row.series[place].figures) for row in told if lines is not None), words(whole, bucket.figures)]
        )
        for place, bucket in enumerate(whole.result.series)
        if any(bucket.figures.values())
    ]
    return [*columns, "All websites"], rows[::-1]
