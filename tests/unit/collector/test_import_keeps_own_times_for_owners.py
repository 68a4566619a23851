"""An import keeps its own times only with an owner's token; with a write key it is timed like any batch."""

import pytest

from tests.support.collector import (
    DISABLED_KEY,
    KEY,
    NOON,
    OTHER_WEBSITE,
    OWNER_TOKEN,
    WEBSITE,
    make_collector,
    page,
    post,
    read_record,
)
from tribute.collector.limits import RateLimiter
from tribute.events.record import Timing

_TOKEN = {b"authorization": f"Bearer {OWNER_TOKEN}".encode()}


def test_a_write_key_gets_client_timing() -> None:
    reply = make_collector().collector.receive(post("/v1/import", {"batch": [page()]}))
    assert read_record(reply.records[0]).timing is Timing.CLIENT


@pytest.mark.parametrize(
    "headers",
    [_TOKEN, {b"authorization": OWNER_TOKEN.encode()}, {b"x-api-key": OWNER_TOKEN.encode()}, {b"authorization": b"bearer  owner-token"}],
)
@pytest.mark.parametrize("where", ["query", "body", "website"])
def test_an_owners_token_gets_server_timing(headers: dict[bytes, bytes], where: str) -> None:
    body: dict[str, object] = {"batch": [page()]}
    if where != "query":
        body.update({"writeKey": KEY} if where == "body" else {"website": WEBSITE.domain})
    query = f"writeKey={KEY}".encode() if where == "query" else b""
    reply = make_collector().collector.receive(post("/v1/import", body, headers, key=None, query=query))
    assert reply.status == 200, reply.body
    record = read_record(reply.records[0])
    assert (record.timing, record.received_at, record.website_id) == (Timing.SERVER, NOON, WEBSITE.website_id)


def test_a_token_beside_basic_credentials_works_too() -> None:
    reply = make_collector().collector.receive(post("/v1/import", {"batch": [page()]}, {b"x-api-key": OWNER_TOKEN.encode()}))
    assert read_record(reply.records[0]).timing is Timing.SERVER


def test_each_event_may_name_its_website() -> None:
    batch = {"batch": [page(website=OTHER_WEBSITE.website_id), page()], "website": WEBSITE.domain}
    reply = make_collector().collector.receive(post("/v1/import", batch, _TOKEN, key=None))
    assert [read_record(payload).website_id for payload in reply.records] == [OTHER_WEBSITE.website_id, WEBSITE.website_id]


def test_an_unknown_website_is_named_and_nothing_is_taken() -> None:
    batch = {"batch": [page(), page(website="nowhere.example\n")], "website": WEBSITE.domain}
    reply = make_collector().collector.receive(post("/v1/import", batch, _TOKEN, key=None))
    assert (reply.status, reply.records) == (400, ())
    assert b"nowhere.example" in reply.body
    assert b"\n" not in reply.body


@pytest.mark.parametrize(
    ("token", "body", "status"), [("wrong", {"writeKey": KEY}, 401), (OWNER_TOKEN, {}, 401), (OWNER_TOKEN, {"writeKey": DISABLED_KEY}, 404)]
)
def test_what_is_missing_or_wrong_is_refused(token: str, body: dict[str, str], status: int) -> None:
    request = post("/v1/import", {"batch": [page()], **body}, {b"authorization": f"Bearer {token}".encode()}, key=None)
    assert make_collector().collector.receive(request).status == status


def test_an_owner_has_no_limit() -> None:
    made = make_collector(limiter=RateLimiter(0.1, 1))
    for _ in range(3):
        assert made.collector.receive(post("/v1/import", {"batch": [page()] * 5, "writeKey": KEY}, _TOKEN, key=None)).status == 200


def test_a_token_means_nothing_at_other_doors() -> None:
    reply = make_collector().collector.receive(post("/v1/batch", {"batch": [page()], "website": WEBSITE.domain}, _TOKEN, key=None))
    assert reply.status == 401
