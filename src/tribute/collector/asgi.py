"""The collector as an ASGI 3 application: everything that the fast shell does not answer, on any server. Mounted by `app`.

Nothing of a request is logged. A request that ends before its body does leaves nothing behind.
"""

import asyncio
from asyncio import Future
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any

from tribute.collector.core import Collector
from tribute.collector.decoding import MAX_BODY_BYTES, too_large
from tribute.collector.door import Door
from tribute.collector.exchange import Reply, Request
from tribute.collector.routes import is_tracking_path
from tribute.kit.proxies import Networks, client_ip, request_scheme
from tribute.spool.port import SpoolWriter

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class CollectorApp:
    """Answers tracking paths (`is_tracking_path`); others get the protocol's plain 404.

    The server's own handling of proxy headers must be off: which proxies to believe is `trusted_proxies` here, for both shells.
    """

    def __init__(self, collector: Collector, spool: SpoolWriter, *, trusted_proxies: Networks = ()) -> None:
        self.door = Door(collector, spool)
        self.trusted_proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"the collector speaks HTTP only, not {scope['type']}")
        body = await _read_body(receive)
        if isinstance(body, _Gone):
            return
        request = request_of(scope, body or b"", self.trusted_proxies)
        answered: Future[Reply] = asyncio.get_running_loop().create_future()
        if body is None:
            self.door.turn_away(request, partial(_give, answered), too_large())
        else:
            self.door.take(request, partial(_give, answered))
        await _send(send, await answered)


def _give(answered: "Future[Reply]", reply: Reply) -> None:
    if not answered.done():  # its request was cancelled meanwhile
        answered.set_result(reply)


def request_of(scope: Scope, body: bytes, trusted_proxies: Networks) -> Request:
    """The request as the core takes it, with the visitor's address and scheme as far as the proxies in front can be believed."""
    fields: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(fields)
    peer = scope["client"][0] if scope.get("client") else ""
    forwarded = [value for name, value in fields if name == b"x-forwarded-for"]
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"],
        headers=headers,
        body=body,
        ip=client_ip(peer, forwarded, trusted_proxies),
        scheme=request_scheme(peer, scope["scheme"], headers.get(b"x-forwarded-proto", b""), trusted_proxies),
    )


class _Gone:
    """The sender went away before the body ended."""


async def _read_body(receive: Receive) -> bytes | _Gone | None:
    """The whole body; None once it is over the limit, without reading on."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return _Gone()
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY_BYTES:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(send: Send, reply: Reply) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)})
    await send({"type": "http.response.body", "body": reply.body})


__all__ = ["CollectorApp", "is_tracking_path"]
