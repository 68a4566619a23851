"""What the fast shell reads without the parser, httptools reads alike: path, headers and body; and all else is left to it."""

from typing import Any

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.collector import page, raw_request
from tribute.collector.plain import Head, plain_request

WHOLE = b'POST /v1/page HTTP/1.1\r\nHost: t.example\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"type":"page"'[:-1]
NAMES = st.sampled_from(
    [b"Host", b"origin", b"X-Forwarded-For", b"Content-Length", b"Connection", b"Transfer-Encoding", b"Expect", b"X y", b"", b"A:"]
)
VALUES = st.one_of(
    st.binary(max_size=8), st.sampled_from([b"3", b"03", b"+3", b"3, 3", b"keep-alive", b"close", b" a ", b"chunked", b"a\tb"])
)
ENDS = st.sampled_from([b"\r\n", b"\n", b"\r", b"\r\n ", b"\r\n\r\n"])
LINES = st.sampled_from(
    [b"POST /v1/page HTTP/1.1", b"POST /v1/batch HTTP/1.1", b"POST /v1/page HTTP/1.0", b"POST  /v1/page HTTP/1.1", b"GET /v1/page HTTP/1.1"]
)


class Read:
    """What httptools makes of bytes."""

    def __init__(self, data: bytes) -> None:
        self.url, self.body, self.headers, self.ended = b"", b"", [], 0
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.ended += 1


def agrees(data: bytes, known: Head | None = None) -> bool:
    """Whether it was read as plain; then the parser has to agree in everything."""
    plain = plain_request(data, known)
    if plain is None:
        return False
    head, body = plain
    read = Read(data)
    assert read.ended == 1
    headers = dict(read.headers)
    assert int(headers.pop(b"content-length")) == len(body)
    assert (read.url.decode(), headers, read.body) == (head.path, head.headers, body)
    assert len(read.headers) == len(head.headers) + 1
    assert read.parser.get_http_version() == "1.1"
    assert read.parser.should_keep_alive()
    assert not read.parser.should_upgrade()
    return True


def test_a_browsers_request_is_plain() -> None:
    headers = {"Authorization": "Basic a2V5Og==", "Origin": "https://a.example", "Connection": "keep-alive"}
    assert agrees(raw_request("POST", "/v1/page", headers, str(page()).encode()))


@given(LINES, st.lists(st.tuples(NAMES, st.sampled_from([b": ", b":", b" : ", b":  "]), VALUES, ENDS), max_size=5), st.binary(max_size=6))
def test_the_parser_agrees_about_all_that_is_plain(line: bytes, headers: list[tuple[bytes, ...]], body: bytes) -> None:
    agrees(line + b"\r\n" + b"".join(b"".join(header) for header in headers) + b"\r\n" + body)


def known_head() -> Head:
    plain = plain_request(WHOLE)
    assert plain is not None
    return plain[0]


@given(st.data())
def test_the_parser_agrees_about_requests_with_a_byte_changed(data: Any) -> None:
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    changed = WHOLE[:at] + data.draw(st.binary(max_size=2)) + WHOLE[at + 1 :]
    assert agrees(changed) == agrees(changed, known_head())


@given(st.binary(max_size=20), st.sampled_from([b"%d", b"0%d", b" %d", b"+%d", b"%d ", b"%d\r\nX: y"]))
def test_the_same_head_with_another_length_is_read_alike(body: bytes, written: bytes) -> None:
    head, _, _ = WHOLE.partition(b"\r\n\r\n")
    request = head.replace(b"13", written % len(body)) + b"\r\n\r\n" + body
    assert agrees(request) == agrees(request, known_head())


@pytest.mark.parametrize(
    "header",
    [
        b"Transfer-Encoding: chunked",
        b"Expect: 100-continue",
        b"Upgrade: websocket",
        b"Connection: close",
        b"Content-Length: 12",
        b"Host: a\r\n folded",
        b"x:y",
    ],
)
def test_what_changes_the_reading_is_left_to_the_parser(header: bytes) -> None:
    assert agrees(WHOLE)
    assert plain_request(WHOLE.replace(b"Host: t.example", b"Host: t.example\r\n" + header)) is None


@pytest.mark.parametrize(
    "data", [WHOLE[:-1], WHOLE + b"P", WHOLE[:40], WHOLE.replace(b"/v1/page", b"/v1/page?writeKey=k"), b"", b"\r\n" + WHOLE]
)
def test_pieces_and_queries_are_left_to_the_parser(data: bytes) -> None:
    assert plain_request(data) is None
