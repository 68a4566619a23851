"""The breakdown tables: which there are, and a report's rows laid out as one of them. A row filters on click, and again to stop."""

from collections.abc import Sequence
from dataclasses import dataclass

from tribute.analytics.definitions import Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import COUNTED_METRICS
from tribute.analytics.results import Row
from tribute.reports.analytics import Report
from tribute.web.portal.asked import Asked, ranked_by
from tribute.web.portal.definitions import METRIC_DEFINITIONS, METRIC_LABELS, dimension_definitions
from tribute.web.portal.figures import figure_words

ROWS = 8
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Table:
    """A dimension as a table. `none` is what people call having none of it."""

    dimension: Dimension
    tab: str
    head: str
    none: str = "(none)"


@dataclass(frozen=True, slots=True)
class Panel:
    """Tables of which one is shown at a time. `key` is its name in addresses."""

    key: str
    title: str
    tables: tuple[Table, ...]


PANELS = (
    Panel(
        "placements",
        "Placements",
        (
            Table(Dimension.WEBSITE, "Websites", "Website"),
            Table(Dimension.LINK, "Links", "Link", "(no short link)"),
            Table(Dimension.SUB_ID, "Sub-ids", "Sub-id"),
        ),
    ),
    Panel(
        "sources",
        "Sources",
        (
            Table(Dimension.REFERRER, "Referrers", "Referrer"),
            Table(Dimension.UTM_CAMPAIGN, "Campaigns", "Campaign"),
            Table(Dimension.UTM_SOURCE, "Sources", "Campaign source"),
            Table(Dimension.UTM_MEDIUM, "Media", "Campaign medium"),
            Table(Dimension.CHANNEL, "Channels", "Channel", "(unknown)"),
        ),
    ),
    Panel(
        "pages",
        "Pages",
        (
            Table(Dimension.LANDING_PAGE, "Landing pages", "Landing page", "(reached within the website)"),
            Table(Dimension.PATH, "All pages", "Page", "(unknown)"),
        ),
    ),
    Panel(
        "audience",
        "Audience",
        (
            Table(Dimension.COUNTRY, "Countries", "Country", "(unknown)"),
            Table(Dimension.DEVICE, "Devices", "Device", "(unknown)"),
            Table(Dimension.BROWSER, "Browsers", "Browser", "(unknown)"),
        ),
    ),
)
PANEL_TABLES = {panel.key: [table.dimension for table in panel.tables] for panel in PANELS}
HEADS = {Dimension.UTM_TERM: "Campaign term", Dimension.UTM_CONTENT: "Campaign content", Dimension.OS: "Operating system"} | {
    table.dimension: table.head for panel in PANELS for table in panel.tables
}
"""What a filter on a dimension is called."""
NONES = {table.dimension: table.none for panel in PANELS for table in panel.tables}


@dataclass(frozen=True, slots=True)
class Column:
    """A metric as a column; `kind` is its class in the page."""

    metric: Metric
    kind: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class TableTab:
    """One table to choose."""

    dimension: Dimension
    label: str
    head: str
    none: str
    definition: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class TableRow:
    """A value with a number for each column. `share` is its part of the whole in percent; one without `href` is all others together."""

    label: str
    cells: Sequence[str]
    share: float
    href: str | None
    filtered: bool


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel as the page shows it; `rows` is None where only scripts, or a click on a tab, bring them."""

    key: str
    title: str
    tabs: Sequence[TableTab]
    columns: Sequence[Column]
    rows: Sequence[TableRow] | None

    @property
    def current(self) -> TableTab:
        return next(tab for tab in self.tabs if tab.current)


def open_table(panel: Panel, asked: Asked) -> Table:
    """The panel's table that is shown."""
    return next((table for table in panel.tables if asked.tables.get(panel.key) is table.dimension), panel.tables[0])


_KINDS = {Metric.CLICKS: "clicks", Metric.VISITORS: "visitors", Metric.PAGE_VIEWS: "views", Metric.CONVERSIONS: "conversions"}


def columns_of(metric: Metric) -> list[Column]:
    """The columns beside a metric: what came, or, for what it brought, from how many clicks and sales."""
    if metric in COUNTED_METRICS:
        metrics = [Metric.CLICKS, Metric.VISITORS, Metric.PAGE_VIEWS]
    else:
        metrics = [Metric.CLICKS, Metric.CONVERSIONS, Metric.COMMISSIONS if metric is Metric.CONVERSIONS else metric]
    return [Column(each, _KINDS.get(each, "money"), METRIC_LABELS[each], METRIC_DEFINITIONS[each]) for each in metrics]


def shown_panel(panel: Panel, asked: Asked, report: Report | None) -> ShownPanel:
    """The panel with the open table's rows from `report`."""
    current = open_table(panel, asked)
    prose = dimension_definitions()
    tabs = [
        TableTab(
            dimension=table.dimension,
            label=table.tab,
            head=table.head,
            none=table.none,
            definition=prose[table.dimension],
            href=asked.address(tables={**asked.tables, panel.key: table.dimension}),
            current=table is current,
        )
        for table in panel.tables
    ]
    columns = columns_of(asked.metric)
    return ShownPanel(panel.key, panel.title, tabs, columns, None if report is None else _rows(report, current, asked, columns))


def _rows(report: Report, table: Table, asked: Asked, columns: Sequence[Column]) -> list[TableRow]:
    result, ranked = report.result, ranked_by(asked.metric)
    whole = result.totals[ranked] or 1
    filtered = asked.filters.get(table.dimension, ())

    def row(found: Row, label: str, href: str | None) -> TableRow:
        figures = report.shown(found.totals)
        cells = [figure_words(column.metric, figures[column.metric], report.query.currency) for column in columns]
        share = round(max(0.0, min(100.0, 100 * found.totals[ranked] / whole)), 2)
        return TableRow(label, cells, share, href, href is not None and found.value in filtered)

    rows = [row(each, each.value or table.none, asked.toggled(table.dimension, each.value)) for each in result.rows]
    if result.others is not None:
        rows.append(row(result.others, f"{result.values - len(result.rows):,} others", None))
    return rows
