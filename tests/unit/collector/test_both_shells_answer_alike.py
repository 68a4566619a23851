"""The fast shell and the ASGI shell give the same status, headers and body for the same bytes on the wire, and keep the same records."""

import gzip

import msgspec
import pytest

from tests.support.collector import DISABLED_KEY, KEY, basic, live_collector, page, raw_request
from tests.support.fixtures import recorded_requests
from tribute.collector.limits import RateLimiter

_AUTH = {"authorization": basic(KEY)[b"authorization"].decode(), "origin": "https://docs.acme.example"}
_PAGE = msgspec.json.encode(page())
_BATCH = msgspec.json.encode({"batch": [page(), {"type": "nonsense"}, 7]})


def _disabled() -> dict[str, str]:
    return {"authorization": basic(DISABLED_KEY)[b"authorization"].decode()}


REQUESTS = {
    "page": raw_request("POST", "/v1/page", _AUTH, _PAGE),
    "page without an origin": raw_request("POST", "/v1/page", {"authorization": _AUTH["authorization"]}, _PAGE),
    "chunked": raw_request("POST", "/v1/page", _AUTH, _PAGE, chunked=True),
    "chunked and empty": raw_request("POST", "/v1/page", _AUTH, b"", chunked=True),
    "gzip": raw_request("POST", "/v1/batch", {**_AUTH, "content-encoding": "gzip"}, gzip.compress(_BATCH)),
    "batch": raw_request("POST", "/v1/batch", _AUTH, _BATCH),
    "beacon": raw_request("POST", f"/beacon/v1/batch?writeKey={KEY}", {"origin": "null", "content-type": "text/plain"}, _BATCH),
    "escaped query": raw_request("POST", f"/v1/b?writeKey={KEY[:-1]}%31", {}, _BATCH),
    "escaped path": raw_request("POST", "/v1/%70age", _AUTH, _PAGE),
    "fragment": raw_request("POST", f"/v1/b?writeKey={KEY}#x", {}, _BATCH),
    "letter": raw_request("POST", "/v1/p", {"content-type": "text/plain"}, msgspec.json.encode(page(writeKey=KEY))),
    "close": raw_request("POST", "/v1/page", {**_AUTH, "connection": "close"}, _PAGE),
    "twice the same header": raw_request("POST", "/v1/page", _AUTH, _PAGE).replace(
        b"\r\n\r\n", b"\r\norigin: https://b.example\r\n\r\n", 1
    ),
    "upper case names": raw_request("POST", "/v1/page", {name.upper(): value for name, value in _AUTH.items()}, _PAGE),
    "not JSON": raw_request("POST", "/v1/page", _AUTH, b"page"),
    "empty": raw_request("POST", "/v1/page", _AUTH, b""),
    "no identity": raw_request("POST", "/v1/page", _AUTH, b"{}"),
    "no key": raw_request("POST", "/v1/page", {"origin": "https://a.example"}, _PAGE),
    "disabled": raw_request("POST", "/v1/page", _disabled(), _PAGE),
    "wrong method": raw_request("GET", "/v1/page", _AUTH),
    "head": raw_request("HEAD", "/v1/page", _AUTH),
    "put": raw_request("PUT", "/v1/page", _AUTH, _PAGE),
    "preflight": raw_request("OPTIONS", "/v1/page", {"origin": "https://a.example", "access-control-request-headers": "rsa-retry-attempt"}),
    "unknown path": raw_request("POST", "/v1/nothing", _AUTH, _PAGE),
    "too large": raw_request("POST", "/v1/page", _AUTH, b" " * (4 * 1024 * 1024 + 1)),
    "too large and chunked": raw_request("POST", "/v1/page", _AUTH, b" " * (4 * 1024 * 1024 + 1), chunked=True),
    "bomb": raw_request("POST", "/v1/page", {**_AUTH, "content-encoding": "gzip"}, gzip.compress(b" " * (5 * 1024 * 1024))),
    "unknown encoding": raw_request("POST", "/v1/page", {**_AUTH, "content-encoding": "br"}, _PAGE),
    "expect": raw_request("POST", "/v1/page", {**_AUTH, "expect": "something"}, _PAGE),
    "half of an upgrade": raw_request("POST", "/v1/page", {**_AUTH, "upgrade": "websocket"}, _PAGE),
    **{r.name: raw_request(r.method, r.target, r.headers, r.body) for r in recorded_requests()},
}


def test_replies_and_records_are_the_same_byte_for_byte() -> None:
    with live_collector("asgi") as slow, live_collector("fast") as fast:
        for name, raw in REQUESTS.items():
            expected, found = slow.exchange(raw).without_date(), fast.exchange(raw).without_date()
            assert found == expected, name
            assert len(fast.spool.payloads) == len(slow.spool.payloads), name
        events = [[payload.partition(b'"event":')[2] for payload in live.spool.payloads] for live in (slow, fast)]
        assert events[0] == events[1]
        assert slow.made.collector.stats.replies == fast.made.collector.stats.replies
        assert slow.made.collector.stats.accepted == fast.made.collector.stats.accepted
        assert slow.made.collector.stats.drops == fast.made.collector.stats.drops


@pytest.mark.parametrize("shell", ["asgi", "fast"])
def test_a_date_goes_with_every_reply(shell: str) -> None:
    with live_collector(shell) as live:
        assert live.exchange(REQUESTS["page"]).header("date")


def test_a_rate_limited_reply_is_the_same() -> None:
    with live_collector("asgi", limiter=RateLimiter(0.5, 1)) as slow, live_collector("fast", limiter=RateLimiter(0.5, 1)) as fast:
        replies = [[live.exchange(REQUESTS["page"]).without_date() for _ in range(2)] for live in (slow, fast)]
    assert replies[0] == replies[1]
    assert [reply.status for reply in replies[0]] == [200, 429]
    assert replies[0][1].header("retry-after") == "2"
