"""A request has so many bytes and so much time to arrive; who sends without end, or hardly at all, is sent away; nobody else notices."""

import socket

import msgspec
import pytest

from tests.support.collector import KEY, LiveCollector, basic, live_collector, page, raw_request, read_reply, until
from tribute.collector import connection as limits

PAGE = raw_request("POST", "/v1/page", {"authorization": basic(KEY)[b"authorization"].decode()}, msgspec.json.encode(page()))
HEAD, _, BODY = PAGE.partition(b"\r\n\r\n")
CHUNKED = b"POST /v1/page HTTP/1.1\r\nhost: t.example\r\ntransfer-encoding: chunked\r\n\r\n"
SECONDS = 0.3


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUEST_SECONDS", SECONDS)


def send_until_closed(live: LiveCollector, start: bytes, piece: bytes, most_pieces: int) -> bytes:
    """What came back until the server hung up; fails when it took everything."""
    with live.connect() as connection:
        try:
            connection.sendall(start)
            for _ in range(most_pieces):
                connection.sendall(piece)
        except ConnectionError:
            pass
        else:
            connection.settimeout(2)
        return everything(connection)


def everything(connection: socket.socket) -> bytes:
    """All that comes until the other side closes; a reset closes, too."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def test_an_endless_header_is_431() -> None:
    with live_collector("fast") as live:
        assert send_until_closed(live, b"GET /x HTTP/1.1\r\nx: ", b"a" * 1024, 128)[:12] in (b"HTTP/1.1 431", b"")
        assert live.exchange(PAGE).status == 200


def test_endless_headers_are_431() -> None:
    with live_collector("fast") as live:
        answer = send_until_closed(live, b"POST /v1/page HTTP/1.1\r\n", b"x-one-more: of them\r\n" * 50, 128)
        assert answer[:12] in (b"HTTP/1.1 431", b"")
        assert live.spool.payloads == []


@pytest.mark.parametrize("piece", [b"400\r\n" + b" " * 1024 + b"\r\n", b"x: " + b"a" * 1024 + b"\r\n"], ids=["body", "trailers"])
def test_an_endless_body_or_trailer_is_cut_off(monkeypatch: pytest.MonkeyPatch, piece: bytes) -> None:
    monkeypatch.setattr(limits, "MOST_REQUEST_BYTES", 256 * 1024)
    start = CHUNKED if piece.startswith(b"400") else CHUNKED + b"2\r\n{}\r\n0\r\n"
    with live_collector("fast") as live:
        send_until_closed(live, start, piece, 1024)
        until(lambda: not live.server.server_state.connections)
        assert live.exchange(PAGE).status == 200


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sent", [b"", HEAD[:40], HEAD + b"\r\n\r\n" + BODY[:-1], PAGE + HEAD[:40], PAGE + b"\r\n"])
def test_a_request_that_does_not_end_is_closed_without_an_answer_of_its_own(sent: bytes) -> None:
    with live_collector("fast") as live, live.connect() as connection:
        connection.sendall(sent)
        assert everything(connection).count(b"HTTP/1.1 ") == sent.startswith(PAGE)
        assert len(live.spool.payloads) == sent.startswith(PAGE)


@pytest.mark.usefixtures("impatient")
def test_a_connection_between_requests_and_one_that_waits_for_the_disk_are_left_alone() -> None:
    with live_collector("fast") as live, live.connect() as idle, live.connect() as waiting, live.connect() as slow:
        idle.sendall(PAGE)
        stream = idle.makefile("rb")
        assert read_reply(stream).status == 200
        live.spool.held = True
        waiting.sendall(PAGE)
        until(lambda: live.spool.waiting == 1)
        assert everything(slow) == b"", "by now all three have had their time"
        live.spool.release()
        assert read_reply(waiting.makefile("rb")).status == 200
        idle.sendall(PAGE)
        assert read_reply(stream).status == 200
