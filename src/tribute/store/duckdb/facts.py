"""What is counted, as rows to count: the page views and clicks of a period with the value of a dimension. SQL with its parameters.

Invariant: the text is made of this file's words alone; everything a caller says is a parameter. Called by `analytics`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tribute.analytics.definitions import CLICK_TOLD_WITHIN, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import AnalyticsQuery, Filter, Period
from tribute.store.duckdb.times import naive

_EVENT = {
    Dimension.WEBSITE: "e.website_id",
    Dimension.AFFILIATE: "e.affiliate_id",
    Dimension.LINK: "e.link_slug",
    Dimension.SUB_ID: "e.sub_id",
    Dimension.REFERRER: "CASE WHEN e.is_landing OR e.type <> 'page' THEN e.referrer_host END",
    Dimension.CHANNEL: "e.channel",
    Dimension.UTM_SOURCE: "e.utm_source",
    Dimension.UTM_MEDIUM: "e.utm_medium",
    Dimension.UTM_CAMPAIGN: "e.utm_campaign",
    Dimension.UTM_TERM: "e.utm_term",
    Dimension.UTM_CONTENT: "e.utm_content",
    Dimension.COUNTRY: "e.country",
    Dimension.DEVICE: "e.device",
    Dimension.BROWSER: "e.browser",
    Dimension.OS: "e.os",
    Dimension.LANDING_PAGE: "CASE WHEN e.is_landing THEN e.path END",
    Dimension.PATH: "e.path",
}
"""A dimension of one event by itself."""

_OF_THE_CLICK = {Dimension.LINK, Dimension.SUB_ID}
"""What a page view has from its click."""

_ORDER = "e.event_time, e.received_at, e.spool, e.seq, e.event_key"
_CLICK_EVENT = "e.is_click AND e.counted_copy AND e.bot IS NULL AND e.click_id IS NOT NULL"
_TOLD_WITHIN = f"INTERVAL {int(CLICK_TOLD_WITHIN.total_seconds())} SECOND"


@dataclass(slots=True)
class Facts:
    """Common table expressions that end in `facts (time, value, visitor_id, visitor_kind, page_views, clicks)`, and their parameters."""

    tables: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    @property
    def sql(self) -> str:
        return ", ".join(self.tables)


def facts(query: AnalyticsQuery, period: Period) -> Facts:
    """The rows of a period that the query counts: page views when it asks for them or for visitors, and clicks when it asks for those."""
    made = Facts()
    dimensions = _asked(query)
    pages = Metric.PAGE_VIEWS in query.metrics or Metric.VISITORS in query.metrics
    clicks = Metric.CLICKS in query.metrics
    needs_click = pages and bool(dimensions & _OF_THE_CLICK)
    if clicks or needs_click:
        told = sorted(dimensions | ({Dimension.WEBSITE} if query.website_ids is not None else set()))
        _click_tables(made, query, told, until=None if needs_click else period.end + CLICK_TOLD_WITHIN)
    selects = []
    if pages:
        selects.append(_page_views(made, query, period, joined=needs_click))
    if clicks:
        selects.append(_clicks(made, query, period))
    made.tables.append(f"facts AS ({' UNION ALL '.join(selects)})")
    return made


def _click_tables(made: Facts, query: AnalyticsQuery, dimensions: list[Dimension], *, until: datetime | None) -> None:
    """`clicks`: each click with its first time, and of each dimension the first value that its events tell soon enough.

    There is no lower bound: what is new in a period is known only by what was before it.
    """
    where, chosen = _whose(query)
    if until is not None:
        where, chosen = f"{where} AND e.event_time < ?", [*chosen, naive(until)]
    made.tables.append(f"arrivals AS (SELECT * FROM internal.events e WHERE {_CLICK_EVENT}{where})")  # noqa: S608 ours
    made.parameters += chosen
    made.tables.append("sights AS (SELECT affiliate_id, click_id, min(event_time) AS time FROM arrivals GROUP BY ALL)")
    if not dimensions:
        made.tables.append("clicks AS (SELECT * FROM sights)")
        return
    told = ", ".join(
        f"first({_EVENT[each]} ORDER BY {_ORDER}) FILTER ({_EVENT[each]} IS NOT NULL) AS {_column(each)}" for each in dimensions
    )
    made.tables.append(
        f"""clicks AS (
            SELECT s.affiliate_id, s.click_id, s.time, {told}
            FROM sights s JOIN arrivals e
                ON e.click_id = s.click_id AND e.affiliate_id IS NOT DISTINCT FROM s.affiliate_id
                AND e.event_time <= s.time + {_TOLD_WITHIN}
            GROUP BY s.affiliate_id, s.click_id, s.time
        )"""  # noqa: S608 ours
    )


def _page_views(made: Facts, query: AnalyticsQuery, period: Period, *, joined: bool) -> str:
    columns = dict(_EVENT)
    if joined:
        columns |= {each: f"coalesce(c.{_column(each)}, {_EVENT[each]})" for each in _OF_THE_CLICK if each in _asked(query)}
    click = "LEFT JOIN clicks c ON c.click_id = e.click_id AND c.affiliate_id IS NOT DISTINCT FROM e.affiliate_id" if joined else ""
    where, chosen = _whose(query)
    filters, values = _conditions(query.filters, columns)
    websites, ids = _websites(query, "e.website_id")
    made.parameters += [naive(period.start), naive(period.end), *chosen, *ids, *values]
    return f"""
        SELECT e.event_time AS time, {_value(query, columns)} AS value, e.visitor_id, e.visitor_kind, e.value AS page_views, 0 AS clicks
        FROM internal.counted_pages e {click}
        WHERE e.event_time >= ? AND e.event_time < ?{where}{websites}{filters}"""  # noqa: S608 ours


def _clicks(made: Facts, query: AnalyticsQuery, period: Period) -> str:
    columns = {each: f"c.{_column(each)}" for each in Dimension} | {Dimension.AFFILIATE: "c.affiliate_id"}
    filters, values = _conditions(query.filters, columns)
    websites, ids = _websites(query, columns[Dimension.WEBSITE])
    made.parameters += [naive(period.start), naive(period.end), *ids, *values]
    return f"""
        SELECT c.time, {_value(query, columns)} AS value, NULL AS visitor_id, NULL AS visitor_kind, 0 AS page_views, 1 AS clicks
        FROM clicks c WHERE c.time >= ? AND c.time < ?{websites}{filters}"""  # noqa: S608 ours


def _asked(query: AnalyticsQuery) -> set[Dimension]:
    return {each.dimension for each in query.filters} | ({query.dimension} if query.dimension else set())


def _column(dimension: Dimension) -> str:
    """The name of a click's column; not one that `arrivals` has."""
    return f"first_{dimension.name.lower()}"


def _value(query: AnalyticsQuery, columns: dict[Dimension, str]) -> str:
    return f"({columns[query.dimension]})" if query.dimension else "NULL::VARCHAR"


def _whose(query: AnalyticsQuery) -> tuple[str, list[Any]]:
    return ("", []) if query.affiliate_id is None else (" AND e.affiliate_id = ?", [query.affiliate_id])


def _websites(query: AnalyticsQuery, column: str) -> tuple[str, list[Any]]:
    if query.website_ids is None:
        return "", []
    return f" AND {column} IN (SELECT unnest(?::VARCHAR[]))", [list(query.website_ids)]


def _conditions(filters: Sequence[Filter], columns: dict[Dimension, str]) -> tuple[str, list[Any]]:
    """The filters on some columns. A missing value is asked for by itself: SQL's IN knows none."""
    where, parameters = "", []
    for each in filters:
        column = columns[each.dimension]
        missing = f" OR ({column}) IS NULL" if None in each.values else ""
        where += f" AND (coalesce(({column}) IN (SELECT unnest(?::VARCHAR[])), false){missing})"
        parameters.append([value for value in each.values if value is not None])
    return where, parameters
