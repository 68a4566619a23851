"""The `analytics` field: totals, buckets, rows, others and comparisons as the schema describes them; wrong input is named by its field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.portal import NOW, Client, Portal

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)


def asked(client: Client, fields: str, **asking: Any) -> dict[str, Any]:
    body = client.graphql(f"query ($input: AnalyticsInput!) {{ analytics(input: $input) {{ {fields} }} }}", input=asking)
    assert "errors" not in body, body
    return dict(body["data"]["analytics"])


def refusal(client: Client, **asking: Any) -> dict[str, Any]:
    body = client.graphql("query ($input: AnalyticsInput!) { analytics(input: $input) { values } }", input=asking)
    [error] = body["errors"]
    return dict(error)


@pytest.fixture
def ada(portal: Portal) -> Client:
    """Ada's client: three page views today by two people on two websites, one yesterday, a click through her link `spring`."""
    course, shop = portal.add_website("Course", "course.example"), portal.add_website("Shop", "shop.example")
    affiliate = portal.add_affiliate()
    click = {"click_id": "k1", "is_click": True}
    portal.events(
        course,
        "ada",
        {"at": TODAY + HOUR, "type": "click", "link_slug": "spring", "sub_id": "mail", "visitor_id": None, **click},
        {"at": TODAY + HOUR, "visitor_id": "v1", "is_landing": True, "path": "/start", "country": "SE", **click},
        {"at": TODAY + 2 * HOUR, "visitor_id": "v1", "path": "/more", "country": "SE", "click_id": "k1"},
        {"at": TODAY - HOUR, "visitor_id": "v1", "path": "/start", "country": "SE"},
    )
    portal.events(shop, "ada", {"at": TODAY + 2 * HOUR, "visitor_id": "v2", "path": "/", "country": None})
    return portal.client(x_api_key=portal.token(affiliate.id))


ALL = ["PageViews", "Visitors", "Clicks"]


def test_totals_are_true_over_the_whole_range(ada: Client) -> None:
    answer = asked(
        ada,
        "from to zone grain totals { pageViews visitors clicks } series { start pageViews visitors clicks }",
        **{"metrics": ALL, "from": "2026-11-22", "to": "2026-11-23", "grain": "Day"},
    )
    assert answer["from"] == "2026-11-22T00:00:00.000000Z"
    assert answer["to"] == "2026-11-24T00:00:00.000000Z"
    assert answer["totals"] == {"pageViews": 4, "visitors": 2, "clicks": 1}
    assert answer["series"] == [
        {"start": "2026-11-22T00:00:00Z", "pageViews": 1, "visitors": 1, "clicks": 0},
        {"start": "2026-11-23T00:00:00Z", "pageViews": 3, "visitors": 2, "clicks": 1},
    ]


def test_metrics_that_were_not_asked_for_are_null(ada: Client) -> None:
    answer = asked(
        ada, "totals { pageViews visitors clicks } previous { clicks } change { clicks }", metrics=["Clicks"], window="Last7Days"
    )
    assert answer == {"totals": {"pageViews": None, "visitors": None, "clicks": 1}, "previous": None, "change": None}


def test_a_page_view_has_the_link_of_its_click(ada: Client) -> None:
    rows = asked(ada, "values rows { value pageViews clicks }", metrics=ALL, window="Last7Days", by="Link")
    assert rows["rows"] == [{"value": "spring", "pageViews": 2, "clicks": 1}, {"value": None, "pageViews": 2, "clicks": 0}]
    assert rows["values"] == 2


def test_a_click_has_the_page_of_its_landing(ada: Client) -> None:
    rows = asked(ada, "rows { value clicks }", metrics=["Clicks"], window="Last7Days", by="LandingPage")
    assert rows["rows"] == [{"value": "/start", "clicks": 1}]


def test_rows_that_do_not_fit_are_others_counted_truly(ada: Client) -> None:
    answer = asked(
        ada,
        "values rows { value visitors } others { value visitors pageViews }",
        metrics=["Visitors", "PageViews"],
        window="Last7Days",
        by="Path",
        top=1,
    )
    assert answer["rows"] == [{"value": "/", "visitors": 1}]
    assert answer["others"] == {"value": None, "visitors": 1, "pageViews": 3}
    assert answer["values"] == 3


def test_filters_must_all_hold_and_null_means_none(ada: Client) -> None:
    def page_views(*filters: dict[str, Any]) -> float:
        answer = asked(ada, "totals { pageViews }", metrics=["PageViews"], window="Last7Days", filters=list(filters))
        return float(answer["totals"]["pageViews"])

    assert page_views({"by": "Country", "in": ["SE"]}) == 3
    assert page_views({"by": "Country", "in": [None]}) == 1
    assert page_views({"by": "Country", "in": ["SE", None]}) == 4
    assert page_views({"by": "Country", "in": ["SE"]}, {"by": "Path", "in": ["/start"]}) == 2
    assert page_views({"by": "Website", "in": ["Shop"]}) == 1
    assert page_views({"by": "Country", "in": ["' OR 1=1 --"]}) == 0


def test_a_comparison_stands_beside_each_number(ada: Client) -> None:
    answer = asked(
        ada,
        "previousFrom previousTo totals { pageViews } previous { pageViews } change { pageViews } "
        "series { previousStart previousPageViews } rows { value pageViews previous { pageViews } change { pageViews } }",
        **{
            "metrics": ["PageViews"],
            "from": "2026-11-23",
            "to": "2026-11-23",
            "grain": "Day",
            "by": "Country",
            "compare": "PreviousPeriod",
        },
    )
    assert answer["previousFrom"] == "2026-11-22T00:00:00.000000Z"
    assert answer["previousTo"] == "2026-11-23T00:00:00.000000Z"
    assert (answer["totals"], answer["previous"], answer["change"]) == ({"pageViews": 3}, {"pageViews": 1}, {"pageViews": 2.0})
    assert answer["series"] == [{"previousStart": "2026-11-22T00:00:00Z", "previousPageViews": 1}]
    assert answer["rows"] == [
        {"value": "SE", "pageViews": 2, "previous": {"pageViews": 1}, "change": {"pageViews": 1.0}},
        {"value": None, "pageViews": 1, "previous": {"pageViews": 0}, "change": {"pageViews": None}},
    ]


def test_rows_have_series_when_asked(ada: Client) -> None:
    answer = asked(
        ada,
        "rows { value series { start pageViews } }",
        **{"metrics": ["PageViews"], "from": "2026-11-22", "to": "2026-11-23", "grain": "Day", "by": "Website", "rowSeries": True},
    )
    assert [(row["value"], [bucket["pageViews"] for bucket in row["series"]]) for row in answer["rows"]] == [
        ("Course", [1, 2]),
        ("Shop", [0, 1]),
    ]


def test_a_window_answers_as_the_given_query(ada: Client) -> None:
    given = ada.graphql("{ getAnalyticsData(metricType: PageViews timeWindow: Last7Days) { dataset { value } } }")
    answer = asked(ada, "totals { pageViews }", metrics=["PageViews"], window="Last7Days")
    assert answer["totals"]["pageViews"] == sum(point["value"] for point in given["data"]["getAnalyticsData"]["dataset"])


def test_how_visitors_were_known_is_told(portal: Portal, ada: Client) -> None:
    course = portal.add_website("Third", "third.example")
    portal.events(course, "ada", {"visitor_id": None, "visitor_kind": None}, {"visitor_id": "day", "visitor_kind": "cookieless"})
    answer = asked(
        ada, "identification { pageViews withoutIdentifier visitors cookielessVisitors }", metrics=["Visitors"], window="Last7Days"
    )
    assert answer["identification"] == {"pageViews": 6, "withoutIdentifier": 1, "visitors": 3, "cookielessVisitors": 1}


def test_live_tells_the_last_minutes(portal: Portal, ada: Client) -> None:
    website = portal.add_website("Third", "third.example")
    portal.events(website, "ada", {"visitor_id": "v1"}, {"visitor_id": "v1"}, {"at": NOW - timedelta(minutes=29)}, {"at": NOW - HOUR})
    portal.events(website, None, {"visitor_id": "v9"})
    live = ada.graphql("{ live { visitors pageViews minutes } }")["data"]["live"]
    assert (live["visitors"], live["pageViews"]) == (1, 2)
    assert live["minutes"] == [1, *[0] * 28, 2]
    owner = portal.client(x_api_key=portal.token(None)).graphql("{ live { visitors pageViews } }")["data"]["live"]
    assert owner == {"visitors": 2, "pageViews": 3}


@pytest.mark.parametrize(
    ("asking", "field"),
    [
        ({"metrics": []}, "metrics"),
        ({"metrics": ["Clicks", "Clicks"]}, "metrics"),
        ({"window": None}, "from"),
        ({"from": "2026-11-01"}, "window"),
        ({"window": None, "from": "yesterday"}, "from"),
        ({"window": None, "from": "2026-02-30"}, "from"),
        ({"window": None, "from": "0001-01-01"}, "from"),
        ({"window": None, "from": "2026-11-20", "to": "9999-12-31"}, "to"),
        ({"window": None, "from": "2026-11-20", "to": "2026-11-19"}, "to"),
        ({"window": None, "from": "2015-11-20", "to": "2026-11-19"}, "from"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"top": 0}, "top"),
        ({"top": 1001, "by": "Path"}, "top"),
        ({"rowSeries": True}, "rowSeries"),
        ({"window": "Last365Days", "grain": "Hour", "metrics": ALL}, "grain"),
        ({"filters": [{"by": "Path", "in": []}]}, "filters"),
        ({"filters": [{"by": "Path", "in": ["/"]}, {"by": "Path", "in": ["/x"]}]}, "filters"),
        ({"filters": [{"by": "Website", "in": ["Nowhere"]}]}, "filters"),
        ({"filters": [{"by": "Website", "in": []}]}, "filters"),
        ({"filters": [{"by": "Website", "in": ["Course"]}, {"by": "Website", "in": ["Shop"]}]}, "filters"),
    ],
)
def test_wrong_input_is_named_by_its_field(ada: Client, asking: dict[str, Any], field: str) -> None:
    error = refusal(ada, **{"metrics": ["PageViews"], "window": "Last7Days"} | asking)
    assert error["errorType"] == "BadRequestException"
    assert error["message"].startswith(f"{field}: ")
