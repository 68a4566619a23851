"""Keep-alive, pipelining, closing, going away and shutting down: the same on the wire through both shells."""

import socket
import time

import msgspec
import pytest

from tests.support.collector import KEY, LiveCollector, RawReply, basic, live_collector, page, raw_request, read_record, read_reply, until

SHELLS = pytest.mark.parametrize("shell", ["asgi", "fast"])
_AUTH = {"authorization": basic(KEY)[b"authorization"].decode()}


def page_request(message_id: str = "m", **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return raw_request("POST", "/v1/page", {**_AUTH, **named}, msgspec.json.encode(page(messageId=message_id)))


def kept(live: LiveCollector) -> list[str]:
    return [read_record(payload).message_id for payload in live.spool.payloads]


def replies_of(connection: socket.socket, count: int) -> list[RawReply]:
    stream = connection.makefile("rb")
    return [read_reply(stream) for _ in range(count)]


@SHELLS
def test_a_connection_takes_many_requests(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        stream = connection.makefile("rb")
        for number in range(20):
            connection.sendall(page_request(str(number)))
            assert read_reply(stream).status == 200
        assert kept(live) == [str(number) for number in range(20)]
        until(lambda: live.server.server_state.total_requests == 20)
        assert len(live.server.server_state.connections) == 1


@SHELLS
def test_pipelined_requests_are_answered_in_order(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        bad = raw_request("POST", "/v1/page", _AUTH, b"not JSON")
        settings = raw_request("GET", f"/sourceConfig?writeKey={KEY}", {})
        connection.sendall(page_request("1") + bad + page_request("2") + settings + page_request("3"))
        replies = replies_of(connection, 5)
        assert [reply.status for reply in replies] == [200, 400, 200, 200, 200]
        assert b"destinations" in replies[3].body
        assert kept(live) == ["1", "2", "3"]
        until(lambda: live.server.server_state.total_requests == 5)


@SHELLS
def test_requests_behind_one_that_waits_for_the_disk_come_after_it(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        live.spool.held = True
        connection.sendall(page_request("1"))
        until(lambda: live.spool.waiting == 1)
        connection.sendall(page_request("2") + raw_request("GET", f"/sourceConfig?writeKey={KEY}", {}) + page_request("3"))
        until(lambda: live.spool.waiting == 1)
        live.spool.release()
        replies = replies_of(connection, 4)
        assert [reply.status for reply in replies] == [200, 200, 200, 200]
        assert b"destinations" in replies[2].body
        assert kept(live) == ["1", "2", "3"]


@SHELLS
def test_requests_in_small_pieces_are_put_together(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        request = page_request("pieces")
        for start in range(0, len(request), 7):
            connection.sendall(request[start : start + 7])
        assert replies_of(connection, 1)[0].status == 200
        assert kept(live) == ["pieces"]


@SHELLS
@pytest.mark.parametrize(("version", "connection_header"), [("1.0", "close"), ("1.0", "keep-alive"), ("1.1", "close")])
def test_who_asks_to_close_is_answered_and_closed(shell: str, version: str, connection_header: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        connection.sendall(page_request(connection=connection_header).replace(b"HTTP/1.1", f"HTTP/{version}".encode()))
        stream = connection.makefile("rb")
        reply = read_reply(stream)
        assert (reply.status, reply.header("connection")) == (200, "close")
        assert stream.read() == b""


@SHELLS
def test_an_idle_connection_is_closed_after_the_servers_time(shell: str) -> None:
    with live_collector(shell, uvicorn={"timeout_keep_alive": 1}) as live, live.connect() as connection:
        connection.sendall(page_request())
        stream = connection.makefile("rb")
        assert read_reply(stream).status == 200
        started = time.monotonic()
        assert stream.read() == b""
        assert time.monotonic() - started < 5


@SHELLS
def test_expect_continue_is_answered_first(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        head, _, body = page_request(expect="100-continue").partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert replies_of(connection, 1)[0].status == 200


@SHELLS
def test_a_sender_who_goes_away_before_the_end_leaves_nothing(shell: str) -> None:
    with live_collector(shell) as live:
        promising_more = page_request().replace(b"content-length: ", b"content-length: 9")
        for sent in (promising_more, promising_more[:-20]):
            connection = live.connect()
            connection.sendall(sent)
            until(lambda: len(live.server.server_state.connections) == 1)
            connection.close()
            until(lambda: not live.server.server_state.connections)
        assert live.spool.payloads == []


@SHELLS
def test_a_sender_who_goes_away_while_the_disk_is_slow_does_no_harm(shell: str) -> None:
    with live_collector(shell) as live:
        live.spool.held = True
        connection = live.connect()
        connection.sendall(page_request("gone"))
        until(lambda: live.spool.waiting == 1)
        connection.close()
        until(lambda: not live.server.server_state.connections)
        live.spool.release()
        assert live.exchange(page_request("next")).status == 200
        assert kept(live) == ["gone", "next"]


@SHELLS
def test_a_request_under_way_is_answered_before_the_server_stops(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as idle, live.connect() as connection:
        idle.sendall(page_request("idle"))
        assert replies_of(idle, 1)[0].status == 200
        live.spool.held = True
        connection.sendall(page_request("last"))
        until(lambda: live.spool.waiting == 1)
        live.server.should_exit = True
        assert idle.recv(1) == b""
        live.spool.release()
        stream = connection.makefile("rb")
        reply = read_reply(stream)
        assert (reply.status, reply.header("connection")) == (200, "close")
        assert stream.read() == b""
        live.stop()


@SHELLS
def test_a_chunked_body_over_the_limit_is_refused_early_and_the_connection_goes_on(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        head = raw_request("POST", "/v1/page", {**_AUTH, "transfer-encoding": "chunked"}).replace(b"content-length: 0\r\n", b"")
        connection.sendall(head)
        chunk = b"%x\r\n%s\r\n" % (1 << 20, b" " * (1 << 20))
        for _ in range(5):
            connection.sendall(chunk)
        stream = connection.makefile("rb")
        assert read_reply(stream).status == 413
        connection.sendall(chunk + b"0\r\n\r\n" + page_request("after"))
        assert read_reply(stream).status == 200
        assert kept(live) == ["after"]


@SHELLS
def test_what_is_no_http_is_refused_by_the_server(shell: str) -> None:
    with live_collector(shell) as live:
        assert live.exchange(b"POST /v1/page HTTP/1.1\r\ncontent-length: x\r\n\r\n").status == 400
        assert live.exchange(b"\x16\x03\x01\r\n\r\n").status == 400
        assert live.exchange(page_request()).status == 200


@SHELLS
def test_a_server_at_its_limit_says_so(shell: str) -> None:
    with live_collector(shell, uvicorn={"limit_concurrency": 1}) as live:
        assert live.exchange(page_request()).status == 503
        assert live.spool.payloads == []


def test_replies_that_nobody_reads_do_not_pile_up() -> None:
    with live_collector("fast") as live, live.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        request = raw_request("POST", "/v1/page", {**_AUTH, "origin": "https://" + "o" * 500}, msgspec.json.encode(page()))
        connection.sendall(request)
        until(lambda: len(live.server.server_state.connections) == 1)
        (protocol,) = live.server.server_state.connections
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            connection.sendall(request * 200_000)
        assert len(protocol.pipeline) < 1000
        assert live.exchange(page_request("others are served")).status == 200


@SHELLS
def test_replies_wait_while_the_transport_is_full(shell: str) -> None:
    with live_collector(shell) as live, live.connect() as connection:
        bad = raw_request("POST", "/v1/page", _AUTH, b"not JSON")
        connection.sendall(bad)
        assert replies_of(connection, 1)[0].status == 400
        (protocol,) = live.server.server_state.connections
        protocol.loop.call_soon_threadsafe(protocol.pause_writing)
        until(lambda: protocol.flow.write_paused)
        connection.sendall(bad * 50)
        until(lambda: len(protocol.pipeline) == 49)
        assert protocol.transport.get_write_buffer_size() == 0
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)
        connection.settimeout(5)
        protocol.loop.call_soon_threadsafe(protocol.resume_writing)
        assert [reply.status for reply in replies_of(connection, 50)] == [400] * 50


def test_the_fast_shell_builds_no_cycle_for_the_hot_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    with live_collector("fast") as live:

        def refuse(*arguments: object) -> None:
            raise AssertionError("uvicorn was asked to build a cycle")

        monkeypatch.setattr("uvicorn.protocols.http.httptools_impl.RequestResponseCycle", refuse)
        for path in ("/v1/page", "/v1/track", "/v1/identify", "/v1/p", "/v1/t"):
            assert live.exchange(raw_request("POST", path, _AUTH, msgspec.json.encode(page()))).status == 200
        for path in ("/v1/batch", "/v1/b", f"/beacon/v1/batch?writeKey={KEY}"):
            assert live.exchange(raw_request("POST", path, _AUTH, msgspec.json.encode({"batch": [page()]}))).status == 200
