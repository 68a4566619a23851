"""The fast shell: answers trackers' posts inside the server's protocol, before any ASGI scope, cycle or task is built.

A subclass of uvicorn's httptools protocol. A whole and plain request is read without the parser; whatever is unusual about one
(pipelined behind another, an upgrade, `Expect`, HTTP/1.0, a large body, a slow reader, a server at its limit, an access log) it leaves
to uvicorn, and with it every limit and time-out. Same core, same door, same bytes as the ASGI shell. Given to `uvicorn.Config(http=…)`
by `app`.
"""

import asyncio
from functools import lru_cache, partial
from typing import NamedTuple

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tribute.collector.asgi import CollectorApp
from tribute.collector.connection import BoundedProtocol
from tribute.collector.decoding import MAX_BODY_BYTES, too_large
from tribute.collector.exchange import Headers, Reply, Request
from tribute.collector.plain import Head, plain_request
from tribute.collector.routes import HOT_PATHS
from tribute.kit.proxies import client_ip

_MOST_PIPELINED = 128
"""Requests that may wait behind one another on a connection. No browser or tracker sends ahead at all; uvicorn itself has no limit."""


@lru_cache(maxsize=1024)
def _lines(headers: Headers) -> bytes:
    """Headers as they are sent. Nearly all replies to a website's visitors have the same ones."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


class _Silent:
    """Stands where uvicorn wakes a waiting application: here nobody waits."""

    def set(self) -> None:
        pass


_SILENT = _Silent()


class _Exchange(msgspec.Struct, eq=False, gc=False):
    """One fast request under way, in the place of uvicorn's cycle and with the fields that uvicorn reads from one."""

    path: str
    query: bytes
    headers: dict[bytes, bytes]
    keep_alive: bool
    body: list[bytes] = []
    size: int = 0
    response_complete: bool = False
    disconnected: bool = False

    @property
    def message_event(self) -> _Silent:
        return _SILENT


class _Written(NamedTuple):
    """The first bytes of a reply, and what they were made of."""

    status: int
    headers: Headers
    dated: list[tuple[bytes, bytes]]
    content: bytes


class FastProtocol(BoundedProtocol):
    """One connection. `collector_app` is set by `fast_protocol`."""

    collector_app: CollectorApp
    _between_requests = False
    """Whether the parser has read its last request to the end, and no byte of another."""
    _last_head: Head | None = None
    _last_answer: _Written | None = None
    _may_answer = False
    """Whether the server lets answers be written here at all."""
    _peer = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._between_requests = True
        self._may_answer = not (self.root_path or self.access_log)
        self._peer = self.client[0] if self.client else ""

    def data_received(self, data: bytes) -> None:
        if self._between_requests and self._is_free():
            plain = plain_request(data, self._last_head)
            if plain is not None:
                self._take_plain(*plain)
                return
        self._between_requests = False
        super().data_received(data)

    def _is_free(self) -> bool:
        """Whether a request may be answered here that comes now."""
        cycle = self.cycle
        if not self._may_answer or not (cycle is None or cycle.response_complete):
            return False
        return not (self.flow.write_paused or self.transport.is_closing()) and (self.limit_concurrency is None or not self._is_full())

    def _take_plain(self, head: Head, body: bytes) -> None:
        self._last_head = head
        self._waiting_since = self.resting_since = None  # as `request_ends`
        self._received = 0
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        headers = head.headers
        self.cycle = exchange = _Exchange(head.path, b"", headers, True)  # type: ignore[assignment]  # has the fields that uvicorn reads
        ip = self._peer
        app = self.collector_app
        if app.trusted_proxies and b"x-forwarded-for" in headers:
            ip = client_ip(ip, [headers[b"x-forwarded-for"]], app.trusted_proxies)
        app.door.take(Request("POST", head.path, b"", headers, body, ip, "http", head.marks), partial(self._answer, exchange))

    def on_message_begin(self) -> None:
        # uvicorn builds the scope here; it is built only when it turns out to be needed.
        self._between_requests = False
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
        if path is None or b"#" in query or self.expect_100_continue or not self._is_free():
            return None
        parser = self.parser
        if parser.get_method() != b"POST" or parser.get_http_version() != "1.1" or parser.should_upgrade():
            return None
        headers = dict(self.headers)
        length = headers.get(b"content-length")
        if length is not None and (len(length) > 7 or int(length) > MAX_BODY_BYTES):
            return None
        return _Exchange(path, query, headers, parser.should_keep_alive())

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
            self.collector_app.door.turn_away(self._request(exchange), partial(self._answer, exchange), too_large())

    def on_message_complete(self) -> None:
        self.request_ends()
        self._between_requests = True
        exchange = self.cycle
        if not isinstance(exchange, _Exchange):
            super().on_message_complete()
        elif not exchange.response_complete:
            self.collector_app.door.take(self._request(exchange), partial(self._answer, exchange))

    def _request(self, exchange: _Exchange) -> Request:
        body = exchange.body
        app = self.collector_app
        ip = self._peer
        if app.trusted_proxies:
            ip = client_ip(ip, [value for name, value in self.headers if name == b"x-forwarded-for"], app.trusted_proxies)
        return Request("POST", exchange.path, exchange.query, exchange.headers, body[0] if len(body) == 1 else b"".join(body), ip)

    def _head_of(self, reply: Reply) -> bytes:
        """What is sent of a reply up to its last header. The next reply usually begins with the same bytes."""
        dated = self.server_state.default_headers  # which uvicorn makes anew each second
        last = self._last_answer
        if last is not None and last.headers is reply.headers and last.dated is dated and last.status == reply.status:
            return last.content
        content = b"".join((STATUS_LINE[reply.status], _lines(tuple(dated)), _lines(reply.headers)))
        self._last_answer = _Written(reply.status, reply.headers, dated, content)
        return content

    def _answer(self, exchange: _Exchange, reply: Reply) -> None:
        """Write the reply as uvicorn would, and let uvicorn go on with what came behind the request."""
        exchange.response_complete = True
        transport = self.transport
        if exchange.disconnected or transport.is_closing():
            return
        end = b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n"
        transport.write(b"".join((self._head_of(reply), end, reply.body)))
        if not exchange.keep_alive:
            transport.close()
        if self.pipeline or self.flow.read_paused:
            self.on_response_complete()
        else:
            self.server_state.total_requests += 1
            self.resting_since = self.loop.time()


def fast_protocol(collector_app: CollectorApp) -> type[HttpToolsProtocol]:
    """The protocol class for `uvicorn.Config(http=…)` that answers through this collector."""
    return type("CollectorProtocol", (FastProtocol,), {"collector_app": collector_app})
