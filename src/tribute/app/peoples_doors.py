"""The doors for people and their programs: GraphQL, REST and the pages, as one ASGI application over what callers may see and change.

Apart from the site because what they stand on takes half a second to load, for which no tracker should wait. GraphQL and REST are built
when a program first asks: a third of a second and 15 MB that a server without such programs does without. Opened by `site`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tribute.access.doors import Doors
from tribute.access.own_keys import OwnKeys
from tribute.access.viewing import Viewing
from tribute.app.counting import analytics_over
from tribute.app.later import LaterDoor
from tribute.app.ledger_adapters import LedgerRoster
from tribute.app.mail import open_doors, post_of
from tribute.app.money import LedgerCommissions, LedgerCurrencies
from tribute.app.parts import Parts
from tribute.app.timings import timed_graphql
from tribute.app.workers import Workers
from tribute.home import secret_key
from tribute.kit.asgi import AsgiApp, Receive, Scope, Send
from tribute.office.office import Office
from tribute.office.own import OwnOffice
from tribute.office.team import TeamOffice
from tribute.reports.accounts import Accounts
from tribute.reports.analytics import Analytics
from tribute.reports.ledger import LedgerReports
from tribute.reports.money import Money
from tribute.reports.own import OwnReports
from tribute.reports.traffic import Traffic
from tribute.rest.paths import PREFIX as REST_PREFIX
from tribute.web.app import web_app
from tribute.web.security import SESSION_COOKIE, cookie_name


class PeoplesDoors:
    """Sends each request to GraphQL, REST or the pages."""

    def __init__(self, *, graphql: LaterDoor[AsgiApp], rest: LaterDoor[AsgiApp], pages: AsgiApp, doors: Doors) -> None:
        self._graphql = graphql
        self._rest = rest
        self._pages = pages
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._door(scope["type"], scope["path"])(scope, receive, send)

    def close(self) -> None:
        """End the doors' own threads, when no request comes any more and before the parts are closed."""
        for one in (self._graphql, self._rest, self._doors):
            one.close()

    def _door(self, kind: str, path: str) -> AsgiApp:
        if path == "/graphql" or path.startswith("/graphql/"):
            return self._graphql
        if kind != "http":
            return _no_websocket
        return self._rest if path == REST_PREFIX or path.startswith(f"{REST_PREFIX}/") else self._pages


async def _no_websocket(_scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a websocket where there is none: HTTP 403."""
    await receive()
    await send({"type": "websocket.close"})


def open_peoples_doors(parts: Parts, workers: Workers, data_as_of: Callable[[], datetime], *, public_url: str) -> PeoplesDoors:
    """Build them over the parts of a home. `data_as_of` tells up to which instant the numbers are complete."""
    readers, doors = _readers(parts, workers, data_as_of, public_url), open_doors(parts, public_url)
    return PeoplesDoors(
        graphql=LaterDoor(lambda: _graphql(parts, readers, public_url)),
        rest=LaterDoor(lambda: _rest(parts, workers, readers, public_url)),
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


def _readers(parts: Parts, workers: Workers, data_as_of: Callable[[], datetime], public_url: str) -> _Readers:
    roster = LedgerRoster(parts.database, parts.access, parts.clock)
    traffic = Traffic(
        store=parts.store,
        websites=roster.names,
        commissions=LedgerCommissions(parts.database, LedgerCurrencies(parts.database, parts.clock)),
        watermark=data_as_of,
        clock=parts.clock,
    )
    analytics, ledger = analytics_over(parts, traffic.data_as_of), LedgerReports.over(parts.database, parts.clock, parts.store)
    office = workers.money.office(parts, post_of(parts, public_url))
    return _Readers(traffic, Accounts(roster), analytics, ledger, office)


def _graphql(parts: Parts, readers: _Readers, public_url: str) -> AsgiApp:
    from tribute.graphql.http import graphql_app
    from tribute.graphql.schema import Sources

    sources = Sources(readers.traffic, readers.accounts, readers.analytics, readers.ledger, readers.office, public_url)
    return timed_graphql(graphql_app(sources, callers=parts.access, session_cookie=cookie_name(SESSION_COOKIE, public_url)))


def _rest(parts: Parts, workers: Workers, readers: _Readers, public_url: str) -> AsgiApp:
    from tribute.rest.app import rest_app
    from tribute.rest.conversions import MoneyDoors
    from tribute.rest.office_doors import OfficeDoors

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
        own_office=OwnOffice(parts.database, parts.clock, secret_key(parts.settings), post_of(parts, public_url)),
        keys=OwnKeys(parts.database, parts.clock),
        viewing=Viewing(parts.database, parts.clock),
        team=TeamOffice(parts.database, parts.clock, post_of(parts, public_url)),
        clock=parts.clock,
        public_url=public_url,
        secret_key=secret_key(parts.settings).decode(),
        trusted_proxies=parts.settings.trusted_proxies,
    )
