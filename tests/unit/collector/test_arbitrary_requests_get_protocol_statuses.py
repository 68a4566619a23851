"""Whatever arrives, the core answers with a status of the protocol and never raises; what it accepts, the loader can read."""

import gzip
import json
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.collector import DISABLED_KEY, KEY, OTHER_KEY, OWNER_TOKEN, basic, make_collector, read_record
from tribute.collector.exchange import Request
from tribute.collector.routes import ROUTES
from tribute.events.record import EVENT_TYPES

STATUSES = {200, 400, 401, 404, 405, 413, 429, 503}

_keys = st.sampled_from([KEY, OTHER_KEY, DISABLED_KEY, "nobody's", ""])
_paths = st.one_of(st.sampled_from([*ROUTES, f"/v1/projects/{KEY}/settings"]), st.text(max_size=30).map(lambda rest: "/v1/" + rest))
_header_names = st.sampled_from(
    [
        *(b"authorization", b"content-encoding", b"origin", b"anonymousid", b"sentat", b"user-agent", b"sec-gpc", b"sec-purpose"),
        *(b"purpose", b"x-moz", b"x-api-key", b"host", b"access-control-request-headers", b"content-type"),
    ]
)
_header_values = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"gzip", b"1", b"prefetch", b"https://a.example", b"Bearer " + OWNER_TOKEN.encode(), *(basic(KEY).values())]),
)
_names = st.sampled_from(
    [
        *("type", "anonymousId", "userId", "messageId", "context", "properties", "traits", "batch", "sentAt", "timestamp", "writeKey"),
        *("website", "ip", "request_ip", "userAgent", "page", "url", "campaign", "library", "event", "name", "originalTimestamp", "é"),
    ]
)
_known = st.sampled_from([*sorted(EVENT_TYPES), KEY, "203.0.113.9", "anon"])
_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    _known,
)
_json: st.SearchStrategy[Any] = st.recursive(
    _leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_names, inner, max_size=5)), max_leaves=25
)


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()


_events = st.dictionaries(_names, _json, max_size=6).map(lambda event: {"type": "page", "anonymousId": "anon", **event})
_bodies = st.one_of(
    st.binary(max_size=200),
    _json.map(_encoded),
    _events.map(_encoded),
    st.lists(st.one_of(_events, _json), max_size=4).map(lambda batch: _encoded({"batch": batch})),
    _events.map(_encoded).map(gzip.compress),
)


_keyed = st.tuples(st.dictionaries(_header_names, _header_values, max_size=5), st.one_of(st.none(), _keys))
_requests = st.builds(
    Request,
    method=st.sampled_from(["POST", "POST", "POST", "GET", "HEAD", "OPTIONS", "PUT"]),
    path=_paths,
    query=st.one_of(st.binary(max_size=40), _keys.map(lambda key: f"writeKey={key}&context.page.url=x&a.b=1&a=2".encode())),
    headers=_keyed.map(lambda drawn: {**drawn[0], **basic(drawn[1])}),
    body=_bodies,
    ip=st.one_of(st.sampled_from(["", "8.8.8.8", "::1"]), st.text(max_size=10)),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(request=_requests)
def test_any_request_gets_a_status_of_the_table(request: Request) -> None:
    reply = make_collector().collector.receive(request)
    assert reply.status in STATUSES
    assert not reply.records or reply.status == 200
    assert len(reply.records) == len(reply.types)
    for payload, event_type in zip(reply.records, reply.types, strict=True):
        assert b"\n" not in payload
        assert read_record(payload).type == event_type
        msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
    for name, value in reply.headers:
        assert b"\r" not in name + value
        assert b"\n" not in name + value


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=400))
def test_any_bytes_as_an_event_are_taken_or_refused(body: bytes) -> None:
    for path in ("/v1/page", "/v1/batch"):
        reply = make_collector().collector.receive(Request("POST", path, b"", basic(KEY), body, "8.8.8.8"))
        assert reply.status in (200, 400)
