"""What is counted, as rows to count: the page views, clicks and money of a period with the value of a dimension. SQL with its parameters.

Invariant: the text is made of this package's words alone; everything a caller says is a parameter. Called by `analytics`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tribute.analytics.definitions import Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import AMOUNTS, AnalyticsQuery, Filter, Period, has_amounts
from tribute.store.duckdb.dimensions import KEPT, OF_EVENT
from tribute.store.duckdb.times import naive

_OF_THE_CLICK = {Dimension.LINK, Dimension.SUB_ID}
"""What a page view has from its click."""

_OF_CLICK = {each: f"c.{column}" for each, column in KEPT.items()}
_OF_MONEY = {each: f"m.{column}" for each, column in KEPT.items()} | {Dimension.PATH: "m.landing_page"}

_COLUMNS = {
    "visitor_id": "NULL::VARCHAR",
    "visitor_kind": "NULL::VARCHAR",
    "page_views": "0",
    "clicks": "0",
    "conversions": "0",
    "revenue": "0",
    "commission": "0",
}
"""What a row has to count, and what it is where the row has none of it."""


@dataclass(slots=True)
class Facts:
    """Rows `facts (time, value, …)` with the columns above, as a common table expression, and its parameters."""

    selects: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    @property
    def sql(self) -> str:
        return f"facts AS ({' UNION ALL '.join(self.selects)})"

    def add(self, time: str, value: str, counted: Mapping[str, str], source: str, parameters: Sequence[Any]) -> None:
        columns = ", ".join(f"{counted.get(name, nothing)} AS {name}" for name, nothing in _COLUMNS.items())
        self.selects.append(f"SELECT {time} AS time, {value} AS value, {columns} FROM {source}")  # noqa: S608 ours
        self.parameters += parameters


def facts(query: AnalyticsQuery, period: Period) -> Facts:
    """The rows of a period that the query counts: of each kind, those that can add to one of its numbers."""
    made = Facts()
    parts = set(query.parts)
    if parts & {Metric.PAGE_VIEWS, Metric.VISITORS}:
        _add_page_views(made, query, period)
    if Metric.CLICKS in parts:
        where, parameters = _chosen(query, period, "c.time", _OF_CLICK)
        made.add("c.time", _value(query, _OF_CLICK), {"clicks": "1"}, f"internal.clicks c WHERE {where}", parameters)
    if parts & {Metric.CONVERSIONS, *AMOUNTS}:
        _add_money(made, query, period)
    return made


def _add_page_views(made: Facts, query: AnalyticsQuery, period: Period) -> None:
    asked = _OF_THE_CLICK & ({each.dimension for each in query.filters} | {query.dimension})
    columns = OF_EVENT | {each: f"coalesce({_OF_CLICK[each]}, {OF_EVENT[each]})" for each in asked}
    join = ""
    whose: list[Any] = []
    if asked:
        tells = " OR ".join(f"{KEPT[each]} IS NOT NULL" for each in sorted(asked))
        whose = [] if query.affiliate_id is None else [query.affiliate_id]
        mine = " AND affiliate_id = ?" if whose else ""
        join = f""" LEFT JOIN (SELECT * FROM internal.clicks WHERE ({tells}){mine}) c
            ON c.click_id = e.click_id AND c.affiliate_id IS NOT DISTINCT FROM e.affiliate_id"""  # noqa: S608 ours
    where, parameters = _chosen(query, period, "e.event_time", columns)
    counted = {"visitor_id": "e.visitor_id", "visitor_kind": "e.visitor_kind", "page_views": "e.value"}
    source = f"internal.counted_pages e{join} WHERE {where}"
    made.add("e.event_time", _value(query, columns), counted, source, [*whose, *parameters])


def _add_money(made: Facts, query: AnalyticsQuery, period: Period) -> None:
    """Conversions count in every currency, amounts in one."""
    amount = "CASE WHEN m.currency = ? THEN m.{} ELSE 0 END"
    counted = {"conversions": "m.conversions", "revenue": amount.format("revenue_minor"), "commission": amount.format("commission_minor")}
    where, parameters = _chosen(query, period, "m.time", _OF_MONEY)
    adds = []
    if Metric.CONVERSIONS in query.parts:
        adds.append("m.conversions <> 0")
    if has_amounts(query.metrics):
        adds.append("m.currency = ?")
        parameters.append(query.currency)
    source = f"internal.money m WHERE {where} AND ({' OR '.join(adds)})"
    made.add("m.time", _value(query, _OF_MONEY), counted, source, [query.currency, query.currency, *parameters])


def currencies(query: AnalyticsQuery, period: Period) -> tuple[str, list[Any]]:
    """The query for the currencies that have amounts in the query's scope, besides its own."""
    where, parameters = _chosen(query, period, "m.time", _OF_MONEY)
    text = f"""SELECT DISTINCT m.currency FROM internal.money m
        WHERE {where} AND m.currency <> ? AND (m.revenue_minor <> 0 OR m.commission_minor <> 0) ORDER BY m.currency"""  # noqa: S608 ours
    return text, [*parameters, query.currency]


def _chosen(query: AnalyticsQuery, period: Period, time: str, columns: Mapping[Dimension, str]) -> tuple[str, list[Any]]:
    """The conditions that a row must meet: the period, whose it is, its website, and the filters."""
    parameters: list[Any]
    where, parameters = f"{time} >= ? AND {time} < ?", [naive(period.start), naive(period.end)]
    if query.affiliate_id is not None:
        where += f" AND {columns[Dimension.AFFILIATE]} = ?"
        parameters.append(query.affiliate_id)
    if query.website_ids is not None:
        where += f" AND {columns[Dimension.WEBSITE]} IN (SELECT unnest(?::VARCHAR[]))"
        parameters.append(list(query.website_ids))
    filters, values = _conditions(query.filters, columns)
    return where + filters, [*parameters, *values]


def _value(query: AnalyticsQuery, columns: Mapping[Dimension, str]) -> str:
    return f"({columns[query.dimension]})" if query.dimension else "NULL::VARCHAR"


def _conditions(filters: Sequence[Filter], columns: Mapping[Dimension, str]) -> tuple[str, list[Any]]:
    """The filters on some columns. A missing value is asked for by itself: SQL's IN knows none."""
    where, parameters = "", []
    for each in filters:
        column = columns[each.dimension]
        missing = f" OR ({column}) IS NULL" if None in each.values else ""
        where += f" AND (coalesce(({column}) IN (SELECT unnest(?::VARCHAR[])), false){missing})"
        parameters.append([value for value in each.values if value is not None])
    return where, parameters
