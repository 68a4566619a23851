"""The short way through a list of rows answers exactly as graphql-core's own, whatever is selected."""

import pytest
from graphql import Executor, execute_sync, parse, validate

from tests.support.portal import NOW, Portal, caller_of
from tribute.graphql.caller_threads import CallerThreads
from tribute.graphql.context import Context
from tribute.graphql.live_feed import LiveFeeds
from tribute.graphql.rows import RowsExecutor
from tribute.graphql.schema import build_schema

ARGUMENTS = "metricType: PageViews timeWindow: Last7Days"


@pytest.mark.parametrize(
    "selection",
    [
        "series timestamp value",
        "value",
        "a: value b: value series",
        "__typename value",
        "...F ... on DataPoint { timestamp }",
        "value @skip(if: true) series @include(if: true)",
        "value value",
    ],
)
def test_both_ways_agree(portal: Portal, selection: str) -> None:
    ada = portal.add_affiliate()
    for name in ("B", "A"):
        portal.page_views(portal.add_website(name, f"{name}.example"), "ada", [NOW] * 3)
    fragment = "fragment F on DataPoint { series }" if "...F" in selection else ""
    document = parse(f"{{ getAnalyticsData({ARGUMENTS}) {{ dataset {{ {selection} }} __typename }} }} {fragment}")
    schema = build_schema(portal.sources, LiveFeeds(portal.analytics, CallerThreads()))
    assert validate(schema, document) == []
    short, usual = (
        execute_sync(schema, document, context_value=Context(caller_of(ada)), executor_class=way) for way in (RowsExecutor, Executor)
    )
    assert short.errors is None
    assert short.data == usual.data
    assert short.data is not None
    assert len(short.data["getAnalyticsData"]["dataset"]) == 2
