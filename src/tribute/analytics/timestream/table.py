"""The one table that Timestream's SQL sees: its name and its columns. Pure; engines give each column a source, the documents list them.

Invariant: `website`, `affiliate_id`, `measure_name`, `measure_value::bigint` and `time` are the outward contract's; the others are
dimensions, which in Timestream are text. An affiliate sees no more of a visitor than the portal shows: engines give it other ids.
"""

from dataclasses import dataclass

from tribute.analytics.timestream.types import BIGINT, TIMESTAMP, VARCHAR, Type

DATABASE = "WebAnalyticsDb"
TABLE = "PageViewsTable"
MEASURE_NAME = "page_view"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name in Timestream, its type and what it holds."""

    name: str
    type: Type
    tells: str


COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("website", VARCHAR, "The website's unique name."),
    TableColumn("affiliate_id", VARCHAR, "The affiliate's current primary code; NULL without an affiliate."),
    TableColumn(
        "visitor_id", VARCHAR, "The anonymous id, or what stands for it, if any. With an affiliate's key, another id for each visitor."
    ),
    TableColumn("host", VARCHAR, "The page's host, without `www.`."),
    TableColumn("path", VARCHAR, "The page's path."),
    TableColumn("referrer_host", VARCHAR, "The host of the page before, without `www.`."),
    TableColumn("channel", VARCHAR, "How the visitor came."),
    TableColumn("utm_source", VARCHAR, "The campaign's source."),
    TableColumn("utm_medium", VARCHAR, "The campaign's medium."),
    TableColumn("utm_campaign", VARCHAR, "The campaign's name."),
    TableColumn("utm_term", VARCHAR, "The campaign's search term."),
    TableColumn("utm_content", VARCHAR, "Which of a campaign's ads or links it was."),
    TableColumn("sub_id", VARCHAR, "The affiliate's own tag for a placement."),
    TableColumn("click_id", VARCHAR, "The click that the page view belongs to."),
    TableColumn("country", VARCHAR, "ISO 3166-1 alpha-2."),
    TableColumn("device", VARCHAR, "`desktop`, `mobile`, `tablet`, `tv` or `console`."),
    TableColumn("browser", VARCHAR, "By the user agent."),
    TableColumn("os", VARCHAR, "By the user agent."),
    TableColumn("measure_name", VARCHAR, "`page_view`."),
    TableColumn("time", TIMESTAMP, "When it happened, in UTC, to the microsecond; the last three of the nine digits are zero."),
    TableColumn("measure_value::bigint", BIGINT, "1, or the N of a Timestream record that stands for N page views."),
)
