"""The snippet's visitor id as a cookie that the server sets, where tracker and page stand on one website. Called by the core.

Some browsers keep cookies that scripts set for a week only; one that the website's own subdomain sets lasts its year.
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from tribute.collector.decoding import Incoming
from tribute.collector.exchange import Request
from tribute.events.record import Context, Library

COOKIE = "tribute_aid"
_YEAR_SECONDS = 365 * 24 * 3600
_VISITOR_ID = re.compile(r"[0-9a-f]{32}")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")


def visitor_cookie(request: Request, incoming: Incoming) -> bytes | None:
    """The cookie for a page view of our snippet's that carries a visitor id; None for all others, and with Global Privacy Control."""
    told, context = incoming.anonymous_id, incoming.context
    library = context.library if isinstance(context, Context) else None
    if not isinstance(library, Library) or library.name != "tribute.js" or not isinstance(told, str):
        return None
    if not _VISITOR_ID.fullmatch(told) or request.headers.get(b"sec-gpc") == b"1" or getattr(context, "consent", None) is False:
        return None
    attributes = _attributes(request.headers.get(b"host", b""), request.headers.get(b"origin", b""))
    return f"{COOKIE}={told}; {attributes}".encode() if attributes else None


@lru_cache(maxsize=1024)
def _attributes(host: bytes, origin: bytes) -> str | None:
    """The cookie's attributes where host and page share a domain; None where they do not.

    The domain is the longest that both lie under. It may turn out to belong to a registry, like co.uk: then the browser refuses the cookie.
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
    secure = "; Secure" if page.scheme == "https" else ""
    return f"Domain={'.'.join(shared)}; Path=/; Max-Age={_YEAR_SECONDS}; SameSite=Lax{secure}"
