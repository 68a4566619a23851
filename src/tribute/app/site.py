"""The whole site as one ASGI application: every path goes to its door.

The doors for events and health are there from the start. Those for people are built right after it, or when somebody comes first: who
comes meanwhile waits.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tribute.app.aws_doors import AwsDoors
from tribute.app.control import CONTROL_PATH, ControlDoor
from tribute.app.freshness import data_as_of
from tribute.app.health import HealthDoor
from tribute.app.later import LaterDoor
from tribute.app.operations import Operations
from tribute.app.parts import Parts
from tribute.app.workers import Workers
from tribute.collector.asgi import CollectorApp
from tribute.collector.core import Collector
from tribute.collector.limits import RateLimiter
from tribute.collector.redirect import GO_PREFIX, Redirector
from tribute.collector.redirect_door import RedirectDoor
from tribute.collector.routes import is_tracking_path
from tribute.collector.snippet_door import SnippetDoor, is_snippet_path
from tribute.events.own_visits import OwnVisits
from tribute.home import secret_key
from tribute.kit.asgi import AsgiApp, Receive, Scope, Send
from tribute.kit.ids import MessageIds

if TYPE_CHECKING:
    from tribute.app.peoples_doors import PeoplesDoors

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
        aws: AwsDoors,
        people: "LaterDoor[PeoplesDoors]",
    ) -> None:
        self.collector = collector
        self._people = people
        self._closed_at_the_end = health, control, redirects, aws, collector.door, people
        self._plain_doors: tuple[tuple[Callable[[str], bool], AsgiApp], ...] = (
            (is_tracking_path, collector),
            (lambda path: path.startswith(GO_PREFIX), redirects),
            (is_snippet_path, SnippetDoor()),
            (_HEALTH_PATHS.__contains__, health),
            (CONTROL_PATH.__eq__, control),
            (aws.has, aws),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise RuntimeError("the site has no lifespan of its own; its parts are opened before it")
        await self._door(scope)(scope, receive, send)

    def make_ready_for_people(self) -> None:
        """Build what nobody has asked for yet. Takes a second; for a thread of its own."""
        self._people.built()

    def close(self) -> None:
        """End the doors' own threads, when no request comes any more and before the parts are closed."""
        for door in self._closed_at_the_end:
            door.close()

    def _door(self, scope: Scope) -> AsgiApp:
        if scope["type"] == "http":
            for is_its, door in self._plain_doors:
                if is_its(scope["path"]):
                    return door
        return self._people


def build_site(parts: Parts, workers: Workers, *, public_url: str, control_secret: str) -> Site:
    """Put the doors together over the parts of a home."""
    settings = parts.settings
    limiter = RateLimiter(settings.rate_limit, settings.rate_limit * _BURST_SECONDS)
    message_ids = MessageIds()
    collector = _collector(parts, workers, limiter, message_ids)
    redirector = Redirector(workers.upkeep.links, parts.spool.gate, limiter, message_ids, collector.stats)
    return Site(
        collector=CollectorApp(collector, parts.spool, trusted_proxies=settings.trusted_proxies),
        redirects=RedirectDoor(redirector, parts.spool, trusted_proxies=settings.trusted_proxies),
        health=HealthDoor(parts, workers, collector.stats),
        control=ControlDoor(Operations(parts, most_rows=_MOST_SQL_ROWS).perform, control_secret),
        aws=AwsDoors(parts, parts.spool, limiter),
        people=_peoples_doors(parts, workers, public_url),
    )


def _peoples_doors(parts: Parts, workers: Workers, public_url: str) -> "LaterDoor[PeoplesDoors]":
    as_of = data_as_of(parts)  # now: it tells what the store held before anything more was loaded

    def build() -> "PeoplesDoors":
        from tribute.app.peoples_doors import open_peoples_doors  # a second's worth of libraries

        return open_peoples_doors(parts, workers, as_of, public_url=public_url)

    return LaterDoor(build, end=lambda doors: doors.close())


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
