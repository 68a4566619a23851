"""The pixel answers 200 with the 43 bytes of an image whatever happens, and takes page views without an identity."""

from urllib.parse import quote

import pytest

from tests.support.collector import DISABLED_KEY, KEY, event_in, get, header, make_collector, read_record
from tribute.collector.limits import RateLimiter

_KEY = f"writeKey={KEY}".encode()


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"writeKey=nobody",
        f"writeKey={DISABLED_KEY}".encode(),
        _KEY,
        _KEY + b"&anonymousId=%ff%00&a.b=1&a=2",
        b"&".join([b"a=1"] * 2000),
    ],
)
@pytest.mark.parametrize("path", ["/pixel/v1/page", "/pixel/v1/track"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_is_always_the_image(path: str, query: bytes, method: str) -> None:
    reply = make_collector().collector.receive(get(path, query, method=method))
    assert (reply.status, len(reply.body), reply.body[:6]) == (200, 43, b"GIF89a")
    assert header(reply, "content-type") == "image/gif"
    assert header(reply, "cache-control") == "no-store"


def test_a_missing_ledger_and_a_full_bucket_are_the_image_too() -> None:
    made = make_collector(limiter=RateLimiter(0.1, 1))
    replies = [made.collector.receive(get("/pixel/v1/page", _KEY)) for _ in range(2)]
    made.sources.away = True
    replies.append(made.collector.receive(get("/pixel/v1/page", _KEY)))
    assert [(reply.status, len(reply.records)) for reply in replies] == [(200, 1), (200, 0), (200, 0)]


def test_head_keeps_nothing() -> None:
    assert make_collector().collector.receive(get("/pixel/v1/page", _KEY, method="HEAD")).records == ()


def test_keys_with_dots_are_nested_and_every_value_is_a_text() -> None:
    query = (
        _KEY
        + b"&event=Opened&properties.campaign=spring&properties.position=3&context.page.url="
        + quote("https://a.example/?b=ä").encode()
    )
    payload = make_collector().collector.receive(get("/pixel/v1/track", query)).records[0]
    assert event_in(payload) == {
        "event": "Opened",
        "properties": {"campaign": "spring", "position": "3"},
        "context": {"page": {"url": "https://a.example/?b=ä"}},
    }
    assert read_record(payload).type == "track"


@pytest.mark.parametrize("query", [b"a=1&a.b=2", b"a.b=2&a=1", b"a..b=1&.=2", b"." * 500 + b"=1", b"=1&b"])
def test_keys_that_contradict_each_other_do_no_harm(query: bytes) -> None:
    reply = make_collector().collector.receive(get("/pixel/v1/page", _KEY + b"&" + query))
    assert read_record(reply.records[0]).type == "page"


def test_an_address_in_the_query_is_not_written() -> None:
    payload = make_collector().collector.receive(get("/pixel/v1/page", _KEY + b"&context.ip=203.0.113.9&request_ip=203.0.113.9")).records[0]
    assert b"203.0.113.9" not in payload
