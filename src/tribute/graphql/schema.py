"""The executable schema: `schema.graphql` and what continues it, bound to reports and offices.

Resolvers are synchronous and take the Caller from the context.
"""

from dataclasses import dataclass
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
from tribute.graphql.ledger_changes import bind_changes
from tribute.graphql.ledger_reading import bind_ledger
from tribute.graphql.live_feed import LiveFeeds
from tribute.graphql.rows import PlainRows
from tribute.graphql.scalars import ledger_enums, ledger_scalars
from tribute.kit.clock import iso
from tribute.office.office import Office
from tribute.reports.accounts import Accounts
from tribute.reports.analytics import Analytics
from tribute.reports.ledger import LedgerReports
from tribute.reports.traffic import DataPoint, Traffic, WebsiteTraffic

_PARTS = ("schema.graphql", "money.graphql", "changes.graphql")


def schema_text() -> str:
    """The schema as it is published."""
    return "\n".join(files("tribute.graphql").joinpath(name).read_text("utf-8") for name in _PARTS)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the resolvers read, and change by; `public_url` is where people reach this server, for the links that they share."""

    traffic: Traffic
    accounts: Accounts
    analytics: Analytics
    ledger: LedgerReports
    office: Office
    public_url: str


def build_schema(sources: Sources, feeds: LiveFeeds) -> GraphQLSchema:
    """Bind every field; ones without a resolver here are attributes, or keys, of what their parent returned."""
    query = _query(sources.traffic, sources.accounts)
    types = [
        *bind_analytics(query, sources.analytics, feeds),
        bind_changes(sources.office, sources.ledger, sources.public_url),
        *bind_ledger(query, sources.ledger, sources.public_url),
        _website_traffic(),
        _unknown_code(),
    ]
    kinds = [*_enums(), *analytics_enums(), *ledger_enums(), *ledger_scalars()]
    return make_executable_schema(schema_text(), *kinds, query, *types)


def _enums() -> list[EnumType]:
    return [
        EnumType("MetricType", {metric.value: metric for metric in GIVEN_METRICS}),
        EnumType("TimeWindow", {window.value: window for window in TimeWindow}),
        EnumType("Role", {role.value.title(): role for role in Role}),
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
        return {"role": caller.role, "name": profile.name, "code": profile.code, "email": profile.email}

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
