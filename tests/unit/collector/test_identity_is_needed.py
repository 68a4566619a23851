"""An event says who it is about: `anonymousId`, `userId` or the `AnonymousId` header. Without any it is 400, at the JSON doors."""

from base64 import b64encode

import pytest

from tests.support.collector import make_collector, post, read_record
from tribute.collector.drops import DropReason


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"anonymousId": ""},
        {"anonymousId": None, "userId": ""},
        {"anonymousId": {}, "userId": []},
        {"userId": True},
        {"anonymousId": "\0"},
    ],
)
def test_nobody_is_400(event: dict[str, object]) -> None:
    made = make_collector()
    reply = made.collector.receive(post("/v1/page", event))
    assert (reply.status, reply.records) == (400, ())
    assert made.collector.stats.drops == {DropReason.NO_IDENTITY: 1}


@pytest.mark.parametrize(
    "event", [{"anonymousId": "a"}, {"anonymousId": 0}, {"userId": "u"}, {"userId": 0}, {"anonymousId": "", "userId": "u"}]
)
def test_either_is_enough(event: dict[str, object]) -> None:
    assert make_collector().collector.receive(post("/v1/page", event)).status == 200


def test_the_header_stands_in_where_the_event_has_none() -> None:
    header = {b"anonymousid": b64encode("anon-ü".encode())}
    collector = make_collector().collector
    assert read_record(collector.receive(post("/v1/page", {}, header)).records[0]).anonymous_id == "anon-ü"
    assert read_record(collector.receive(post("/v1/page", {"userId": "u"}, header)).records[0]).anonymous_id == "anon-ü"
    assert read_record(collector.receive(post("/v1/page", {"anonymousId": "own"}, header)).records[0]).anonymous_id is None


@pytest.mark.parametrize("value", [b"?", b"/w==", b"", b"AA", "é".encode()])
def test_a_header_that_is_no_base64_is_ignored(value: bytes) -> None:
    collector = make_collector().collector
    assert collector.receive(post("/v1/page", {}, {b"anonymousid": value})).status == 400
    assert collector.receive(post("/v1/page", {"userId": "u"}, {b"anonymousid": value})).status == 200
