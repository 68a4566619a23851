"""Every error looks as AppSync's do: path, data, errorType, errorInfo, locations with sourceName, message."""

import pytest
from graphql import GraphQLError

from tests.support.portal import Client, Portal
from tribute.access.caller import NotAllowedError
from tribute.graphql.errors import field_error
from tribute.kit.errors import UnavailableError

DENIED = "{\n  mine: getAnalyticsData(metricType: PageViews timeWindow: Last7Days) { dataset { value } }\n}"


@pytest.fixture
def owner(portal: Portal) -> Client:
    return portal.client(x_api_key=portal.token(None))


@pytest.fixture
def affiliate(portal: Portal) -> Client:
    return portal.client(x_api_key=portal.token(portal.add_affiliate().id))


def test_a_denied_field_is_null_and_unauthorized(owner: Client) -> None:
    answer = owner.post("/graphql", json={"query": DENIED})
    assert answer.status_code == 200
    assert answer.json() == {
        "data": {"mine": None},
        "errors": [
            {
                "path": ["mine"],
                "data": None,
                "errorType": "Unauthorized",
                "errorInfo": None,
                "locations": [{"line": 2, "column": 3, "sourceName": None}],
                "message": "Not Authorized to access getAnalyticsData on type Query",
            }
        ],
    }


@pytest.mark.parametrize("field", ["websites", "unknownCodes"])
def test_owners_fields_are_denied_to_affiliates(affiliate: Client, field: str) -> None:
    answer = affiliate.graphql(f"{{ {field}(timeWindow: Last7Days) {{ pageViews }} dataAsOf }}")
    assert answer["data"][field] is None
    assert answer["data"]["dataAsOf"] == "2026-11-23T14:30:12.000000Z"
    assert answer["errors"][0]["message"] == f"Not Authorized to access {field} on type Query"


@pytest.mark.parametrize(
    "query",
    [
        "{ nothing }",
        "{ getAnalyticsData(metricType: Clicks timeWindow: Last7Days) { dataset { value } } }",
        "{ getAnalyticsData(metricType: PageViews timeWindow: LastCentury) { dataset { value } } }",
        "{ getAnalyticsData { dataset { value } } }",
        "{ dataAsOf",
        "mutation { dataAsOf }",
        "query Two($window: TimeWindow!) { websites(timeWindow: $window) { id } }",
    ],
)
def test_a_wrong_query_is_a_validation_error(affiliate: Client, query: str) -> None:
    answer = affiliate.post("/graphql", json={"query": query})
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] is None
    assert {error["errorType"] for error in body["errors"]} == {"ValidationError"}
    assert set(body["errors"][0]) == {"path", "data", "errorType", "errorInfo", "locations", "message"}


@pytest.mark.parametrize("content", [b"", b"meow", b"{}", b"[]", b'{"query": 7}', b"\xff", b'{"query": ""}', b"[" * 50_000])
def test_a_body_that_is_no_request_is_400(affiliate: Client, content: bytes) -> None:
    answer = affiliate.post("/graphql", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["errorType"] == "MalformedHttpRequestException"


def test_what_was_not_foreseen_is_told_without_details(portal: Portal, affiliate: Client) -> None:
    portal.broken = RuntimeError("a secret in /home/somewhere")
    body = affiliate.graphql("{ dataAsOf }")
    assert body["data"] is None
    assert body["errors"][0]["errorType"] == "InternalFailure"
    assert "secret" not in str(body)


def test_what_is_away_for_now_says_so(portal: Portal, affiliate: Client) -> None:
    portal.broken = UnavailableError("The store is being swapped; try again in a moment.")
    [error] = affiliate.graphql("{ dataAsOf }")["errors"]
    assert (error["errorType"], error["message"]) == ("ServiceUnavailableException", "The store is being swapped; try again in a moment.")


def test_what_is_denied_below_a_field_is_unauthorized_too() -> None:
    told = field_error(GraphQLError("x", path=["a", 0], original_error=NotAllowedError("this is the owner's to see")))
    assert (told["errorType"], told["message"], told["path"]) == ("Unauthorized", "this is the owner's to see", ["a", 0])
