"""The pages as one ASGI application: routes, forms' tokens, fault pages, static files, and security headers around all of it."""

from collections.abc import Mapping
from typing import Any, cast

from litestar.config.csrf import CSRFConfig

from tribute.access.doors import Doors
from tribute.access.own_keys import OwnKeys
from tribute.access.viewing import Viewing
from tribute.events.own_visits import OwnVisits
from tribute.kit.asgi import AsgiApp, Receive, Scope, Send
from tribute.kit.clock import Clock
from tribute.kit.lean_litestar import LeanLitestar
from tribute.kit.packaged_files import PackagedFiles
from tribute.kit.proxies import Networks
from tribute.office.office import Office
from tribute.office.own import OwnOffice
from tribute.office.team import TeamOffice
from tribute.reports.accounts import Accounts
from tribute.reports.analytics import Analytics
from tribute.reports.ledger import LedgerReports
from tribute.reports.own import OwnReports
from tribute.reports.traffic import Traffic
from tribute.web.creative_images import CREATIVES, CreativeImages
from tribute.web.embed import PREFIX as EMBED_PREFIX
from tribute.web.embed import EmbedDoor
from tribute.web.faults import fault_handlers
from tribute.web.joining import joining_routes
from tribute.web.owner.affiliate import affiliate_routes
from tribute.web.owner.affiliates import affiliates_routes
from tribute.web.owner.console import console_routes
from tribute.web.owner.creatives import creative_routes
from tribute.web.owner.orders import order_routes
from tribute.web.owner.sign_up import sign_up_edit_routes
from tribute.web.owner.team import team_routes
from tribute.web.owner.websites import website_routes
from tribute.web.parts import Parts
from tribute.web.portal.balance import balance_routes
from tribute.web.portal.commission import commission_page_routes
from tribute.web.portal.commissions import commission_routes
from tribute.web.portal.help import help_routes
from tribute.web.portal.links import link_routes
from tribute.web.portal.not_credited import not_credited_routes
from tribute.web.portal.overview import overview_routes
from tribute.web.ports import Access
from tribute.web.rendering import Renderer
from tribute.web.second_step import second_step_routes
from tribute.web.security import cookie_name, own_forms_only, with_security_headers
from tribute.web.settings.embeds import widget_routes
from tribute.web.settings.notifications import notification_routes
from tribute.web.settings.payout import payout_routes
from tribute.web.settings.profile import profile_routes
from tribute.web.settings.security import security_routes
from tribute.web.settings.sessions import session_routes
from tribute.web.settings.time import time_routes
from tribute.web.settings.tokens import token_routes
from tribute.web.sign_in import sign_in_routes
from tribute.web.sign_in_links import sign_in_link_routes
from tribute.web.views import view_routes
from tribute.web.visitor_data import visitor_data_routes

_STATIC = "/static"
_MAX_FORM_BYTES = 20_000


def web_app(
    *,
    access: Access,
    doors: Doors,
    traffic: Traffic,
    accounts: Accounts,
    analytics: Analytics,
    ledger: LedgerReports,
    office: Office,
    own: OwnReports,
    own_office: OwnOffice,
    keys: OwnKeys,
    viewing: Viewing,
    team: TeamOffice,
    clock: Clock,
    public_url: str,
    secret_key: str,
    session_seconds: int = 30 * 24 * 3600,
    trusted_proxies: Networks = (),
) -> AsgiApp:
    """Build the pages. `public_url` is where people reach them; with https its cookies are sent over https alone.

    `secret_key` signs the tokens in forms and the marks of owners' own visits.
    `session_seconds` is how long the browser keeps the cookie; the ledger decides how long it is good.
    `trusted_proxies` are believed when they say who asks, which matters for slowing guesses of passwords.
    """
    static = PackagedFiles("tribute.web", "static", prefix=_STATIC)
    render = Renderer(static)
    parts = Parts(
        access=access,
        doors=doors,
        traffic=traffic,
        accounts=accounts,
        analytics=analytics,
        ledger=ledger,
        office=office,
        own=own,
        own_office=own_office,
        keys=keys,
        viewing=viewing,
        team=team,
        clock=clock,
        render=render,
        public_url=public_url,
        session_seconds=session_seconds,
        trusted_proxies=trusted_proxies,
        own_visits=OwnVisits(secret_key.encode()),
    )
    pages = with_security_headers(_pages(parts, secret_key), https=parts.https)
    beside: dict[str, AsgiApp] = {f"{_STATIC}/": static, CREATIVES: CreativeImages(ledger.creatives), EMBED_PREFIX: EmbedDoor(parts)}
    return _Site(beside, pages)


def _pages(parts: Parts, secret_key: str) -> AsgiApp:
    cookie = cookie_name("tribute_form", parts.public_url)
    pages = LeanLitestar(
        route_handlers=_routes(parts),
        before_request=own_forms_only(parts.public_url),
        csrf_config=CSRFConfig(secret=secret_key, cookie_name=cookie, cookie_secure=parts.https, cookie_httponly=True),
        exception_handlers=fault_handlers(parts.render),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=_MAX_FORM_BYTES,
        debug=False,
    )
    return cast("AsgiApp", pages)


def _routes(parts: Parts) -> list[Any]:
    return [
        *sign_in_routes(parts),
        *sign_in_link_routes(parts),
        *second_step_routes(parts),
        *security_routes(parts),
        *visitor_data_routes(parts),
        *joining_routes(parts),
        *overview_routes(parts),
        *commission_routes(parts),
        *commission_page_routes(parts),
        *not_credited_routes(parts),
        *balance_routes(parts),
        *help_routes(parts),
        *link_routes(parts),
        *console_routes(parts),
        *order_routes(parts),
        *creative_routes(parts),
        *profile_routes(parts),
        *payout_routes(parts),
        *notification_routes(parts),
        *time_routes(parts),
        *widget_routes(parts),
        *affiliates_routes(parts),
        *affiliate_routes(parts),
        *sign_up_edit_routes(parts),
        *website_routes(parts),
        *view_routes(parts),
        *session_routes(parts),
        *token_routes(parts),
        *team_routes(parts),
    ]


class _Site:
    """Static files, banners and widgets beside the pages: they need no session, no token and no `no-store`."""

    def __init__(self, beside: Mapping[str, AsgiApp], pages: AsgiApp) -> None:
        self._beside = beside
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        beside = (app for prefix, app in self._beside.items() if scope["type"] == "http" and scope["path"].startswith(prefix))
        await next(beside, self._pages)(scope, receive, send)
