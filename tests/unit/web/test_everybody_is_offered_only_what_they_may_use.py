"""Somebody of each role follows every link and presses every button: nothing breaks, nothing refused is offered, nobody else's is told.

The pages come from the crawl alone, and are compared with the application's routes.
"""

import re
from collections.abc import Iterator

import litestar
import pytest

from tests.support.crawled_world import CrawledWorld
from tests.support.portal import opened
from tests.support.ways_to_change import recorded_applications
from tribute.access.caller import Role

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("everybody_is_offered")]

NOT_LED_TO = {
    "GET /sign-in/first/{token}": "stands only before there is an owner; the command line prints its address",
    "POST /sign-in/first/{token}": "the form of that page",
}
"""Routes that no crawl reaches, each with its reason."""
FOR_EVERYBODY = "/embed/"
"""What an affiliate shows to all the world."""


class Everybody:
    """The crawls of all roles over one world, each done in full before the next: what is changed stays changed."""

    def __init__(self, world: CrawledWorld, applications: list[litestar.Litestar]) -> None:
        self.world = world
        world.portal.build()
        self.routes = _routes(applications)
        self.zebedees = world.affiliates_crawl(world.zebedee).follow()
        self.owners = world.crawl(Role.OWNER).follow()
        self.told_to_ada = self._told_to_ada()
        ways = (
            world.strangers_crawl,
            world.affiliates_crawl,
            world.looking_on,
            world.second_step_crawl,
            world.guarded_crawl,
            lambda: world.crawl(Role.VIEWER),
            lambda: world.crawl(Role.MANAGER),
            lambda: world.crawl(Role.OWNER),
        )
        self.crawls = [way().follow().press() for way in ways]

    def _told_to_ada(self) -> dict[str, bytes]:
        """What Ada is answered at every address that Zebedee or the owner finds, and at those of REST."""
        ada = self.world.entered(Role.AFFILIATE, self.world.shop.ada.id)
        rest = [path for method, path in self.routes if method == "GET" and path.startswith("/api/v1/") and "{" not in path]
        addresses = {one for one in (*self.zebedees.found, *self.owners.found, *rest) if not one.startswith(FOR_EVERYBODY)}
        return {one: ada.get(one).content.lower() for one in sorted(addresses)}


def _routes(applications: list[litestar.Litestar]) -> list[tuple[str, str]]:
    return sorted(
        (method, route.path_format)
        for application in applications
        for route in application.routes
        for method in getattr(route, "methods", ())
        if method in {"GET", "POST"}
    )


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    with (
        pytest.MonkeyPatch.context() as patch,
        recorded_applications(patch) as applications,
        opened(tmp_path_factory.mktemp("crawled"), public_url="http://portal.localhost") as portal,  # browsers have passkeys there
    ):
        yield Everybody(CrawledWorld(portal), applications)


def test_nothing_breaks_nothing_refused_is_offered_and_nobody_elses_is_told(everybody: Everybody) -> None:
    assert [wrong for crawl in everybody.crawls for wrong in crawl.wrong] == []


def test_an_affiliate_is_told_nothing_of_anothers_at_any_address_of_theirs_or_the_owners(everybody: Everybody) -> None:
    words = everybody.world.others_words
    told = {
        (one, word) for one, body in everybody.told_to_ada.items() for word in words if word.encode() in body and word not in one.lower()
    }
    assert told == set()
    assert len(everybody.told_to_ada) > 40


def test_the_words_that_are_looked_for_are_told_to_whom_they_are_of(everybody: Everybody) -> None:
    """Else the tests above would find nothing whatever was told."""
    told = "".join(one.html or "" for crawl in (everybody.zebedees, everybody.owners) for one in crawl.found.values()).lower()
    assert [word for word in everybody.world.others_words if word not in told] == []


def test_every_route_of_the_pages_is_led_to(everybody: Everybody) -> None:
    asked = {one for crawl in everybody.crawls for one in crawl.asked}
    asked |= {("GET", one) for made, one in asked if made == "POST"}  # whoever reloads what a form answers
    pages = [(method, path) for method, path in everybody.routes if not path.startswith("/api/")]
    unreached = {f"{method} {path}" for method, path in pages if not any(_fits(path, one) for made, one in asked if made == method)}
    assert unreached == set(NOT_LED_TO)


def _fits(path: str, asked: str) -> bool:
    """Whether a route's path is asked for; what stands in for a part is never the name of a route beside it."""
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), asked) is not None
