"""The `analytics` and `live` fields: inputs made a Question, the Report made the schema's types. Called by `schema`."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from ariadne import EnumType, ObjectType, QueryType, SchemaBindable, SubscriptionType
from graphql import GraphQLResolveInfo

from tribute.analytics.definitions import Grain, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import Live
from tribute.analytics.query import ANALYTICS_METRICS, Comparison, Filter, Period
from tribute.analytics.results import Bucket, Figures, Row, Shown
from tribute.graphql.context import Context
from tribute.graphql.errors import guarded
from tribute.graphql.live_feed import LiveFeeds
from tribute.graphql.rows import PlainRows
from tribute.kit.clock import iso, iso_seconds
from tribute.reports.analytics import Analytics, Question, Report

_FIELDS = {
    Metric.PAGE_VIEWS: "pageViews",
    Metric.VISITORS: "visitors",
    Metric.CLICKS: "clicks",
    Metric.CONVERSIONS: "conversions",
    Metric.REVENUE: "revenue",
    Metric.COMMISSIONS: "commissions",
    Metric.EPC: "epc",
    Metric.CONVERSION_RATE: "conversionRate",
}
_PREVIOUS_FIELDS = {metric: f"previous{name[0].upper()}{name[1:]}" for metric, name in _FIELDS.items()}
_NOT_ASKED: dict[str, Any] = dict.fromkeys([*_FIELDS.values(), *_PREVIOUS_FIELDS.values(), "previousStart"])


def analytics_enums() -> list[EnumType]:
    """The enums of the input."""
    return [
        EnumType("AnalyticsMetric", {metric.value: metric for metric in ANALYTICS_METRICS}),
        EnumType("Grain", {grain.name.title(): grain for grain in Grain}),
        EnumType("Dimension", {dimension.value: dimension for dimension in Dimension}),
        EnumType("Comparison", {comparison.value: comparison for comparison in Comparison}),
    ]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the resolvers below `analytics` read."""

    analytics: Analytics
    report: Report


def bind_analytics(query: QueryType, analytics: Analytics, feeds: LiveFeeds) -> list[SchemaBindable]:
    """Give the fields their resolvers."""

    def resolve_analytics(_: Any, info: GraphQLResolveInfo[Context], *, input: dict[str, Any]) -> _Answer:  # noqa: A002 -- the schema's name
        return _Answer(analytics, analytics.report(info.context.caller, question(input)))

    def resolve_live(_: Any, info: GraphQLResolveInfo[Context]) -> Live:
        return analytics.live(info.context.caller)

    query.set_field("analytics", guarded(resolve_analytics))
    query.set_field("live", guarded(resolve_live))
    return [_analytics_type(), _live_type(), _subscription(feeds)]


def _live_type() -> ObjectType:
    live = ObjectType("Live")
    live.set_field("pageViews", lambda seen, _info: seen.page_views)
    return live


def _subscription(feeds: LiveFeeds) -> SubscriptionType:
    subscription = SubscriptionType()

    def watch(_: Any, info: GraphQLResolveInfo[Context]) -> AsyncGenerator[Live, None]:
        return feeds.watch(info.context.caller)

    subscription.set_source("live", guarded(watch))
    subscription.set_field("live", lambda seen, _info: seen)
    return subscription


def question(asked: dict[str, Any]) -> Question:
    """An AnalyticsInput as the reports take it; what is null or absent is the default."""
    told = {name: value for name, value in asked.items() if value is not None}
    return Question(
        metrics=told["metrics"],
        window=told.get("window"),
        start=told.get("from"),
        end=told.get("to"),
        zone=told.get("zone", "UTC"),
        grain=told.get("grain"),
        dimension=told.get("by"),
        filters=[Filter(each["by"], each["in"]) for each in told.get("filters", ())],
        affiliate=told.get("affiliate"),
        top=told.get("top", 10),
        row_series=told.get("rowSeries", False),
        comparison=told.get("compare"),
        currency=told.get("currency"),
    )


def _analytics_type() -> ObjectType:
    answer = ObjectType("Analytics")

    @answer.field("totals")
    def totals(source: _Answer, _info: Any) -> dict[str, Any]:
        return _figures(source.report.shown(source.report.result.totals))

    @answer.field("previous")
    def previous(source: _Answer, _info: Any) -> dict[str, Any] | None:
        before = source.report.result.previous
        return None if before is None else _figures(source.report.shown(before))

    @answer.field("change")
    def changed(source: _Answer, _info: Any) -> dict[str, Any] | None:
        return _changed(source.report, source.report.result.totals, source.report.result.previous)

    @answer.field("series")
    def series(source: _Answer, _info: Any) -> PlainRows[dict[str, Any]]:
        return _buckets(source.report, source.report.result.series)

    @answer.field("rows")
    def rows(source: _Answer, _info: Any) -> list[dict[str, Any]]:
        return [_row(source.report, row) for row in source.report.result.rows]

    @answer.field("others")
    def others(source: _Answer, _info: Any) -> dict[str, Any] | None:
        found = source.report.result.others
        return None if found is None else _row(source.report, found)

    answer.set_field("identification", _identification)
    _bind_range(answer)
    return answer


def _identification(source: _Answer, _info: Any) -> dict[str, Any]:
    """Counted only when it is asked for."""
    known = source.analytics.identification(source.report)
    return {
        "pageViews": known.page_views,
        "withoutIdentifier": known.without_identifier,
        "visitors": known.visitors,
        "cookielessVisitors": known.cookieless,
    }


def _bind_range(answer: ObjectType) -> None:
    """The fields that say what the answer is about."""
    answer.set_field("from", lambda source, _info: _start(source.report.result.period))
    answer.set_field("to", lambda source, _info: _end(source.report.result.period))
    answer.set_field("previousFrom", lambda source, _info: _start(source.report.result.previous_period))
    answer.set_field("previousTo", lambda source, _info: _end(source.report.result.previous_period))
    answer.set_field("zone", lambda source, _info: source.report.query.zone.key)
    answer.set_field("grain", lambda source, _info: source.report.query.grain)
    answer.set_field("by", lambda source, _info: source.report.query.dimension)
    answer.set_field("currency", lambda source, _info: source.report.query.currency)
    answer.set_field("otherCurrencies", lambda source, _info: source.report.result.other_currencies)
    answer.set_field("values", lambda source, _info: source.report.result.values)
    answer.set_field("dataAsOf", lambda source, _info: iso(source.report.data_as_of))


def _start(period: Period | None) -> str | None:
    return None if period is None else iso(period.start)


def _end(period: Period | None) -> str | None:
    return None if period is None else iso(period.end)


def _figures(shown: Shown) -> dict[str, Any]:
    return {name: shown.get(metric) for metric, name in _FIELDS.items()}


def _changed(report: Report, now: Figures, before: Figures | None) -> dict[str, Any] | None:
    changed = report.change(now, before)
    return None if changed is None else _figures(changed)


def _row(report: Report, row: Row) -> dict[str, Any]:
    return {
        "value": row.value,
        **_figures(report.shown(row.totals)),
        "previous": None if row.previous is None else _figures(report.shown(row.previous)),
        "change": _changed(report, row.totals, row.previous),
        "series": _buckets(report, row.series),
    }


def _buckets(report: Report, buckets: Sequence[Bucket]) -> PlainRows[dict[str, Any]]:
    """Buckets with every field that a query may select."""
    made: PlainRows[dict[str, Any]] = PlainRows()
    for bucket in buckets:
        row = {**_NOT_ASKED, "start": iso_seconds(bucket.start)}
        row.update((_FIELDS[metric], value) for metric, value in report.shown(bucket.figures).items())
        if bucket.previous is not None and bucket.previous_start is not None:
            row["previousStart"] = iso_seconds(bucket.previous_start)
            row.update((_PREVIOUS_FIELDS[metric], value) for metric, value in report.shown(bucket.previous).items())
        made.append(row)
    return made
