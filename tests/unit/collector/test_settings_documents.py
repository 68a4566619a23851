"""Trackers that ask for settings get the least that makes them send, and send to us."""

import msgspec
import pytest

from tests.support.collector import DISABLED_KEY, KEY, WEBSITE, basic, get, make_collector
from tribute.collector.exchange import Request


@pytest.mark.parametrize("path", ["/sourceConfig", "/sourceConfig/"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("query", "headers"), [(f"writeKey={KEY}".encode(), {}), (b"", basic(KEY))])
def test_rudderstack_gets_a_source_without_destinations(path: str, method: str, query: bytes, headers: dict[bytes, bytes]) -> None:
    reply = make_collector().collector.receive(get(path, query, headers, method=method))
    assert reply.status == 200
    assert (b"content-type", b"application/json") in reply.headers
    source = msgspec.json.decode(reply.body)["source"]
    assert source == {"id": WEBSITE.website_id, "enabled": True, "config": {}, "destinations": []}


def test_segment_gets_key_host_and_protocol_of_the_request() -> None:
    request = Request("GET", f"/v1/projects/{KEY}/settings", b"", {b"host": b"t.example:8000"}, b"", "", "http")
    assert msgspec.json.decode(make_collector().collector.receive(request).body) == {
        "integrations": {"Segment.io": {"apiKey": KEY, "apiHost": "t.example:8000/v1", "protocol": "http"}},
        "metrics": {"sampleRate": 0},
    }


@pytest.mark.parametrize(("public", "host"), [("https://t.example", "t.example/v1"), ("https://acme.example/t/", "acme.example/t/v1")])
def test_segment_gets_the_public_address_where_there_is_one(public: str, host: str) -> None:
    reply = make_collector(public_url=public).collector.receive(get(f"/v1/projects/{KEY}/settings", headers={b"host": b"inside:1"}))
    told = msgspec.json.decode(reply.body)["integrations"]["Segment.io"]
    assert (told["apiHost"], told["protocol"]) == (host, "https")


@pytest.mark.parametrize(("key", "status"), [("nobody's", 401), (DISABLED_KEY, 404)])
def test_unknown_and_disabled_keys_get_none(key: str, status: int) -> None:
    collector = make_collector().collector
    assert collector.receive(get("/sourceConfig", f"writeKey={key}".encode())).status == status
    assert collector.receive(get(f"/v1/projects/{key}/settings")).status == status


@pytest.mark.parametrize("path", ["/rsaMetrics", "/v1/m"])
def test_trackers_own_statistics_are_answered_and_not_kept(path: str) -> None:
    reply = make_collector().collector.receive(Request("POST", path, b"", {}, b"anything", ""))
    assert (reply.status, list(reply.records)) == (200, [])
