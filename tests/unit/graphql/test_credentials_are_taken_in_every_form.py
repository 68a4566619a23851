"""A token is taken from each header that AppSync's clients use; wrong or missing credentials are 401 in AppSync's words."""

from datetime import timedelta

import pytest

from tests.support.portal import NOW, Portal
from tribute.access.caller import Role
from tribute.web.security import SESSION_COOKIE

QUERY = "{ getAnalyticsData(metricType: PageViews timeWindow: Last7Days) { dataset { series timestamp value } } }"
EXPECTED = {"data": {"getAnalyticsData": {"dataset": [{"series": "Course", "timestamp": "2026-11-23T00:00:00Z", "value": 1.0}]}}}


@pytest.fixture
def token(portal: Portal) -> str:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Course", "course.example"), "ada", [NOW - timedelta(hours=1)])
    return portal.token(ada.id)


@pytest.mark.parametrize(
    ("name", "value"),
    [("authorization", "Bearer {}"), ("authorization", "bearer  {}"), ("authorization", "{}"), ("x-api-key", "{}")],
)
def test_a_token_in_a_header(portal: Portal, token: str, name: str, value: str) -> None:
    answer = portal.client().post("/graphql", json={"query": QUERY}, headers={name: value.format(token)})
    assert (answer.status_code, answer.json()) == (200, EXPECTED)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer wrong"},
        {"x-api-key": "wrong"},
        {"authorization": "Basic d3Jvbmc6"},
    ],
)
def test_wrong_or_no_credentials_are_401(portal: Portal, headers: dict[str, str]) -> None:
    answer = portal.client().post("/graphql", json={"query": QUERY}, headers=headers)
    assert answer.status_code == 401
    [error] = answer.json()["errors"]
    assert error["errorType"] == "UnauthorizedException"


def test_a_wrong_token_is_not_replaced_by_a_cookie(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    headers = {"authorization": "Bearer wrong", "origin": portal.public_url}
    assert client.post("/graphql", json={"query": QUERY}, headers=headers).status_code == 401


def test_credentials_are_asked_for_before_the_body_is_read(portal: Portal) -> None:
    assert portal.client().post("/graphql", content=b"x" * 200_000).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin"}, {"origin": "http://portal.test"}, {"origin": "http://localhost:9", "host": "localhost:9"}],
)
def test_a_cookie_counts_from_our_own_pages(portal: Portal, headers: dict[str, str]) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    cookie = f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"
    answer = portal.client().post("/graphql", json={"query": "{ viewer { code } }"}, headers=headers | {"cookie": cookie})
    assert answer.json() == {"data": {"viewer": {"code": "ada"}}}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://portal.test"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "https://portal.test"},
        {"origin": "http://portal.test.evil.test"},
    ],
)
def test_a_cookie_from_elsewhere_does_not_count(portal: Portal, headers: dict[str, str]) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    assert client.post("/graphql", json={"query": "{ viewer { code } }"}, headers=headers).status_code == 401
