"""What protects the pages: headers on every answer, the origin of forms, where a sign-in may lead."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.exceptions import PermissionDeniedException

from tribute.kit.asgi import AsgiApp, Message, Receive, Scope, Send
from tribute.kit.origins import is_own_origin

SESSION_COOKIE = "tribute_session"


def cookie_name(name: str, public_url: str) -> str:
    """What a cookie is called: over https with the prefix by which browsers take it from this very host alone, and over https alone.

    Otherwise another host of the domain could set one of that name for us (RFC 6265bis, section 4.1.3.2).
    """
    return f"__Host-{name}" if public_url.startswith("https://") else name


_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # not no-referrer: browsers would then send our own forms with `Origin: null`
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def with_security_headers(app: AsgiApp, *, https: bool) -> AsgiApp:
    """The application with the headers on everything it answers, errors included."""
    added = dict(_HEADERS) | ({"strict-transport-security": "max-age=31536000"} if https else {})
    encoded = [(name.encode(), value.encode()) for name, value in added.items()]

    async def secured(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name, value) for name, value in message["headers"] if name.decode().lower() not in added]
                message["headers"] = [*own, *encoded]
            await send(message)

        await app(scope, receive, send_secured if scope["type"] == "http" else send)

    return secured


def own_forms_only(public_url: str) -> Callable[[Request[Any, Any, Any]], Awaitable[None]]:
    """A check before each request: raises PermissionDeniedException for a form that another site's page sent.

    Browsers tell `Origin` with every POST. A request without one is no browser's, has no one's cookies, and still needs the form's token.
    """

    async def check(request: Request[Any, Any, Any]) -> None:
        origin = request.headers.get("origin")
        if request.method in _SAFE_METHODS or origin is None:
            return
        if not is_own_origin(origin, public_url, request.headers.get("host")):
            raise PermissionDeniedException("The form was sent from another site.")

    return check


def own_path(address: str | None) -> str | None:
    """An address on this site, as a path with its query; None for anything that could lead elsewhere."""
    if address is None or len(address) > 2_000 or not _OWN_PATH.fullmatch(address):
        return None
    return None if address.startswith("/sign-") else address
