"""The portal around real parts: ledger, access, DuckDB store, GraphQL and pages in a folder of their own, on a clock that stands still.

`Portal` is called directly or through httpx's ASGI transport; `Portal.served()` puts it on loopback for a browser.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
import uvicorn
from sqlalchemy.orm import Session

from tests.support.ledger import new_ledger
from tests.support.money import KnownArrivals
from tribute.access.caller import Caller, Role
from tribute.access.door import Access
from tribute.access.doors import Doors
from tribute.access.links import SignInLinks
from tribute.access.own_keys import OwnKeys
from tribute.access.people import Kind, Owners, Person
from tribute.access.post import Post
from tribute.access.sealing import Sealer
from tribute.access.tokens import Tokens
from tribute.access.viewing import Viewing
from tribute.analytics.definitions import Grain, Span
from tribute.analytics.port import Batch, CodeRegistration, Progress
from tribute.app.ledger_adapters import LedgerRoster
from tribute.app.money import LedgerCurrencies
from tribute.attribution.desk import Desk
from tribute.attribution.emails import EmailHashes
from tribute.attribution.intake import Intake
from tribute.events.derived import DerivedEvent, TimeMark, VisitorKind, event_key
from tribute.graphql.http import GraphQLDoor, graphql_app
from tribute.graphql.schema import Sources
from tribute.jobs.money_facts import MoneyFeeder
from tribute.kit.asgi import AsgiApp, Message, Receive, Scope, Send
from tribute.kit.clock import FixedClock
from tribute.kit.proxies import Networks
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.mails import Mails
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.office.office import Office
from tribute.office.own import OwnOffice
from tribute.office.team import TeamOffice
from tribute.reports.accounts import Accounts
from tribute.reports.analytics import Analytics
from tribute.reports.ledger import LedgerReports
from tribute.reports.own import OwnReports
from tribute.reports.ports import CommissionPoint
from tribute.reports.traffic import Traffic
from tribute.rest.app import rest_app
from tribute.rest.conversions import MoneyDoors
from tribute.rest.office_doors import OfficeDoors
from tribute.store.duckdb.store import DuckDBEventStore
from tribute.web.app import web_app
from tribute.web.security import SESSION_COOKIE, cookie_name

NOW = datetime(2026, 11, 23, 14, 30, 12, tzinfo=UTC)
ORIGIN = "http://portal.test"
SECRET = "a-key-for-tests"


class RecordedCommissions:
    """Commissions told by a test, cut to the span that is asked for."""

    def __init__(self) -> None:
        self.points: dict[str, list[CommissionPoint]] = {}

    def series(self, affiliate_id: str, span: Span, grain: Grain) -> list[CommissionPoint]:
        return [point for point in self.points.get(affiliate_id, []) if span.start <= point.bucket <= span.end]


def _quietly(job: Callable[[], object]) -> Callable[[], None]:
    return lambda: (job(), None)[1]


class Portal:
    """A whole portal over one folder. Events go straight into the store; their watermark is the clock until `watermark` is set."""

    def __init__(
        self, folder: Path, now: datetime = NOW, public_url: str = ORIGIN, trusted_proxies: Networks = (), *, mails: bool = True
    ) -> None:
        self.clock = FixedClock(now)
        self.public_url = public_url
        self.database = new_ledger(folder)
        self.access = Access(self.database, self.clock)
        self.store = DuckDBEventStore(folder / "analytics.duckdb", clock=self.clock, threads=1)
        self.commissions = RecordedCommissions()
        self.watermark: datetime | None = None
        self.broken: Exception | None = None
        roster = LedgerRoster(self.database, self.access, self.clock)
        self.traffic = Traffic(
            store=self.store,
            websites=roster.names,
            commissions=self.commissions,
            watermark=self._told_watermark,
            clock=self.clock,
        )
        self.analytics = Analytics(
            store=self.store,
            websites=roster.names,
            affiliates=roster.affiliate_codes,
            affiliates_with_codes=roster.affiliates_with_codes,
            currencies=LedgerCurrencies(self.database, self.clock),
            watermark=self._told_watermark,
            clock=self.clock,
        )
        self.accounts = Accounts(roster)
        self.ledger = LedgerReports.over(self.database, self.clock, self.store)
        self._doors_of_money = self._money_doors()
        self.office = Office.over(self.database, self.clock, self.desk)
        self.sources = Sources(self.traffic, self.accounts, self.analytics, self.ledger, self.office, public_url)
        self.own = OwnReports(self.database, self.clock, SECRET.encode())
        self.seal = Sealer(SECRET.encode(), "mails")
        self.post = Post(self.clock, public_url, outbox=self.outbox if mails else None)
        self.own_office = OwnOffice(self.database, self.clock, SECRET.encode(), self.post)
        self.doors = Doors.over(
            self.database,
            self.clock,
            seal=Sealer(SECRET.encode(), "apps"),
            post=self.post,
            public_url=public_url,
        )
        self._trusted_proxies = trusted_proxies
        self._numbers = count()

    @cached_property
    def graphql(self) -> GraphQLDoor:
        """This door, like the two others, is built at its first call: most tests go through one alone."""
        return graphql_app(self.sources, callers=self.access, session_cookie=cookie_name(SESSION_COOKIE, self.public_url))

    @cached_property
    def _rest(self) -> AsgiApp:
        return rest_app(
            analytics=self.analytics,
            money=self._doors_of_money,
            office=self._office_doors(),
            callers=self.access,
            public_url=self.public_url,
            session_cookie=cookie_name(SESSION_COOKIE, self.public_url),
        )

    @cached_property
    def _pages(self) -> AsgiApp:
        return web_app(
            access=self.access,
            doors=self.doors,
            traffic=self.traffic,
            accounts=self.accounts,
            analytics=self.analytics,
            ledger=self.ledger,
            office=self.office,
            own=self.own,
            own_office=self.own_office,
            keys=OwnKeys(self.database, self.clock),
            viewing=Viewing(self.database, self.clock),
            team=TeamOffice(self.database, self.clock, self.post),
            clock=self.clock,
            public_url=self.public_url,
            secret_key=SECRET,
            trusted_proxies=self._trusted_proxies,
        )

    def build(self) -> None:
        """Build all three now, for a test that looks at what they are made of."""
        assert all((self.graphql, self._rest, self._pages))

    def close(self) -> None:
        self.doors.close()
        self.store.close()
        self.database.close()

    def _money_doors(self) -> MoneyDoors:
        arrivals, hashes = KnownArrivals(self.clock), EmailHashes(b"a-key-for-tests")
        self.intake = Intake(self.database, arrivals, self.clock, hashes)
        self.desk = Desk(self.database, self.store, arrivals, self.clock, hashes)
        self.money = self.ledger.money
        feeder = MoneyFeeder(self.database, self.store, self.clock)
        return MoneyDoors(self.intake, self.desk, arrivals, self.money, _quietly(feeder.feed))

    def _office_doors(self) -> OfficeDoors:
        return OfficeDoors.over(self.database, self.clock, office=self.office, store=self.store, public_url=self.public_url)

    def _told_watermark(self) -> datetime:
        if self.broken is not None:
            raise self.broken
        return self.watermark or self.clock.now()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send to the door of the path, with the portal's own time as the server's."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = self.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        await self._door(scope["path"])(scope, receive, send_dated)

    def _door(self, path: str) -> AsgiApp:
        if path.startswith("/graphql"):
            return self.graphql
        return self._rest if path.startswith("/api/v1") else self._pages

    def client(self, **headers: str) -> "Client":
        """A client that keeps cookies and follows no redirects."""
        return Client(self, {name.replace("_", "-"): value for name, value in headers.items()})

    def signed_in(self, role: Role, person_id: str, **headers: str) -> "Client":
        """A client with that person's session."""
        client = self.client(**headers)
        host = urlsplit(self.public_url).hostname or ""  # where the server sets it anew, it takes the place of this one
        client.cookies.set(cookie_name(SESSION_COOKIE, self.public_url), self.session(role, person_id), domain=host)
        return client

    def add_website(self, name: str, domain: str) -> WebsiteRecord:
        with self.database.session() as session:
            return Websites(session, self.clock).add(name, domain)

    def add_affiliate(self, name: str = "Ada Lovelace", code: str = "ada", email: str | None = None) -> AffiliateRecord:
        with self.database.session() as session:
            affiliate = Affiliates(session, self.clock).add(name, email or f"{code}@affiliates.example", code)
        self.store.register_codes([CodeRegistration(code, affiliate.id, self.clock.now() - timedelta(days=400))])
        return affiliate

    def add_owner(self, email: str = "olga@owner.example") -> str:
        with self.database.session() as session:
            return Owners(session, self.clock).add(email).id

    def link(self, role: Role, person_id: str) -> str:
        """A fresh sign-in link's token."""
        with self.database.session() as session:
            return SignInLinks(session, self.clock).create(Person(Kind.AFFILIATE if role is Role.AFFILIATE else Kind.TEAM, person_id))

    def session(self, role: Role, person_id: str) -> str:
        """A session's secret, for a cookie."""
        return self.access.sign_in_with_link(self.link(role, person_id), None if role is Role.AFFILIATE else "correct horse battery staple")

    def outbox(self, session: Session) -> Mails:
        """Where letters wait."""
        return Mails(session, self.clock, self.seal)

    def token(self, affiliate_id: str | None) -> str:
        """An API token: an affiliate's, or an owner's for None."""
        with self.database.session() as session:
            return Tokens(session, self.clock).add(affiliate_id)[1]

    def page_views(self, website: WebsiteRecord, code: str | None, times: Sequence[datetime], visitors: int = 1) -> None:
        """One page view at each time, by `visitors` people in turn."""
        events = [self._page_view(website, code, at, f"visitor-{index % visitors}") for index, at in enumerate(times)]
        self.store.load(Batch(events, [Progress(f"source-{next(self._numbers)}", len(events), complete=True)]))

    def events(self, website: WebsiteRecord, code: str | None, *told: dict[str, Any]) -> None:
        """Page views, or what else is told, each with the fields of its own; `at` places one in time."""
        events = []
        for fields in told:
            at = fields.pop("at", self.clock.now())
            events.append(msgspec.structs.replace(self._page_view(website, code, at, "visitor"), **fields))
        self.store.load(Batch(events, [Progress(f"source-{next(self._numbers)}", len(events), complete=True)]))

    def _page_view(self, website: WebsiteRecord, code: str | None, at: datetime, visitor: str) -> DerivedEvent:
        number = next(self._numbers)
        return DerivedEvent(
            event_key=event_key(website.id, str(number)),
            website_id=website.id,
            type="page",
            name=None,
            event_time=at,
            time_mark=TimeMark.SERVER,
            received_at=at,
            accepted_at=at,
            spool="test",
            seq=number,
            visitor_id=visitor,
            visitor_kind=VisitorKind.ANONYMOUS,
            affiliate_ref=code,
            bot=None,
        )


class Client:
    """Calls the portal without a socket."""

    def __init__(self, portal: Portal, headers: dict[str, str]) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(portal), base_url=portal.public_url, headers=headers)
        self.cookies = self._client.cookies

    def get(self, path: str, **options: Any) -> httpx.Response:
        return _completed(self._client.get(path, **options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return _completed(self._client.post(path, **options))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return _completed(self._client.request(method, path, **options))

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """The JSON body for a query, whatever the status."""
        answered: dict[str, Any] = self.post("/graphql", json={"query": query, "variables": variables}).json()
        return answered


def _completed(call: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
    """The answer; from a thread of its own where a browser's event loop has this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(call)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, call).result()


def caller_of(affiliate: AffiliateRecord) -> Caller:
    """The affiliate, asking."""
    return Caller(Role.AFFILIATE, affiliate.id, affiliate.id)


def owner_caller(owner_id: str = "own_00000000000000000000") -> Caller:
    """An owner, asking."""
    return Caller(Role.OWNER, owner_id)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A fresh portal; a conftest imports it by name."""
    with opened(tmp_path) as made:
        yield made


@contextmanager
def opened(
    folder: Path, now: datetime = NOW, public_url: str = ORIGIN, trusted_proxies: Networks = (), *, mails: bool = True
) -> Iterator[Portal]:
    """A portal that is closed at the end."""
    portal = Portal(folder, now, public_url, trusted_proxies, mails=mails)
    try:
        yield portal
    finally:
        portal.close()


@contextmanager
def served(folder: Path, now: datetime = NOW, host: str = "127.0.0.1") -> Iterator[Portal]:
    """A portal on loopback; its address is `portal.public_url`. Passkeys are made where it has a name (`localhost`)."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://{host}:{listener.getsockname()[1]}"
    with opened(folder, now, url) as portal:
        server = uvicorn.Server(uvicorn.Config(portal, lifespan="off", log_level="warning", date_header=False, ws="websockets-sansio"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield portal
        finally:
            server.should_exit = True
            thread.join(10)
            listener.close()
