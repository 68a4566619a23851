"""CORS as the trackers need it: origin and asked headers are echoed, with credentials, on errors too, on tracking paths only."""

import pytest

from tests.support.collector import KEY, get, header, make_collector, page, post
from tribute.collector.exchange import Request
from tribute.collector.routes import ROUTES, is_tracking_path

_ORIGIN = {b"origin": b"https://docs.acme.example"}


def preflight(path: str, **headers: bytes) -> Request:
    return get(path, headers={**_ORIGIN, **{name.replace("_", "-").encode(): value for name, value in headers.items()}}, method="OPTIONS")


@pytest.mark.parametrize("path", [*ROUTES, f"/v1/projects/{KEY}/settings"])
def test_a_preflight_allows_what_it_asks_for(path: str) -> None:
    asked = b"authorization,rsa-retry-attempt, x-retry-count,x-of-tomorrow"
    reply = make_collector().collector.receive(preflight(path, access_control_request_headers=asked))
    assert reply.status == 200
    assert header(reply, "access-control-allow-origin") == "https://docs.acme.example"
    assert header(reply, "access-control-allow-credentials") == "true"
    assert header(reply, "access-control-allow-headers") == asked.decode()
    assert header(reply, "access-control-max-age") == "900"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (post("/v1/page", page(), _ORIGIN), 200),
        (post("/v1/page", b"", _ORIGIN), 400),
        (post("/v1/page", page(), _ORIGIN, key="nobody's"), 401),
        (post("/v1/page", b" " * 5_000_000, _ORIGIN), 413),
        (get("/v1/page", headers=_ORIGIN), 405),
        (get("/sourceConfig", f"writeKey={KEY}".encode(), _ORIGIN), 200),
        (get("/pixel/v1/page", b"", _ORIGIN), 200),
    ],
)
def test_every_reply_carries_it(request_: Request, status: int) -> None:
    reply = make_collector().collector.receive(request_)
    assert reply.status == status
    assert header(reply, "access-control-allow-origin") == "https://docs.acme.example"
    assert header(reply, "access-control-allow-credentials") == "true"
    assert header(reply, "access-control-expose-headers") == "Retry-After"
    assert header(reply, "vary") == "Origin"


def test_without_an_origin_there_is_none_of_it() -> None:
    reply = make_collector().collector.receive(post("/v1/page", page()))
    assert not [name for name, _ in reply.headers if name.startswith(b"access-control")]
    assert header(reply, "vary") == "Origin"


@pytest.mark.parametrize("value", [b"https://a.example\r\nx: y", b"a b", b"\xff", b"", b"x" * 1000])
def test_what_is_no_origin_is_not_echoed(value: bytes) -> None:
    reply = make_collector().collector.receive(post("/v1/page", page(), {b"origin": value}))
    assert reply.status == 200
    assert header(reply, "access-control-allow-origin") is None


@pytest.mark.parametrize("value", [b"a\r\nx: y", b"a\x00", b"\xff", b"a;b", b""])
def test_what_are_no_header_names_are_not_echoed(value: bytes) -> None:
    reply = make_collector().collector.receive(preflight("/v1/page", access_control_request_headers=value))
    assert reply.status == 200
    assert header(reply, "access-control-allow-headers") is None


@pytest.mark.parametrize("path", ["/graphql", "/", "/v1", "/api/v1/page", "/owner", "/v10/page"])
def test_other_paths_are_not_ours(path: str) -> None:
    assert not is_tracking_path(path)
    reply = make_collector().collector.receive(post(path, page()))
    assert reply.status == 404


@pytest.mark.parametrize(
    ("path", "method", "allowed"), [("/v1/page", "GET", "POST, OPTIONS"), ("/sourceConfig", "POST", "GET, HEAD, OPTIONS")]
)
def test_a_wrong_method_is_told_the_right_ones(path: str, method: str, allowed: str) -> None:
    reply = make_collector().collector.receive(get(path, method=method))
    assert reply.status == 405
    assert header(reply, "allow") == allowed
