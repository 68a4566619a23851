"""AppSync's realtime protocol at /graphql/realtime, message by message: credentials in either place, errors, keep-alives and limits."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.support.portal import Portal, served
from tests.support.served import eventually
from tribute.access.caller import Role
from tribute.access.tokens import Tokens
from tribute.web.security import SESSION_COOKIE

LIVE = json.dumps({"query": "subscription { live { visitors pageViews } }", "variables": {}})
NOTHING_YET = {"data": {"live": {"visitors": 0, "pageViews": 0}}}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with served(tmp_path) as running:
        yield running


@contextmanager
def opened(portal: Portal, told: Any = None, *, in_query: bool = False, **options: Any) -> Iterator[ClientConnection]:
    """A connection with a header in its subprotocol or its address."""
    url = portal.public_url.replace("http://", "ws://") + "/graphql/realtime"
    protocols = ["graphql-ws"]
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    if in_query:
        url += f"?header={quote(b64encode(raw).decode())}&payload=e30="
    elif told is not None:
        protocols.append("header-" + urlsafe_b64encode(raw).rstrip(b"=").decode())
    with connect(url, subprotocols=protocols, proxy=None, **options) as client:
        assert client.subprotocol == "graphql-ws"
        yield client


def tell(client: ClientConnection, **message: Any) -> None:
    client.send(json.dumps(message))


def told(client: ClientConnection) -> dict[str, Any]:
    """The next message but for keep-alives."""
    while True:
        message = dict(json.loads(client.recv(timeout=10)))
        if message != {"type": "ka"}:
            return message


def introduced(client: ClientConnection) -> None:
    tell(client, type="connection_init")
    assert told(client) == {"type": "connection_ack", "payload": {"connectionTimeoutMs": 300_000}}
    assert json.loads(client.recv(timeout=10)) == {"type": "ka"}


def start(client: ClientConnection, name: str, data: str = LIVE, **authorization: str) -> None:
    tell(client, id=name, type="start", payload={"data": data, "extensions": {"authorization": authorization}})


def ended(client: ClientConnection) -> bool:
    try:
        for _ in range(100):
            client.recv(timeout=10)
    except ConnectionClosed:
        return True
    return False


def revoke_all(portal: Portal) -> None:
    with portal.database.session() as session:
        tokens = Tokens(session, portal.clock)
        for token in tokens.all():
            tokens.revoke(token.id)


@pytest.mark.parametrize("in_query", [False, True])
@pytest.mark.parametrize(("name", "value"), [("x-api-key", "{}"), ("Authorization", "{}"), ("authorization", "Bearer {}")])
def test_a_subscription_from_start_to_stop(portal: Portal, name: str, value: str, in_query: bool) -> None:
    course, ada = portal.add_website("Course", "course.example"), portal.add_affiliate()
    header = {"host": "elsewhere.example", name: value.format(portal.token(ada.id))}
    with opened(portal, header, in_query=in_query) as client:
        introduced(client)
        start(client, "1", **header)
        assert told(client) == {"type": "start_ack", "id": "1"}
        assert told(client) == {"type": "data", "id": "1", "payload": NOTHING_YET}
        portal.events(course, "ada", {"visitor_id": "a1"}, {"visitor_id": "a1"})
        assert told(client) == {"type": "data", "id": "1", "payload": {"data": {"live": {"visitors": 1, "pageViews": 2}}}}
        tell(client, type="stop", id="1")
        assert told(client) == {"type": "complete", "id": "1"}
        start(client, "1")
        assert told(client) == {"type": "start_ack", "id": "1"}


def test_each_subscription_is_its_own_callers(portal: Portal) -> None:
    course = portal.add_website("Course", "course.example")
    ada, bob = (portal.add_affiliate(name.title(), name) for name in ("ada", "bob"))
    portal.events(course, "bob", {"visitor_id": "b1"})
    with opened(portal, {"Authorization": portal.token(ada.id)}) as client:
        introduced(client)
        start(client, "ada")
        assert [told(client)["type"], told(client)["payload"]] == ["start_ack", NOTHING_YET]
        tell(client, type="stop", id="ada")
        assert told(client)["type"] == "complete"
        start(client, "bob", **{"x-api-key": portal.token(bob.id)})
        assert [told(client)["type"], told(client)["payload"]] == ["start_ack", {"data": {"live": {"visitors": 1, "pageViews": 1}}}]


def test_wrong_credentials_of_a_subscription_leave_the_others_alone(portal: Portal) -> None:
    ada = portal.add_affiliate()
    with opened(portal, {"x-api-key": portal.token(ada.id)}) as client:
        introduced(client)
        start(client, "1", Authorization="wrong")
        errors = [{"errorType": "UnauthorizedException", "message": "You are not authorized to make this call."}]
        assert told(client) == {"type": "error", "id": "1", "payload": {"errors": errors}}
        start(client, "1")
        assert told(client) == {"type": "start_ack", "id": "1"}


def test_wrong_credentials_are_told_before_the_connection_ends(portal: Portal) -> None:
    headers: list[Any] = [None, {}, {"host": "x"}, {"x-api-key": "wrong"}, {"Authorization": ""}, {"x-api-key": 7}]
    for header in headers:
        with opened(portal, header) as client:
            tell(client, type="connection_init")
            refused = told(client)
            assert refused["type"] == "connection_error"
            [error] = refused["payload"]["errors"]
            assert (error["errorType"], error["errorCode"]) == ("UnauthorizedException", 401)
            assert ended(client)


@pytest.mark.parametrize("in_query", [False, True])
def test_a_header_that_cannot_be_read_is_told(portal: Portal, in_query: bool) -> None:
    for header in (b"no json", b"[]", b"7", b"\xff", b"[" * 5_000):
        with opened(portal, header, in_query=in_query) as client:
            tell(client, type="connection_init")
            [error] = told(client)["payload"]["errors"]
            assert (error["errorType"], error["errorCode"]) == ("BadRequestException", 400)


def test_the_introduction_may_be_left_out(portal: Portal) -> None:
    with opened(portal, {"x-api-key": portal.token(portal.add_affiliate().id)}) as client:
        start(client, "1")
        assert [told(client)["type"], told(client)["payload"]] == ["start_ack", NOTHING_YET]


WRONG_SUBSCRIPTIONS = [
    ("{", "BadRequestException"),
    ('{"q": 1}', "BadRequestException"),
    ("[" * 50_000, "BadRequestException"),
    ('{"query": "subscription { nothing }"}', "ValidationError"),
    ('{"query": ""}', "ValidationError"),
    ('{"query": "{ dataAsOf }"}', "UnsupportedOperation"),
    ('{"query": "subscription A { live { visitors } } query B { dataAsOf }", "operationName": "B"}', "UnsupportedOperation"),
]


def test_wrong_subscriptions_are_told_and_the_connection_goes_on(portal: Portal) -> None:
    with opened(portal, {"x-api-key": portal.token(portal.add_affiliate().id)}) as client:
        introduced(client)
        for data, error_type in WRONG_SUBSCRIPTIONS:
            start(client, "1", data)
            refused = told(client)
            assert (refused["type"], refused["id"]) == ("error", "1")
            assert refused["payload"]["errors"][0]["errorType"] == error_type
        start(client, "1")
        assert told(client)["type"] == "start_ack"


def test_who_breaks_the_protocol_is_told_why(portal: Portal) -> None:
    header = {"x-api-key": portal.token(portal.add_affiliate().id)}
    for message in ("no json", '{"type": "dance"}', '{"type": "start"}', '{"type": "connection_init"}', "x" * 110_000):
        with opened(portal, header) as client:
            introduced(client)
            client.send(message)
            refused = told(client)
            assert (refused["type"], refused["payload"]["errors"][0]["errorType"]) == ("error", "BadRequestException")
            assert ended(client)


def test_pages_of_other_origins_are_refused_before_they_are_heard(portal: Portal) -> None:
    token = portal.token(portal.add_affiliate().id)
    for origin in ("https://evil.example", "null", "http://portal.test.evil.example"):
        with pytest.raises(InvalidStatus) as refused, opened(portal, {"x-api-key": token}, origin=origin):
            pass
        assert refused.value.response.status_code == 403


def test_a_page_of_our_own_is_known_by_its_cookie(portal: Portal) -> None:
    headers = {"cookie": f"{SESSION_COOKIE}={portal.session(Role.AFFILIATE, portal.add_affiliate().id)}"}
    with opened(portal, origin=portal.public_url, additional_headers=headers) as client:
        introduced(client)


def test_subscriptions_and_connections_are_bounded(portal: Portal) -> None:
    header = {"x-api-key": portal.token(portal.add_affiliate().id)}
    shared = portal.graphql.realtime.shared
    with opened(portal, header) as client:
        introduced(client)
        for number in (*range(10), 9, 10):
            start(client, str(number))
        refused = [message for message in (told(client) for _ in range(22)) if message["type"] == "error"]
        types = {message["id"]: message["payload"]["errors"][0]["errorType"] for message in refused}
        assert types == {"9": "DuplicatedOperationError", "10": "MaxSubscriptionsReachedError"}
    assert eventually(lambda: (shared.connections, dict(shared.callers)), lambda seen: seen == (0, {})) == (0, {})
    assert eventually(lambda: portal.graphql.feeds.running, lambda running: running == 0) == 0
    with ExitStack() as stack:
        for _ in range(20):
            introduced(stack.enter_context(opened(portal, header)))
        one_more = stack.enter_context(opened(portal, header))
        tell(one_more, type="connection_init")
        assert told(one_more)["payload"]["errors"][0]["errorType"] == "LimitExceededError"


def test_credentials_that_have_ended_end_the_connection(portal: Portal) -> None:
    with opened(portal, {"x-api-key": portal.token(portal.add_affiliate().id)}) as client:
        introduced(client)
        revoke_all(portal)
        refused = told(client)
        assert (refused["type"], refused["payload"]["errors"][0]["errorType"]) == ("error", "UnauthorizedException")
        assert ended(client)


def test_a_subscription_whose_credentials_have_ended_is_told_nothing_more(portal: Portal) -> None:
    course, ada = portal.add_website("Course", "course.example"), portal.add_affiliate()
    headers = {"cookie": f"{SESSION_COOKIE}={portal.session(Role.AFFILIATE, ada.id)}"}
    with opened(portal, origin=portal.public_url, additional_headers=headers) as client:
        introduced(client)
        start(client, "1", **{"x-api-key": portal.token(ada.id)})
        assert [told(client)["type"], told(client)["type"]] == ["start_ack", "data"]
        revoke_all(portal)
        portal.events(course, "ada", {"visitor_id": "a1"})
        assert told(client)["payload"]["errors"][0]["errorType"] == "UnauthorizedException"


def test_the_connection_is_kept_alive(portal: Portal) -> None:
    shared = portal.graphql.realtime.shared
    shared.limits = replace(shared.limits, keep_alive_seconds=0.01)
    with opened(portal, {"x-api-key": portal.token(portal.add_affiliate().id)}) as client:
        introduced(client)
        assert [json.loads(client.recv(timeout=10)) for _ in range(3)] == [{"type": "ka"}] * 3


def test_who_says_nothing_is_not_waited_for(portal: Portal) -> None:
    shared = portal.graphql.realtime.shared
    shared.limits = replace(shared.limits, init_seconds=0.05)
    with opened(portal, {}) as client:
        assert told(client)["payload"]["errors"][0]["errorType"] == "ConnectionInitTimeoutException"
        assert ended(client)
