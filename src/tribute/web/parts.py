"""What every page is built with, and the two questions they share: who is here, and where is home."""

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie

from tribute.access.caller import Caller
from tribute.access.doors import Doors
from tribute.access.own_doors import FRESH_FOR
from tribute.access.own_keys import OwnKeys
from tribute.access.steps import STEP_LIFE
from tribute.access.viewing import Viewing
from tribute.events.own_visits import OwnVisits
from tribute.kit.clock import Clock
from tribute.kit.proxies import Networks, client_ip
from tribute.office.office import Office
from tribute.office.own import OwnOffice
from tribute.office.team import TeamOffice
from tribute.reports.accounts import Accounts
from tribute.reports.analytics import Analytics
from tribute.reports.ledger import LedgerReports
from tribute.reports.own import OwnReports
from tribute.reports.traffic import Traffic
from tribute.web.looking_on import refuse_in_view, show_view
from tribute.web.ports import Access
from tribute.web.reader import ZONE_COOKIE, browsers_reader, reader_of, set_reader
from tribute.web.rendering import Renderer
from tribute.web.security import SESSION_COOKIE, cookie_name

AnyRequest = Request[Any, Any, Any]

_STEP_COOKIE: Final = "tribute_step"


class SignInNeededError(Exception):
    """A page was asked for without a session; answered with the way to sign in and back."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The ports and tools that routes close over."""

    access: Access
    doors: Doors
    traffic: Traffic
    accounts: Accounts
    analytics: Analytics
    ledger: LedgerReports
    office: Office
    own: OwnReports
    own_office: OwnOffice
    keys: OwnKeys
    viewing: Viewing
    team: TeamOffice
    clock: Clock
    render: Renderer
    public_url: str
    session_seconds: int
    trusted_proxies: Networks
    own_visits: OwnVisits

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    def visitor(self, request: AnyRequest) -> Caller | None:
        """Who is signed in, if anyone. From here on everything is written for them."""
        cookie = self.session_of(request)
        caller = self.access.caller_for_session(cookie, request.headers.get("user-agent")) if cookie else None
        reader = browsers_reader(request.headers.get("accept-language"), request.cookies.get(ZONE_COOKIE))
        if caller is not None:
            reader = reader_of(self.own.preferences(caller), reader)
        set_reader(request, reader)
        if caller is not None and caller.seen_by is not None:
            show_view(request, self.accounts.profile(caller).name)
            refuse_in_view(request.method, request.url.path)
        return caller

    def caller(self, request: AnyRequest) -> Caller:
        """Who is signed in. Raises SignInNeededError."""
        caller = self.visitor(request)
        if caller is None:
            raise SignInNeededError
        return caller

    def session_of(self, request: AnyRequest) -> str | None:
        """The secret of the browser's session, if it has a cookie."""
        return request.cookies.get(cookie_name(SESSION_COOKIE, self.public_url))

    def is_fresh(self, request: AnyRequest) -> bool:
        """Whether who asks signed in a moment ago: what would give an account away is done and shown then alone."""
        since = self.access.signed_in_at(self.session_of(request) or "")
        return since is not None and self.clock.now() - since < FRESH_FOR

    def address(self, request: AnyRequest) -> str | None:
        """The address that asks; behind a trusted proxy the one that the proxy vouches for. None when nothing tells it."""
        peer = request.client.host if request.client else ""
        forwarded = [value for name, value in request.scope["headers"] if name == b"x-forwarded-for"]
        return client_ip(peer, forwarded, self.trusted_proxies) or None

    def session_cookie(self, session: str) -> Cookie:
        """The cookie of a new session: for this host alone, out of scripts' reach, not sent along by other sites' forms."""
        return self._cookie(SESSION_COOKIE, session, self.session_seconds)

    def no_session_cookie(self) -> Cookie:
        """The cookie that takes a session away."""
        return self._cookie(SESSION_COOKIE, "", 0)

    def step_of(self, request: AnyRequest) -> str:
        """The secret of what the browser has begun at the sign-in pages; empty without one."""
        return request.cookies.get(cookie_name(_STEP_COOKIE, self.public_url)) or ""

    def step_cookie(self, step: str) -> Cookie:
        """The cookie of a second step or of a passkey that is asked for."""
        return self._cookie(_STEP_COOKIE, step, int(STEP_LIFE.total_seconds()))

    def no_step_cookie(self) -> Cookie:
        """The cookie that takes a step away."""
        return self._cookie(_STEP_COOKIE, "", 0)

    def _cookie(self, name: str, value: str, max_age: int) -> Cookie:
        key = cookie_name(name, self.public_url)
        return Cookie(key=key, value=value, path="/", httponly=True, secure=self.https, samesite="lax", max_age=max_age)


def home_of(caller: Caller) -> str:
    """The first page of a person."""
    return "/owner" if caller.is_team else "/"
