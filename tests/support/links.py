"""A redirect door in memory: websites, links, a spool, and visitors who follow."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.collector import NOON, MemorySpool
from tribute.collector.limits import RateLimiter
from tribute.collector.port import Landing, LedgerUnavailableError, Link
from tribute.collector.redirect import Redirector
from tribute.collector.redirect_door import RedirectDoor
from tribute.collector.stats import CollectorStats
from tribute.events.record import Record
from tribute.kit.clock import FixedClock
from tribute.kit.destinations import Destination, parse_destination
from tribute.kit.ids import MessageIds

PARAMETERS = ("via", "ref", "aff", "affiliate", "affiliate_id")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"


def address(url: str) -> Destination:
    found = parse_destination(url)
    assert found is not None
    return found


def landing(number: int, domain: str, *more: str, front: str | None = None, **fields: Any) -> Landing:
    hosts = frozenset(name for host in (domain, *more) for name in (host, f"www.{host}"))
    return Landing(f"web_{number:020}", address(front or f"https://{domain}/"), hosts, fields.pop("link_parameters", PARAMETERS), **fields)


COURSE = landing(1, "course.example", "academy.course.example")
SHOP = landing(2, "shop.example", front="https://shop.example:8443/start?lang=en#top")


class MemoryLinks:
    """Links in a dictionary, known once they were looked for; `away` makes the ledger unavailable."""

    def __init__(self, landings: Sequence[Landing] = (COURSE, SHOP)) -> None:
        self.known = list(landings)
        self.links = {
            ("ada", "spring"): Link("spring", address("https://academy.course.example/spring?utm_source=mail&via=old&TID=x#buy"), "footer"),
            ("ada", "elsewhere"): Link("elsewhere", address("https://sold.example/")),
        }
        self.away = False
        self.looked_for: list[tuple[str, str]] = []
        self.looked_in: set[threading.Thread] = set()

    def landings(self) -> Sequence[Landing]:
        return self.known

    def is_known(self, code: str, slug: str) -> bool:
        return not slug or (code, slug) in self.looked_for

    def link(self, code: str, slug: str) -> Link | None:
        return self.links.get((code, slug)) if self.is_known(code, slug) else None

    def look(self, code: str, slug: str) -> None:
        if self.away:
            raise LedgerUnavailableError("The ledger is away.")
        self.looked_for.append((code, slug))
        self.looked_in.add(threading.current_thread())


class Followed:
    """What a visitor got."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status = status
        self.headers = {name.decode(): value.decode("ascii") for name, value in headers}
        self.body = body.decode()

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def page(self) -> str:
        return self.location.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, (value,) in parse_qs(urlsplit(self.location).query).items()}


class Follower:
    """Follows links at a door of its own."""

    def __init__(self, *landings: Landing, rate: float = 1e9, burst: int = 10**9, patience: float = 3.0) -> None:
        self.links, self.spool, self.stats = MemoryLinks(landings or (COURSE, SHOP)), MemorySpool(), CollectorStats()
        redirector = Redirector(self.links, FixedClock(NOON), RateLimiter(rate, burst), MessageIds(), self.stats, monotonic=lambda: 0.0)
        self.door = RedirectDoor(redirector, self.spool, patience=patience)

    def follow(self, target: str, method: str = "GET", ip: str = "203.0.113.7", **headers: str) -> Followed:
        """Follow a link as a person with a browser would; `headers` with `_` for `-`."""
        path, _, query = target.partition("?")
        fields = {"host": "go.tribute.example", "user_agent": BROWSER} | headers
        scope = {
            "type": "http",
            "method": method,
            "scheme": "https",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()],
            "client": (ip, 50_000),
        }
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("a redirect reads no body")

        asyncio.run(self.door(scope, receive, send))
        start, body = sent
        return Followed(start["status"], start["headers"], body["body"])

    @property
    def clicks(self) -> list[Record]:
        return self.spool.records()
