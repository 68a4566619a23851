"""What the snippet stores, as cookies that the server sets, where tracker and page stand on one website. Called by the core.

Some browsers keep cookies that scripts set for a week only; one that the website's own subdomain sets lasts its time. Only what the
browser itself tells is set again, so nothing is stored that the snippet did not store first.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

import msgspec

from tribute.collector.decoding import Incoming
from tribute.collector.exchange import Request
from tribute.events.record import Context, Library

VISITOR_COOKIE = "tribute_aid"
AFFILIATE_COOKIE = "tribute_ref"
_YEAR, _SECOND, _MILLISECOND = timedelta(days=365), timedelta(seconds=1), timedelta(milliseconds=1)
_VISITOR_ID = re.compile(r"[0-9a-f]{32}")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_FIRST_AFFILIATE = re.compile(rb"(?:^|;)[ \t]*" + AFFILIATE_COOKIE.encode() + rb"=([^;]*)")
"""The first of that name counts, as it does for the snippet: the same cookie may stand on two domains."""
_ENCODED = re.compile(rb"[A-Za-z0-9_.!~*'()%-]{1,1024}")
"""What `encodeURIComponent` writes, so that nothing in it ends the cookie; 1,024 bytes are five times what codes and clicks take."""

_Click = tuple[str, int, str]
"""A code, when it came in milliseconds of the browser's clock, and the click's id, which may be empty."""
_clicks_decoder = msgspec.json.Decoder(tuple[_Click, _Click])


def visitor_cookies(request: Request, incoming: Incoming, window_days: int, now: datetime) -> list[bytes]:
    """The cookies for a page view of our snippet's that carries a visitor id; none for all others, and with Global Privacy Control.

    The affiliate's ends when the last code does, `window_days` after it came.
    """
    told, context = incoming.anonymous_id, incoming.context
    library = context.library if isinstance(context, Context) else None
    if not isinstance(library, Library) or library.name != "tribute.js" or not isinstance(told, str):
        return []
    if not _VISITOR_ID.fullmatch(told) or request.headers.get(b"sec-gpc") == b"1" or getattr(context, "consent", None) is False:
        return []
    place = _place(request.headers.get(b"host", b""), request.headers.get(b"origin", b""))
    if place is None:
        return []
    cookies = [_cookie(VISITOR_COOKIE, told, _YEAR, place)]
    remembered = _remembered(request.headers.get(b"cookie", b""), timedelta(days=window_days), now)
    if remembered is not None:
        cookies.append(_cookie(AFFILIATE_COOKIE, *remembered, place))
    return cookies


def _remembered(cookies: bytes, window: timedelta, now: datetime) -> tuple[str, timedelta] | None:
    """The affiliates that the browser says it remembers, and how long they still count; None for anything that is not the snippet's."""
    found = _FIRST_AFFILIATE.search(cookies)
    if found is None or not _ENCODED.fullmatch(found[1]):
        return None
    try:
        _, (_, came, _) = _clicks_decoder.decode(unquote_to_bytes(found[1]))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    # Counted in whole milliseconds, because what a browser tells may be any number; its clock may be ahead of ours, too.
    left = min(came - int(now.timestamp() * 1000) + window // _MILLISECOND, window // _MILLISECOND)
    return (found[1].decode("ascii"), timedelta(milliseconds=left)) if left >= 1000 else None


def _cookie(name: str, value: str, life: timedelta, place: tuple[str, str]) -> bytes:
    domain, secure = place
    return f"{name}={value}; Domain={domain}; Path=/; Max-Age={life // _SECOND}; SameSite=Lax{secure}".encode()


@lru_cache(maxsize=1024)
def _place(host: bytes, origin: bytes) -> tuple[str, str] | None:
    """The cookies' domain where host and page share one, and whether they are for https alone; None where they share none.

    The domain is the longest that both lie under. It may belong to a registry, like co.uk: then the browser refuses the cookies.
    """
    try:
        page, tracker = urlsplit(origin.decode("ascii")), urlsplit("//" + host.decode("ascii"))
        names = [(part.hostname or "").removeprefix("www.") for part in (page, tracker)]
    except ValueError:
        return None
    if page.scheme not in ("http", "https") or not all(_HOST.fullmatch(name) for name in names):
        return None
    shared: list[str] = []
    for one, other in zip(*(reversed(name.split(".")) for name in names), strict=False):
        if one != other:
            break
        shared.insert(0, one)
    if len(shared) < 2 or shared[-1].isdigit():
        return None
    return ".".join(shared), "; Secure" if page.scheme == "https" else ""
