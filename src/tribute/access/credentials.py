"""Whose request it is: a token in any of the forms AppSync's clients use, or the portal's cookie from our own pages.

Called by the doors that programs and pages share: GraphQL, over HTTP and websockets, and REST.
"""

from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from tribute.access.caller import Caller, WrongCredentialsError
from tribute.kit.asgi import Scope, header
from tribute.kit.origins import is_own_origin


class Callers(Protocol):
    """Tells who stands behind credentials."""

    def caller_for_session(self, cookie: str) -> Caller | None:
        """The person of a portal session; None when it is unknown, expired or ended."""
        ...

    def caller_for_token(self, token: str) -> Caller:
        """The person of an API token. Raises WrongCredentialsError."""
        ...

    def version(self) -> int:
        """Another number after whatever may change who stands behind credentials, unless they end as time goes by."""
        ...


class Credentials:
    """Reads credentials from a request's headers. Looks them up in the ledger, so call it from a thread."""

    def __init__(self, callers: Callers, *, public_url: str, session_cookie: str) -> None:
        self._callers = callers
        self._session_cookie = session_cookie
        self._public_url = public_url

    def caller(self, scope: Scope, *, opened_by_hand: bool = False) -> Caller:
        """The caller. A token, even a wrong one, is never replaced by a cookie. Raises WrongCredentialsError.

        `opened_by_hand` lets the cookie speak for an address that a person opened, too: for what only reads.
        """
        token = _token(scope)
        if token is not None:
            return self._callers.caller_for_token(token)
        session = self._session(scope)
        trusted = self._from_own_page(scope) or (opened_by_hand and header(scope, b"sec-fetch-site") == "none")
        caller = self._callers.caller_for_session(session) if session and trusted else None
        if caller is None:
            raise WrongCredentialsError("No valid credentials were sent.")
        return caller

    def version(self) -> int:
        """As `Callers.version`: who was found stands behind the same credentials while it is the same. May wait for the ledger."""
        return self._callers.version()

    def _session(self, scope: Scope) -> str | None:
        try:
            cookie = SimpleCookie(header(scope, b"cookie") or "").get(self._session_cookie)
        except CookieError:
            return None
        return cookie.value if cookie else None

    def _from_own_page(self, scope: Scope) -> bool:
        """Browsers say where a request comes from, in one of two ways; one that says neither is not let in by a cookie."""
        site = header(scope, b"sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = header(scope, b"origin")
        return origin is not None and self._is_own(origin, scope)

    def is_own_or_no_page(self, scope: Scope) -> bool:
        """Whether a websocket is opened by one of our own pages or by a program: browsers let any page open one, and tell its origin."""
        origin = header(scope, b"origin")
        return origin is None or self._is_own(origin, scope)

    def _is_own(self, origin: str, scope: Scope) -> bool:
        return is_own_origin(origin, self._public_url, header(scope, b"host"))


def _token(scope: Scope) -> str | None:
    """`Authorization: Bearer TOKEN`, `Authorization: TOKEN` or `x-api-key: TOKEN`; None when neither header says anything."""
    authorization = (header(scope, b"authorization") or "").strip()
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    return authorization or (header(scope, b"x-api-key") or "").strip() or None
