"""The whole site as one ASGI application: every path goes to its door."""

from collections.abc import Callable
from dataclasses import dataclass

from tribute.access.doors import Doors
from tribute.access.own_keys import OwnKeys
from tribute.access.viewing import Viewing
from tribute.app.aws_doors import AwsDoors
from tribute.app.control import CONTROL_PATH, ControlDoor
from tribute.app.freshness import data_as_of
from tribute.app.health import HealthDoor
from tribute.app.ledger_adapters import LedgerRoster
from tribute.app.mail import mailing, open_doors, post_of
from tribute.app.money import LedgerCommissions, LedgerCurrencies
from tribute.app.operations import Operations
from tribute.app.parts import Parts
from tribute.app.timings import timed_graphql
from tribute.app.workers import Workers
from tribute.collector.asgi import CollectorApp
from tribute.collector.core import Collector
from tribute.collector.limits import RateLimiter
from tribute.collector.redirect import GO_PREFIX, Redirector
from tribute.collector.redirect_door import RedirectDoor
from tribute.collector.routes import is_tracking_path
from tribute.collector.snippet_door import SnippetDoor, is_snippet_path
from tribute.events.own_visits import OwnVisits
from tribute.graphql.http import graphql_app
from tribute.graphql.schema import Sources as GraphqlSources
from tribute.home import secret_key
from tribute.kit.asgi import AsgiApp, Receive, Scope, Send
from tribute.kit.ids import MessageIds
from tribute.office.office import Office
from tribute.office.own import OwnOffice
from tribute.office.team import TeamOffice
from tribute.reports.accounts import Accounts
from tribute.reports.analytics import Analytics
from tribute.reports.ledger import LedgerReports
from tribute.reports.money import Money
from tribute.reports.own import OwnReports
from tribute.reports.traffic import Traffic
from tribute.rest.app import PREFIX as REST_PREFIX
from tribute.rest.app import rest_app
from tribute.rest.conversions import MoneyDoors
from tribute.rest.office_doors import OfficeDoors
from tribute.web.app import web_app
from tribute.web.security import SESSION_COOKIE, cookie_name

_HEALTH_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
_BURST_SECONDS = 10
"""A write key may send this many seconds' worth of its rate at once: trackers send in batches, and re-send after an outage."""
_MOST_SQL_ROWS = 100_000
"""A result is built in memory, in the process that collects."""


class Site:
    """Sends each request to its door."""

    def __init__(
        self,
        *,
        collector: CollectorApp,
        redirects: RedirectDoor,
        health: HealthDoor,
        control: ControlDoor,
        graphql: AsgiApp,
        rest: AsgiApp,
        aws: AwsDoors,
        pages: AsgiApp,
        doors: Doors,
    ) -> None:
        self.collector = collector
        self._graphql = graphql
        self._pages = pages
        self._closed_at_the_end = health, control, redirects, aws, collector.door, doors
        self._plain_doors: tuple[tuple[Callable[[str], bool], AsgiApp], ...] = (
            (is_tracking_path, collector),
            (lambda path: path.startswith(GO_PREFIX), redirects),
            (is_snippet_path, SnippetDoor()),
            (_HEALTH_PATHS.__contains__, health),
            (CONTROL_PATH.__eq__, control),
            (lambda path: path == REST_PREFIX or path.startswith(f"{REST_PREFIX}/"), rest),
            (aws.has, aws),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise RuntimeError("the site has no lifespan of its own; its parts are opened before it")
        await self._door(scope)(scope, receive, send)

    def close(self) -> None:
        """End the doors' own threads, when no request comes any more and before the parts are closed."""
        for door in self._closed_at_the_end:
            door.close()

    def _door(self, scope: Scope) -> AsgiApp:
        path: str = scope["path"]
        if scope["type"] == "http":
            for is_its, door in self._plain_doors:
                if is_its(path):
                    return door
        if path == "/graphql" or path.startswith("/graphql/"):
            return self._graphql
        return self._pages if scope["type"] == "http" else _no_websocket


async def _no_websocket(_scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a websocket where there is none: HTTP 403."""
    await receive()
    await send({"type": "websocket.close"})


def build_site(parts: Parts, workers: Workers, *, public_url: str, control_secret: str) -> Site:
    """Put the doors together over the parts of a home."""
    settings = parts.settings
    readers, doors = _readers(parts, workers, public_url), open_doors(parts, public_url)
    limiter = RateLimiter(settings.rate_limit, settings.rate_limit * _BURST_SECONDS)
    message_ids = MessageIds()
    collector = _collector(parts, workers, limiter, message_ids)
    redirector = Redirector(workers.upkeep.links, parts.spool.gate, limiter, message_ids, collector.stats)
    return Site(
        collector=CollectorApp(collector, parts.spool, trusted_proxies=settings.trusted_proxies),
        redirects=RedirectDoor(redirector, parts.spool, trusted_proxies=settings.trusted_proxies),
        health=HealthDoor(parts, workers, collector.stats),
        control=ControlDoor(Operations(parts, most_rows=_MOST_SQL_ROWS).perform, control_secret),
        graphql=_graphql(parts, readers, public_url),
        rest=_rest(parts, workers, readers, public_url),
        aws=AwsDoors(parts, parts.spool, limiter),
        pages=_pages(parts, readers, doors, public_url),
        doors=doors,
    )


@dataclass(frozen=True, slots=True)
class _Readers:
    """What callers may see and change, shared by GraphQL, REST and pages."""

    traffic: Traffic
    accounts: Accounts
    analytics: Analytics
    ledger: LedgerReports
    office: Office


def _readers(parts: Parts, workers: Workers, public_url: str) -> _Readers:
    roster, currencies = LedgerRoster(parts.database, parts.access, parts.clock), LedgerCurrencies(parts.database, parts.clock)
    traffic = Traffic(
        store=parts.store,
        websites=roster.names,
        commissions=LedgerCommissions(parts.database, currencies),
        watermark=data_as_of(parts),
        clock=parts.clock,
    )
    analytics = Analytics(
        store=parts.store,
        websites=roster.names,
        affiliates=roster.affiliate_codes,
        affiliate_with_code=roster.affiliate_with_code,
        currencies=currencies,
        watermark=traffic.data_as_of,
        clock=parts.clock,
    )
    office = workers.money.office(parts, post_of(parts, public_url))
    return _Readers(traffic, Accounts(roster), analytics, LedgerReports.over(parts.database, parts.clock, parts.store), office)


def _collector(parts: Parts, workers: Workers, limiter: RateLimiter, message_ids: MessageIds) -> Collector:
    return Collector(
        workers.upkeep.sources,
        workers.upkeep.salts,
        parts.spool.gate,  # stamps inside the gate, so that no event is received before a watermark that was told
        limiter,
        message_ids,
        public_url=parts.settings.public_url,
        own_visits=OwnVisits(secret_key(parts.settings)),
    )


def _graphql(parts: Parts, readers: _Readers, public_url: str) -> AsgiApp:
    sources = GraphqlSources(readers.traffic, readers.accounts, readers.analytics, readers.ledger, readers.office, public_url)
    return timed_graphql(graphql_app(sources, callers=parts.access, session_cookie=cookie_name(SESSION_COOKIE, public_url)))


def _rest(parts: Parts, workers: Workers, readers: _Readers, public_url: str) -> AsgiApp:
    money = workers.money
    return rest_app(
        analytics=readers.analytics,
        money=MoneyDoors(money.intake, money.desk, money.arrivals, Money(parts.database, parts.clock), money.worker.wake),
        office=OfficeDoors.over(parts.database, parts.clock, office=readers.office, store=parts.store, public_url=public_url),
        callers=parts.access,
        public_url=public_url,
        session_cookie=cookie_name(SESSION_COOKIE, public_url),
    )


def _pages(parts: Parts, readers: _Readers, doors: Doors, public_url: str) -> AsgiApp:
    return web_app(
        access=parts.access,
        doors=doors,
        traffic=readers.traffic,
        accounts=readers.accounts,
        analytics=readers.analytics,
        ledger=readers.ledger,
        office=readers.office,
        own=OwnReports(parts.database, parts.clock, secret_key(parts.settings)),
        own_office=OwnOffice(parts.database, parts.clock, secret_key(parts.settings), mailing(parts, public_url)),
        keys=OwnKeys(parts.database, parts.clock),
        viewing=Viewing(parts.database, parts.clock),
        team=TeamOffice(parts.database, parts.clock, mailing(parts, public_url)),
        clock=parts.clock,
        public_url=public_url,
        secret_key=secret_key(parts.settings).decode(),
        trusted_proxies=parts.settings.trusted_proxies,
    )
