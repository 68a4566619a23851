"""The `live` subscription with a real websocket client: the protocol graphql-transport-ws, its credentials, origins and limits."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.support.portal import NOW, Portal, served
from tests.support.served import eventually
from tribute.access.caller import Caller, Role, TokenScope
from tribute.access.people import Owners
from tribute.access.tokens import Tokens
from tribute.graphql.caller_threads import MOST_A_CALLER
from tribute.web.security import SESSION_COOKIE

PROTOCOL = "graphql-transport-ws"
LIVE = {"query": "subscription { live { visitors pageViews } }"}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with served(tmp_path) as running:
        yield running


@contextmanager
def opened(portal: Portal, *, protocol: str = PROTOCOL, **options: Any) -> Iterator[ClientConnection]:
    url = portal.public_url.replace("http://", "ws://") + "/graphql"
    with connect(url, subprotocols=[protocol], proxy=None, **options) as client:
        yield client


def tell(client: ClientConnection, **message: Any) -> None:
    client.send(json.dumps(message))


def told(client: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(client.recv(timeout=10)))


def introduced(client: ClientConnection, token: str) -> None:
    tell(client, type="connection_init", payload={"Authorization": f"Bearer {token}"})
    assert told(client) == {"type": "connection_ack"}


def ending(client: ClientConnection) -> int:
    """The code with which the server ends a connection."""
    for _ in range(100):
        try:
            client.recv(timeout=10)
        except ConnectionClosed as ended:
            return ended.rcvd.code if ended.rcvd else 1006
    raise AssertionError("the connection goes on")


def test_what_happens_is_pushed_and_others_events_are_not(portal: Portal) -> None:
    course, ada = portal.add_website("Course", "course.example"), portal.add_affiliate()
    portal.add_affiliate("Bob", "bob")
    with opened(portal) as client:
        introduced(client, portal.token(ada.id))
        tell(client, type="subscribe", id="1", payload=LIVE)
        assert told(client) == {"id": "1", "type": "next", "payload": {"data": {"live": {"visitors": 0, "pageViews": 0}}}}
        portal.events(course, "bob", {"visitor_id": "b1"})
        portal.events(course, None, {"visitor_id": "n1"})
        portal.events(course, "ada", {"visitor_id": "a1"}, {"visitor_id": "a1"})
        assert told(client)["payload"]["data"] == {"live": {"visitors": 1, "pageViews": 2}}
        tell(client, type="complete", id="1")
        tell(client, type="ping")
        assert told(client) == {"type": "pong"}
        tell(client, type="subscribe", id="1", payload=LIVE)
        assert told(client)["payload"]["data"] == {"live": {"visitors": 1, "pageViews": 2}}


def test_a_page_of_our_own_is_known_by_its_cookie(portal: Portal) -> None:
    ada = portal.add_affiliate()
    headers = {"cookie": f"{SESSION_COOKIE}={portal.session(Role.AFFILIATE, ada.id)}"}
    with opened(portal, origin=portal.public_url, additional_headers=headers) as client:
        tell(client, type="connection_init")
        assert told(client) == {"type": "connection_ack"}
    with opened(portal, additional_headers=headers) as client:  # a program with a stolen cookie and no origin
        tell(client, type="connection_init")
        assert ending(client) == 4403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://portal.test.evil.example"])
def test_pages_of_other_origins_are_refused_before_they_are_heard(portal: Portal, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(portal, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_queries_are_answered_too(portal: Portal) -> None:
    ada = portal.add_affiliate()
    with opened(portal) as client:
        introduced(client, portal.token(ada.id))
        tell(client, type="subscribe", id="q", payload={"query": "{ viewer { code } }"})
        assert told(client) == {"id": "q", "type": "next", "payload": {"data": {"viewer": {"code": "ada"}}}}
        assert told(client) == {"id": "q", "type": "complete"}


@pytest.mark.parametrize("query", ["", "subscription {", "subscription { nothing }", "{ viewer { code } " * 20, "subscription { live }"])
def test_wrong_operations_are_told_and_the_connection_goes_on(portal: Portal, query: str) -> None:
    ada = portal.add_affiliate()
    with opened(portal) as client:
        introduced(client, portal.token(ada.id))
        tell(client, type="subscribe", id="1", payload={"query": query})
        refused = told(client)
        assert (refused["id"], refused["type"]) == ("1", "error")
        assert refused["payload"][0]["errorType"] == "ValidationError"
        tell(client, type="ping")
        assert told(client) == {"type": "pong"}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["no json"], 4400),
        (['{"type": "dance"}'], 4401),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ dataAsOf }"}}'], 4401),
        (['{"type": "connection_init", "payload": {"Authorization": "Bearer wrong"}}'], 4403),
        (['{"type": "connection_init"}'], 4403),
        (['{"type": "connection_init", "payload": []}'], 4400),
        (["INIT", '{"type": "connection_init"}'], 4429),
        (["INIT", '{"type": "dance"}'], 4400),
        (["INIT", '{"type": "subscribe", "payload": {"query": "{ dataAsOf }"}}'], 4400),
        (["INIT", '{"type": "subscribe", "id": "1", "payload": {"q": 1}}'], 4400),
        (["INIT", "SUBSCRIBE", "SUBSCRIBE"], 4409),
        (["INIT", "x" * 110_000], 4400),
        (["INIT", "[" * 50_000], 4400),
    ],
)
def test_who_breaks_the_protocol_is_told_why(portal: Portal, messages: list[str], code: int) -> None:
    said = {
        "INIT": json.dumps({"type": "connection_init", "payload": {"x-api-key": portal.token(portal.add_affiliate().id)}}),
        "SUBSCRIBE": json.dumps({"type": "subscribe", "id": "1", "payload": LIVE}),
    }
    with opened(portal) as client:
        for message in messages:
            client.send(said.get(message, message))
        assert ending(client) == code


def test_another_protocol_is_refused(portal: Portal) -> None:
    with opened(portal, protocol="graphql-ws") as client:
        assert ending(client) == 4406


def test_operations_a_connection_and_connections_a_caller_are_bounded(portal: Portal) -> None:
    token = portal.token(portal.add_affiliate().id)
    with opened(portal) as client:
        introduced(client, token)
        for number in range(11):
            tell(client, type="subscribe", id=str(number), payload=LIVE)
        assert ending(client) == 4429
    door = portal.graphql.realtime.shared
    assert eventually(lambda: (door.connections, dict(door.callers)), lambda seen: seen == (0, {})) == (0, {})
    with ExitStack() as stack:
        for _ in range(20):
            introduced(stack.enter_context(opened(portal)), token)
        one_more = stack.enter_context(opened(portal))
        tell(one_more, type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert ending(one_more) == 4429


@pytest.mark.slow
def test_less_rights_count_at_once_and_other_changes_disturb_nobody(portal: Portal) -> None:
    with portal.database.session() as session:
        mira = Owners(session, portal.clock).add("mira@team.example", role=Role.MANAGER).id
    headers = {"cookie": f"{SESSION_COOKIE}={portal.session(Role.OWNER, mira)}"}
    with opened(portal, origin=portal.public_url, additional_headers=headers) as client:
        tell(client, type="connection_init")
        assert told(client) == {"type": "connection_ack"}
        watch = portal.graphql.realtime.shared.watch
        portal.add_affiliate()
        seen = watch.changes
        assert eventually(lambda: watch.changes, lambda changes: changes > seen) > seen
        tell(client, type="ping")
        assert told(client) == {"type": "pong"}
        with portal.database.session() as session:
            Owners(session, portal.clock).set_role(mira, Role.VIEWER)
        assert ending(client) == 4403  # within ten seconds: the look that comes once a minute would be later
    assert eventually(lambda: watch._task, lambda task: task is None) is None


def test_all_who_watch_the_same_share_one_loop_that_ends_with_them(portal: Portal) -> None:
    ada = portal.add_affiliate()
    token, feeds = portal.token(ada.id), portal.graphql.feeds
    with opened(portal) as one, opened(portal) as two:
        for client in (one, two):
            introduced(client, token)
            tell(client, type="subscribe", id="1", payload=LIVE)
            assert told(client)["type"] == "next"
        assert feeds.running == 1
    assert eventually(lambda: feeds.running, lambda running: running == 0) == 0


def test_subscriptions_are_not_answered_over_http(portal: Portal) -> None:
    ada = portal.add_affiliate()
    answer = portal.client(x_api_key=portal.token(ada.id)).graphql("subscription { live { visitors } }")
    assert "websocket" in answer["errors"][0]["message"]


def test_who_gives_operations_up_and_begins_others_occupies_a_few_threads_at_most(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = (portal.token(portal.add_affiliate(name.title(), name).id) for name in ("ada", "bob"))
    held, running, most = threading.Event(), Counter[str](), Counter[str]()

    def slowly(caller: Caller) -> datetime:
        running[caller.person_id] += 1
        most[caller.person_id] = max(most[caller.person_id], running[caller.person_id])
        assert len(most) > 1 or held.wait(20)
        running[caller.person_id] -= 1
        return NOW

    resolve = portal.graphql.schema.query_type.fields["dataAsOf"]
    monkeypatch.setattr(resolve, "resolve", lambda _, info: slowly(info.context.caller))
    with opened(portal) as busy, opened(portal) as other:
        introduced(busy, ada)
        for number in range(12):
            tell(busy, type="subscribe", id=str(number), payload={"query": "{ dataAsOf }"})
            tell(busy, type="complete", id=str(number - 5))
        eventually(running.total, lambda threads: threads >= MOST_A_CALLER)
        introduced(other, bob)
        tell(other, type="subscribe", id="1", payload={"query": "{ dataAsOf }"})
        assert told(other)["type"] == "next"
        held.set()
        for _ in range(5):
            assert told(busy)["payload"]["data"]["dataAsOf"]
            assert told(busy)["type"] == "complete"
    assert max(most.values()) == MOST_A_CALLER


def test_a_token_that_does_not_read_watches_nothing(portal: Portal) -> None:
    """Also where somebody watches the same numbers already: those who may, share one feed."""
    ada = portal.add_affiliate()
    with portal.database.session() as session:
        _, links_only = Tokens(session, portal.clock).add(ada.id, scopes={TokenScope.LINKS})
    with opened(portal) as reader, opened(portal) as other:
        introduced(reader, portal.token(ada.id))
        tell(reader, type="subscribe", id="1", payload=LIVE)
        assert told(reader)["type"] == "next"
        introduced(other, links_only)
        tell(other, type="subscribe", id="1", payload=LIVE)
        refused = told(other)
    assert refused["type"] == "error"
    assert refused["payload"][0]["errorType"] == "Unauthorized"
