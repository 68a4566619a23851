"""The fast shell: answers trackers' posts inside the server's protocol, before any ASGI scope, cycle or task is built.

A subclass of uvicorn's httptools protocol. Whatever is unusual about a request (pipelined behind another, an upgrade, `Expect`, HTTP/1.0,
a large body, a slow reader, a server at its limit, an access log) it leaves to uvicorn, and with it every limit and time-out.
Same core, same door, same bytes as the ASGI shell. Given to `uvicorn.Config(http=…)` by `app`.
"""

from asyncio import Future, Task
from functools import partial

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tribute.collector.asgi import CollectorApp
from tribute.collector.connection import BoundedProtocol
from tribute.collector.decoding import MAX_BODY_BYTES, too_large
from tribute.collector.exchange import Reply, Request
from tribute.collector.routes import HOT_PATHS
from tribute.kit.proxies import client_ip

_MOST_PIPELINED = 128
"""Requests that may wait behind one another on a connection. No browser or tracker sends ahead at all; uvicorn itself has no limit."""


class _Silent:
    """Stands where uvicorn wakes a waiting application: here nobody waits."""

    def set(self) -> None:
        pass


class _Exchange:
    """One fast request under way, in the place of uvicorn's cycle and with the fields that uvicorn reads from one."""

    __slots__ = ("body", "disconnected", "headers", "keep_alive", "path", "query", "response_complete", "size")

    message_event = _Silent()

    def __init__(self, path: str, query: bytes, headers: dict[bytes, bytes], *, keep_alive: bool) -> None:
        self.path = path
        self.query = query
        self.headers = headers
        self.keep_alive = keep_alive
        self.body: list[bytes] = []
        self.size = 0
        self.response_complete = False
        self.disconnected = False


class FastProtocol(BoundedProtocol):
    """One connection. `collector_app` is set by `fast_protocol`."""

    collector_app: CollectorApp

    def on_message_begin(self) -> None:
        # uvicorn builds the scope here; it is built only when it turns out to be needed.
        self.head_begins()
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        self.head_ends()
        exchange = self._exchange()
        if exchange is not None:
            self.cycle = exchange  # type: ignore[assignment]  # has the fields of a cycle that uvicorn reads
            return
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url = url
        self.headers.extend(headers)
        self.expect_100_continue = expects
        super().on_headers_complete()
        if len(self.pipeline) > _MOST_PIPELINED:
            self.transport.abort()

    def _exchange(self) -> _Exchange | None:
        """The exchange for a request that can be answered here; None leaves it to uvicorn."""
        raw_path, _, query = self.url.partition(b"?")
        path = HOT_PATHS.get(raw_path)
        if path is None or b"#" in query or self.root_path or self.expect_100_continue or self.access_log:
            return None
        parser = self.parser
        if parser.get_method() != b"POST" or parser.get_http_version() != "1.1" or parser.should_upgrade():
            return None
        if self.flow.write_paused or self._is_full() or (self.cycle is not None and not self.cycle.response_complete):
            return None
        headers = dict(self.headers)
        length = headers.get(b"content-length")
        if length is not None and (len(length) > 7 or int(length) > MAX_BODY_BYTES):
            return None
        return _Exchange(path, query, headers, keep_alive=parser.should_keep_alive())

    def _is_full(self) -> bool:
        limit = self.limit_concurrency
        return limit is not None and (len(self.connections) >= limit or len(self.tasks) >= limit)

    def on_body(self, body: bytes) -> None:
        exchange = self.cycle
        if not isinstance(exchange, _Exchange):
            super().on_body(body)
            return
        if exchange.response_complete:
            return
        exchange.size += len(body)
        exchange.body.append(body)
        if exchange.size > MAX_BODY_BYTES:
            exchange.body.clear()
            request = self._request(exchange)
            door = self.collector_app.door
            self._answer(exchange, door.settle(request, door.refuse(request, too_large()), None))

    def on_message_complete(self) -> None:
        self.request_ends()
        exchange = self.cycle
        if not isinstance(exchange, _Exchange):
            super().on_message_complete()
            return
        if exchange.response_complete:
            return
        request = self._request(exchange)
        reply, durable = self.collector_app.door.enter(request)
        if durable is None:
            self._answer(exchange, self.collector_app.door.settle(request, reply, None))
        else:
            durable.add_done_callback(partial(self._settle, exchange, request, reply))

    def _settle(self, exchange: _Exchange, request: Request, reply: Reply, durable: "Future[None] | Task[Reply]") -> None:
        self._answer(exchange, self.collector_app.door.settle(request, reply, durable))

    def _request(self, exchange: _Exchange) -> Request:
        body = exchange.body
        app = self.collector_app
        peer = self.client[0] if self.client else ""
        if app.trusted_proxies:
            peer = client_ip(peer, [value for name, value in self.headers if name == b"x-forwarded-for"], app.trusted_proxies)
        return Request("POST", exchange.path, exchange.query, exchange.headers, body[0] if len(body) == 1 else b"".join(body), peer)

    def _answer(self, exchange: _Exchange, reply: Reply) -> None:
        """Write the reply as uvicorn would, and let uvicorn go on: keep-alive timer, pipelined requests, counters."""
        exchange.response_complete = True
        transport = self.transport
        if exchange.disconnected or transport.is_closing():
            return
        parts = [STATUS_LINE[reply.status]]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        for name, value in reply.headers:
            parts += (name, b": ", value, b"\r\n")
        parts.append(b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n")
        parts.append(reply.body)
        transport.write(b"".join(parts))
        if not exchange.keep_alive:
            transport.close()
        self.on_response_complete()


def fast_protocol(collector_app: CollectorApp) -> type[HttpToolsProtocol]:
    """The protocol class for `uvicorn.Config(http=…)` that answers through this collector."""
    return type("CollectorProtocol", (FastProtocol,), {"collector_app": collector_app})
