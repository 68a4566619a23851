"""How the collector answers: plain text, the pixel, CORS. Success is exactly 200; an error is one sentence of plain text, never JSON.

Source: the tracking protocol's "Endpoints" and "CORS". Called by the core and by the door.
"""

import re
from base64 import b64decode
from functools import lru_cache

from tribute.collector.exchange import Headers, RefusalError, Reply, Request
from tribute.collector.routes import Route

RETRY_SECONDS = 5
"""What `Retry-After` says when something of ours is away: long enough to recover, short enough to lose no visitor who stays."""

_TEXT = b"text/plain; charset=utf-8"
_JSON = b"application/json"
_GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
"""One transparent dot, the 43 bytes that trackers expect."""

_NO_STORE = (b"cache-control", b"no-store")
_FIVE_MINUTES = (b"cache-control", b"public, max-age=300")
_PIXEL_HEADERS: Headers = (_NO_STORE, (b"cross-origin-resource-policy", b"cross-origin"))

_SAFE_ORIGIN = re.compile(rb"[\x21-\x7e]{1,512}")
_SAFE_FIELD_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,4096}")


@lru_cache(maxsize=1024)
def _headers(content_type: bytes, length: int, origin: bytes | None) -> Headers:
    """The headers of every reply to one origin. Nearly every reply to a website's visitors has the same ones."""
    own: Headers = (
        (b"content-type", content_type),
        (b"content-length", str(length).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"Origin"),
    )
    if origin is None or not _SAFE_ORIGIN.fullmatch(origin):
        return own
    return (
        *own,
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"Retry-After"),
    )


def _reply(request: Request, status: int, content_type: bytes, body: bytes, more: Headers = ()) -> Reply:
    headers = _headers(content_type, len(body), request.headers.get(b"origin"))
    return Reply(status, headers + more if more else headers, body)


def accepted(request: Request, records: list[bytes], types: list[str]) -> Reply:
    """The events are taken, as soon as the records are on disk."""
    return Reply(200, _headers(_TEXT, 2, request.headers.get(b"origin")), b"OK", records, types)


def with_cookies(reply: Reply, cookies: list[bytes]) -> Reply:
    """The same reply that also sets cookies."""
    if not cookies:
        return reply
    headers = (*reply.headers, *((b"set-cookie", cookie) for cookie in cookies))
    return Reply(reply.status, headers, reply.body, reply.records, reply.types)


def done(request: Request) -> Reply:
    """There was nothing to keep, and that is right."""
    return accepted(request, [], [])


def pixel(request: Request, records: list[bytes] | None = None, types: list[str] | None = None) -> Reply:
    """The image, whatever became of the event: a browser shows a broken image otherwise, and nobody reads the error."""
    headers = _headers(b"image/gif", len(_GIF), request.headers.get(b"origin")) + _PIXEL_HEADERS
    return Reply(200, headers, _GIF, records or (), types or ())


def document(request: Request, content: bytes, *, cached: bool = False) -> Reply:
    """A JSON document for a tracker that starts up; with `cached` a browser may use it for five minutes."""
    return _reply(request, 200, _JSON, content, (_FIVE_MINUTES if cached else _NO_STORE,))


def refused(request: Request, refusal: RefusalError) -> Reply:
    """The refusal's status and sentence; `Retry-After` where coming again makes sense."""
    more: Headers = ((b"retry-after", str(refusal.retry_after).encode()),) if refusal.retry_after else ()
    return _reply(request, refusal.status, _TEXT, refusal.sentence.encode(), more)


def wrong_method(request: Request, route: Route) -> Reply:
    allowed = ", ".join(route.methods)
    return _reply(request, 405, _TEXT, f"This path takes {allowed}.".encode(), ((b"allow", allowed.encode()),))


def preflight(request: Request, route: Route) -> Reply:
    """The browser asks before it sends. Any header name is allowed: a fixed list would kill retries only, silently."""
    more: list[tuple[bytes, bytes]] = []
    if b"origin" in request.headers:
        more = [(b"access-control-allow-methods", ", ".join(route.methods).encode()), (b"access-control-max-age", b"900")]
        asked = request.headers.get(b"access-control-request-headers", b"")
        if _SAFE_FIELD_NAMES.fullmatch(asked):
            more.append((b"access-control-allow-headers", asked))
    return _reply(request, 200, _TEXT, b"", tuple(more))


def unavailable() -> RefusalError:
    """Nothing was kept, and it is not the sender's fault."""
    return RefusalError(503, f"The event cannot be kept just now; try again in {RETRY_SECONDS} s.", retry_after=RETRY_SECONDS)
