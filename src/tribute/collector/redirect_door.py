"""The door of the redirect links as an ASGI application. Mounted by `app` at `/go/`.

The click is on disk before the visitor is sent on; when it cannot be put there, the visitor arrives without one. Nothing is logged.
Links that are not in memory are looked up in threads of the door's own, before the spool's gate.
"""

import asyncio
from asyncio import Future
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tribute.collector.asgi import request_of
from tribute.collector.exchange import Request
from tribute.collector.port import LedgerUnavailableError
from tribute.collector.redirect import NowhereToGoError, Plan, Redirector
from tribute.collector.replies import RETRY_SECONDS
from tribute.events.record import CLICK_TYPE
from tribute.kit.asgi import HeaderList, Receive, Scope, Send
from tribute.kit.proxies import Networks
from tribute.spool.port import SpoolUnavailableError, SpoolWriter

PATIENCE_SECONDS = 3.0
"""How long a visitor waits for a slow disk. The click then is under way, and its landing tells the same click, recorded or not."""

_MOST_LOOKS_AT_ONCE = 2

_HEADERS: HeaderList = [
    (b"cache-control", b"no-store"),
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
    # The page may know which site the visitor came from, as without a redirect between them.
    (b"referrer-policy", b"no-referrer-when-downgrade"),
]


class RedirectDoor:
    """Sends visitors on. Belongs to one event loop."""

    def __init__(
        self, redirector: Redirector, spool: SpoolWriter, *, trusted_proxies: Networks = (), patience: float = PATIENCE_SECONDS
    ) -> None:
        self._redirector = redirector
        self._spool = spool
        self._trusted_proxies = trusted_proxies
        self._patience = patience
        self._threads = ThreadPoolExecutor(_MOST_LOOKS_AT_ONCE, "links")

    def close(self) -> None:
        """Wait for the looks under way; no request may come after."""
        self._threads.shutdown(cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - a redirect reads no body
        if scope["method"] not in ("GET", "HEAD"):
            await self._answer(scope, send, 405, [(b"allow", b"GET, HEAD")], "A link is followed with GET.\n")
            return
        request = request_of(scope, b"", self._trusted_proxies)
        try:
            look = self._redirector.look_for(request)
            if look is not None:
                await asyncio.get_running_loop().run_in_executor(self._threads, look)
            plan, durable = self._enter(request)
        except LedgerUnavailableError:
            again = [(b"retry-after", str(RETRY_SECONDS).encode())]
            await self._answer(scope, send, 503, again, "This link cannot be looked up just now; try again in a moment.\n")
            return
        except NowhereToGoError:
            await self._answer(scope, send, 404, [], "This link leads nowhere: there is no website here yet.\n")
            return
        if durable is not None:
            # Unlike awaiting it, waiting leaves the future alone when the visitor goes away: others wait for the same sync.
            await asyncio.wait((durable,), timeout=self._patience)
        failed = plan.record is not None and (durable is None or _has_failed(durable))
        types = [CLICK_TYPE] if durable is not None and durable.done() and not failed else []
        location = plan.without_click if failed else plan.location
        await self._answer(scope, send, 302, [(b"location", location.encode("ascii"))], "", types=types)

    def _enter(self, request: Request) -> "tuple[Plan, Future[None] | None]":
        """The plan, and what must end before the click counts; None where there is no click, or no room for one."""
        with self._spool.gate:
            plan = self._redirector.plan(request)
            try:
                return plan, self._spool.append([plan.record]) if plan.record is not None else None
            except SpoolUnavailableError:
                return plan, None

    async def _answer(self, scope: Scope, send: Send, status: int, more: HeaderList, text: str, *, types: Sequence[str] = ()) -> None:
        body = text.encode()
        headers = [*_HEADERS, *more, (b"content-length", b"%d" % len(body))]
        self._redirector.stats.answered(status, types)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _has_failed(durable: "Future[None]") -> bool:
    return durable.done() and (durable.cancelled() or durable.exception() is not None)
