"""`/t.js` and `/t.v1.js`: our snippet, for every website to load. Mounted by `app`.

A published version never changes: `t.v1.js` stays as it is when `t.v2.js` comes. `t.js` is the newest one.
"""

import gzip
import hashlib
from importlib.resources import files

from tribute.kit.asgi import HeaderList, Receive, Scope, Send, header

_NEWEST = "t.v1.js"
_PATHS = {"/t.js": b"public, max-age=3600, stale-while-revalidate=86400", "/t.v1.js": b"public, max-age=31536000, immutable"}


def is_snippet_path(path: str) -> bool:
    """Whether the snippet is served here."""
    return path in _PATHS


class SnippetDoor:
    """Serves the snippet from memory."""

    def __init__(self) -> None:
        self._plain = files("tribute.collector").joinpath("snippet", _NEWEST).read_bytes()
        self._gzipped = gzip.compress(self._plain, 9, mtime=0)
        digest = hashlib.sha256(self._plain).hexdigest()[:20]
        self._tags = {"": f'"{digest}"', "gzip": f'"{digest}-gzip"'}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(scope, send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        encoding = "gzip" if "gzip" in (header(scope, b"accept-encoding") or "") else ""
        tag = self._tags[encoding]
        headers: HeaderList = [
            (b"cache-control", _PATHS[scope["path"]]),
            (b"etag", tag.encode()),
            (b"vary", b"accept-encoding"),
            # Pages of any site may load it, also those that hold it to a hash (`integrity`), which needs CORS.
            (b"access-control-allow-origin", b"*"),
            (b"cross-origin-resource-policy", b"cross-origin"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if _matches(header(scope, b"if-none-match") or "", tag):
            await _answer(scope, send, 304, headers, None)
            return
        headers.append((b"content-type", b"text/javascript; charset=utf-8"))
        if encoding:
            headers.append((b"content-encoding", b"gzip"))
        await _answer(scope, send, 200, headers, self._gzipped if encoding else self._plain)


def _matches(told: str, tag: str) -> bool:
    return told.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in told.split(","))


async def _answer(scope: Scope, send: Send, status: int, headers: HeaderList, body: bytes | None) -> None:
    length: HeaderList = [] if body is None else [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" or body is None else body})
