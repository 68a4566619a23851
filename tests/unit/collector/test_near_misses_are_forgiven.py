"""A 4xx loses an event for good, so what is plainly meant is taken: a doubled or trailing slash, a byte order mark, a very long id."""

import pytest

from tests.support.collector import header, make_collector, page, post, read_record
from tribute.collector.routes import is_tracking_path
from tribute.events.derive import WebsiteRules, derive

ORIGIN = {b"origin": b"https://docs.acme.example"}


@pytest.mark.parametrize("path", ["//v1/page", "/v1/page/", "//v1/page/"])
def test_slashes_too_many_are_no_other_path(path: str) -> None:
    assert is_tracking_path(path)
    reply = make_collector().collector.receive(post(path, page()))
    assert (reply.status, len(reply.records)) == (200, 1)


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/beacon/v1/page", "/pixel/v2/page"])
def test_a_path_that_the_protocol_lacks_gets_the_protocols_404(path: str) -> None:
    assert is_tracking_path(path)
    reply = make_collector().collector.receive(post(path, page(), ORIGIN))
    assert reply.status == 404
    assert header(reply, "content-type") == "text/plain; charset=utf-8"
    assert header(reply, "access-control-allow-origin") == "https://docs.acme.example"


@pytest.mark.parametrize("path", ["/", "/api/v1/analytics", "/v1", "/v10/page", "/graphql"])
def test_other_paths_are_not_the_collectors(path: str) -> None:
    assert not is_tracking_path(path)


def test_a_byte_order_mark_is_passed_over() -> None:
    body = b"\xef\xbb\xbf" + b'{"anonymousId":"a","messageId":"m"}'
    reply = make_collector().collector.receive(post("/v1/page", body))
    assert reply.status == 200
    assert read_record(reply.records[0]).event.anonymous_id == "a"


def test_long_ids_stay_different_visitors() -> None:
    collector = make_collector().collector
    visitors = set()
    for ending in ("a", "b"):
        reply = collector.receive(post("/v1/page", page(anonymousId="x" * 300 + ending)))
        visitors.add(derive(read_record(reply.records[0]), WebsiteRules("docs.acme.example")).visitor_id)
    assert len(visitors) == 2
