"""The same question by REST, as JSON and CSV, and by GraphQL has the same numbers; who may ask, and how wrong input is named."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.portal import Client, Portal
from tribute.access.caller import Role

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture
def ada(portal: Portal) -> Client:
    """Ada's client, with numbers on two days, four paths and a campaign that would be a formula."""
    course, affiliate = portal.add_website("Course", "course.example"), portal.add_affiliate()
    portal.events(
        course,
        "ada",
        *(
            {"at": TODAY - timedelta(days=number % 2) + timedelta(hours=number), "visitor_id": f"v{number % 3}", "path": f"/{number % 4}"}
            for number in range(12)
        ),
        {"at": TODAY, "visitor_id": "v9", "path": EVIL, "utm_campaign": EVIL},
    )
    return portal.client(x_api_key=portal.token(affiliate.id))


def read(client: Client, **parameters: Any) -> httpx.Response:
    return client.get("/api/v1/analytics", params=parameters)


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


RANGE = {"from": "2026-11-22", "to": "2026-11-23"}


def test_json_csv_and_graphql_agree(ada: Client) -> None:
    asked = {"metrics": "page_views,visitors", **RANGE, "grain": "day", "by": "path", "compare": "previous_period", "top": 3}
    told = read(ada, **asked).json()
    fields = "pageViews visitors previous { pageViews visitors }"
    graphql = ada.graphql(
        "query ($input: AnalyticsInput!) { analytics(input: $input) "
        "{ from to totals { pageViews visitors } series { start pageViews visitors } "
        f"rows {{ value {fields} }} others {{ value {fields} }} values }} }}",
        input={"metrics": ["PageViews", "Visitors"], **RANGE, "grain": "Day", "by": "Path", "compare": "PreviousPeriod", "top": 3},
    )["data"]["analytics"]

    def plain(figures: dict[str, Any]) -> dict[str, Any]:
        return {"page_views": figures["pageViews"], "visitors": figures["visitors"]}

    assert (told["from"], told["to"], told["values"]) == (graphql["from"], graphql["to"], graphql["values"])
    assert told["totals"] == plain(graphql["totals"])
    assert [(each["start"], each["figures"]) for each in told["series"]] == [(each["start"], plain(each)) for each in graphql["series"]]
    shown = [(row["value"], row["totals"], row["previous"]) for row in [*told["rows"], told["others"]]]
    assert shown == [(row["value"], plain(row), plain(row["previous"])) for row in [*graphql["rows"], graphql["others"]]]

    rows = table(read(ada, **asked | {"grain": "", "format": "csv"}))
    assert [row["path"] for row in rows] == [*(row["value"] for row in told["rows"]), "(others)"]
    assert [(int(row["page_views"]), int(row["visitors"]), int(row["previous_visitors"])) for row in rows] == [
        (row["totals"]["page_views"], row["totals"]["visitors"], row["previous"]["visitors"]) for row in [*told["rows"], told["others"]]
    ]
    days = table(read(ada, **asked | {"by": "", "format": "csv"}))
    assert [(day["start"], int(day["page_views"])) for day in days] == [
        (bucket["start"][:10], bucket["figures"]["page_views"]) for bucket in told["series"]
    ]


def test_a_table_by_dimension_and_grain_has_a_line_for_each_bucket(ada: Client) -> None:
    lines = table(read(ada, metrics="page_views", **RANGE, grain="day", by="path", format="csv"))
    assert list(lines[0]) == ["path", "start", "page_views"]
    assert len(lines) == 5 * 2
    assert sum(int(line["page_views"]) for line in lines) == 13


def test_totals_alone_are_one_line(ada: Client) -> None:
    assert read(ada, metrics="visitors,page_views", **RANGE, format="csv").text == "visitors,page_views\r\n4,13\r\n"


def test_hours_are_told_on_the_zones_wall_clock(ada: Client) -> None:
    lines = table(read(ada, metrics="page_views", window="24h", grain="hour", zone="Asia/Kathmandu", format="csv"))
    assert lines[0]["start"] == "2026-11-22T20:00+05:45"


def test_a_strangers_text_is_no_formula(ada: Client) -> None:
    answer = read(ada, metrics="page_views", **RANGE, by="utm_campaign", format="csv")
    assert [line["utm_campaign"] for line in table(answer)] == ["(none)", f"'{EVIL}"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'attachment; filename="tribute-2026-11-22.csv"'
    assert read(ada, metrics="page_views", **RANGE, by="utm_campaign").json()["rows"][1]["value"] == EVIL


def test_filters_stand_in_brackets(ada: Client) -> None:
    def total(*filters: tuple[str, str]) -> int:
        answer = ada.get("/api/v1/analytics", params=[("metrics", "page_views"), ("window", "7d"), *filters])
        assert answer.status_code == 200, answer.text
        return int(answer.json()["totals"]["page_views"])

    assert total(("filter[path]", "/1")) == 3
    assert total(("filter[path]", "/1"), ("filter[path]", "/2")) == 6
    assert total(("filter[utm_campaign]", "")) == 12
    assert total(("filter[utm_campaign]", EVIL), ("filter[path]", "/1")) == 0
    assert total(("filter[website]", "Course")) == 13


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/csv;q=x, application/json;q=0.1", "application/json"),
    ],
)
def test_the_accept_header_chooses_the_format(ada: Client, accept: str, found: str) -> None:
    answer = ada.get("/api/v1/analytics?metrics=clicks&window=7d", headers={"accept": accept})
    assert answer.headers["content-type"] == found
    named = ada.get("/api/v1/analytics?metrics=clicks&window=7d&format=json", headers={"accept": accept})
    assert named.headers["content-type"] == "application/json"


def test_what_cannot_be_had_is_406(ada: Client) -> None:
    assert ada.get("/api/v1/analytics?metrics=clicks&window=7d", headers={"accept": "image/png, text/csv;q=0"}).status_code == 406


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ("window=7d", "metrics"),
        ("metrics=money&window=7d", "metrics"),
        ("metrics=clicks&window=8d", "window"),
        ("metrics=clicks", "from"),
        ("metrics=clicks&from=soon", "from"),
        ("metrics=clicks&window=7d&grain=second", "grain"),
        ("metrics=clicks&window=7d&by=mood", "by"),
        ("metrics=clicks&window=7d&zone=Nowhere", "zone"),
        ("metrics=clicks&window=7d&top=ten", "top"),
        ("metrics=clicks&window=7d&top=%C2%B2", "top"),
        ("metrics=clicks&window=7d&format=xml", "format"),
        ("metrics=clicks&window=7d&compare=yes", "compare"),
        ("metrics=clicks&window=7d&filter[mood]=good", "filter"),
        ("metrics=clicks&window=7d&window=30d", "window"),
        ("metrics=clicks&window=7d&affiliate_id=bob", "affiliate_id"),
        ("metrics=page_views,clicks,visitors&window=365d&grain=hour", "grain"),
    ],
)
def test_wrong_parameters_are_named(ada: Client, parameters: str, field: str) -> None:
    answer = ada.get(f"/api/v1/analytics?{parameters}")
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == field


def test_who_asks_is_known_by_token_or_by_the_cookie_of_a_page_of_ours(portal: Portal) -> None:
    address = "/api/v1/analytics?metrics=clicks&window=7d"
    ada = portal.add_affiliate()
    token = portal.token(ada.id)
    assert portal.client().get(address).status_code == 401
    assert portal.client(authorization="Bearer wrong").get(address).status_code == 401
    for headers in ({"authorization": f"Bearer {token}"}, {"authorization": token}, {"x-api-key": token}):
        assert portal.client(**headers).get(address).status_code == 200
    for site, status in (("same-origin", 200), ("none", 200), ("cross-site", 401), ("same-site", 401)):
        assert portal.signed_in(Role.AFFILIATE, ada.id).get(address, headers={"sec-fetch-site": site}).status_code == status


def test_what_is_not_an_affiliates_is_403(portal: Portal) -> None:
    ada = portal.client(x_api_key=portal.token(portal.add_affiliate().id))
    for parameters in ("by=affiliate", "affiliate=bob", "filter[affiliate]=bob"):
        assert ada.get(f"/api/v1/analytics?metrics=clicks&window=7d&{parameters}").status_code == 403
    owner = portal.client(x_api_key=portal.token(None))
    assert owner.get("/api/v1/analytics?metrics=clicks&window=7d&by=affiliate&affiliate=ada").status_code == 200


def test_other_addresses_and_methods_are_json_too(ada: Client) -> None:
    assert "message" in ada.get("/api/v1/nothing").json()["error"]
    answer = ada.post("/api/v1/analytics")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/json")
    assert answer.json()["error"]["message"] == "This address takes GET only; /api/v1 says what each method does."
    assert "takes DELETE and PUT only" in ada.get("/api/v1/conversions/con_1/rejection").json()["error"]["message"]
