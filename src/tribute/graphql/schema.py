"""The executable schema: `schema.graphql` bound to the reports. Resolvers are synchronous and take the Caller from the context."""

from importlib.resources import files
from typing import Any

from ariadne import EnumType, ObjectType, QueryType, make_executable_schema
from graphql import GraphQLResolveInfo, GraphQLSchema

from tribute.access.caller import Caller, Role
from tribute.analytics.definitions import GIVEN_METRICS, Metric, TimeWindow
from tribute.analytics.port import UnknownCode
from tribute.graphql.analytics import analytics_enums, bind_analytics
from tribute.graphql.context import Context
from tribute.graphql.errors import guarded
from tribute.graphql.live_feed import LiveFeeds
from tribute.graphql.rows import PlainRows
from tribute.kit.clock import iso
from tribute.reports.accounts import Accounts
from tribute.reports.analytics import Analytics
from tribute.reports.traffic import DataPoint, Traffic, WebsiteTraffic


def schema_text() -> str:
    """The schema as it is published."""
    return files("tribute.graphql").joinpath("schema.graphql").read_text("utf-8")


def build_schema(traffic: Traffic, accounts: Accounts, analytics: Analytics, feeds: LiveFeeds) -> GraphQLSchema:
    """Bind every field; ones without a resolver here are attributes of what their parent returned."""
    query = _query(traffic, accounts)
    types = [*bind_analytics(query, analytics, feeds), _website_traffic(), _unknown_code()]
    return make_executable_schema(schema_text(), *_enums(), *analytics_enums(), query, *types)


def _enums() -> list[EnumType]:
    return [
        EnumType("MetricType", {metric.value: metric for metric in GIVEN_METRICS}),
        EnumType("TimeWindow", {window.value: window for window in TimeWindow}),
        EnumType("Role", {"Owner": Role.OWNER, "Affiliate": Role.AFFILIATE}),
    ]


def _query(traffic: Traffic, accounts: Accounts) -> QueryType:
    query = QueryType()

    def analytics_data(
        _: Any,
        info: GraphQLResolveInfo[Context],
        *,
        metricType: Metric,  # noqa: N803 -- the schema's name
        timeWindow: TimeWindow,  # noqa: N803 -- the schema's name
    ) -> dict[str, PlainRows[DataPoint]]:
        return {"dataset": PlainRows(traffic.analytics_data(_caller(info), metricType, timeWindow))}

    def data_as_of(_: Any, _info: GraphQLResolveInfo[Context]) -> str:
        return iso(traffic.data_as_of())

    def viewer(_: Any, info: GraphQLResolveInfo[Context]) -> dict[str, Any]:
        caller = _caller(info)
        profile = accounts.profile(caller)
        return {"role": caller.role, "name": profile.name, "code": profile.code}

    def websites(_: Any, info: GraphQLResolveInfo[Context], *, timeWindow: TimeWindow) -> list[WebsiteTraffic]:  # noqa: N803 -- the schema's name
        return traffic.website_overview(_caller(info), timeWindow)

    def unknown_codes(_: Any, info: GraphQLResolveInfo[Context], *, timeWindow: TimeWindow) -> list[UnknownCode]:  # noqa: N803 -- the schema's name
        return traffic.unknown_codes(_caller(info), timeWindow)

    query.set_field("getAnalyticsData", guarded(analytics_data))
    query.set_field("dataAsOf", guarded(data_as_of))
    query.set_field("viewer", guarded(viewer))
    query.set_field("websites", guarded(websites))
    query.set_field("unknownCodes", guarded(unknown_codes))
    return query


def _website_traffic() -> ObjectType:
    website = ObjectType("WebsiteTraffic")
    website.set_field("id", lambda row, _info: row.website_id)
    website.set_field("pageViews", lambda row, _info: row.page_views)
    return website


def _unknown_code() -> ObjectType:
    code = ObjectType("UnknownCode")
    code.set_field("pageViews", lambda row, _info: row.page_views)
    code.set_field("lastSeenAt", lambda row, _info: iso(row.last_seen_at))
    return code


def _caller(info: GraphQLResolveInfo[Context]) -> Caller:
    context: Context = info.context
    return context.caller
