"""Every page that each role's links lead to, in a browser: axe finds nothing, narrow and wide, light and dark; nothing sticks out.

The pages come from a crawl. What the browser is sent on an affiliate's pages, by scripts and sockets too, tells nothing of another's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Response, WebSocket

from tests.support.crawled_world import CrawledWorld
from tests.support.crawler import Crawl, Found, shape
from tests.support.node import MODULES
from tests.support.page_reading import structure
from tests.support.portal import served
from tribute.access.caller import Role
from tribute.web.security import SESSION_COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("every_page_is_sound")]

ROLES: dict[str, Callable[[CrawledWorld], Crawl]] = {
    "affiliate": CrawledWorld.affiliates_crawl,
    "looking on": CrawledWorld.looking_on,
    "owner": lambda world: world.crawl(Role.OWNER),
    "manager": lambda world: world.crawl(Role.MANAGER),
    "viewer": lambda world: world.crawl(Role.VIEWER),
    "stranger": CrawledWorld.strangers_crawl,
}
ASKED_BY_SCRIPTS = {"affiliate": ["/graphql"], "looking on": ["/graphql"]}
"""What pages' scripts ask, whose answers must be read here like the pages themselves."""
OPEN_ALL = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"
PRESS_ALL = """() => { for (const one of document.querySelectorAll('button[type=button]')) if (one.checkVisibility()) one.click() }"""
RUN_AXE = "async asked => (await axe.run(document, asked)).violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])"
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""Axe takes most of the time: in the other theme, where nothing but colours differs, it looks at the colours alone."""


STICKS_OUT = "() => document.documentElement.scrollWidth > innerWidth"
LEADS_ELSEWHERE = "() => [...document.querySelectorAll('.pages, .sections, .leave')].some(one => one.checkVisibility())"
NARROW, WIDE, PAPER = (390, 844), (1440, 900), (718, 1000)
Seen = set[tuple[object, ...]]
"""Paths without ids, and what their pages are made of: axe looks once at each, whoever sees it."""


@dataclass
class Look:
    """A browser that looks at pages, and what is wrong with them."""

    page: Page
    world: CrawledWorld
    seen: Seen
    wrong: list[str] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    """Paths whose answers were read."""

    def at(self, crawl: Crawl, found: Found) -> None:
        kind = (shape(found.address).partition("?")[0], structure(found.html or ""))
        self._size(NARROW)
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.goto(self.world.portal.public_url + found.address)
        if kind not in self.seen:
            self.seen.add(kind)
            self.page.evaluate(OPEN_ALL)
            for size in (NARROW, WIDE):
                self._size(size)
                self._in_both_themes(f"{crawl.who}: {found.address} at {size[0]}")
            self._on_paper(f"{crawl.who}: {found.address}")
        self.page.evaluate(PRESS_ALL)

    def _size(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _in_both_themes(self, what: str) -> None:
        if self.page.evaluate(STICKS_OUT):
            self.wrong.append(f"{what} sticks out")
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self._axe(f"{what}, light", {})
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._axe(f"{what}, dark", COLOURS)

    def _on_paper(self, what: str) -> None:
        self._size(PAPER)
        self.page.emulate_media(media="print")
        if self.page.evaluate(STICKS_OUT) or self.page.evaluate(LEADS_ELSEWHERE):
            self.wrong.append(f"{what} is cut off in print, or prints its navigation")
        self.page.emulate_media(media="screen")

    def _axe(self, what: str, asked: dict[str, list[str]]) -> None:
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
        self.wrong += [f"{what}: {found}" for found in self.page.evaluate(RUN_AXE, asked)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrawledWorld]:
    with served(tmp_path_factory.mktemp("crawled"), host="portal.localhost") as portal:
        yield CrawledWorld(portal)


@pytest.fixture(scope="module")
def seen() -> Seen:
    return set()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_is_sound(browser: Browser, world: CrawledWorld, seen: Seen, role: str) -> None:
    crawl = ROLES[role](world).follow()
    assert crawl.wrong == []
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    session = crawl.client.cookies.get(SESSION_COOKIE)
    if session is not None:
        context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": world.portal.public_url}])
    look = Look(context.new_page(), world, seen)
    _watch(look, crawl)
    for one in crawl.pages():
        look.at(crawl, one)
    context.close()
    assert look.wrong == []
    assert {*(urlsplit(one.address).path for one in crawl.pages()), *ASKED_BY_SCRIPTS.get(role, ())} <= look.heard


def _watch(look: Look, crawl: Crawl) -> None:
    """Note what the browser complains about, and what it is told that it should not be."""

    def hear(body: str | bytes, where: str) -> None:
        look.heard.add(urlsplit(where).path)
        told = (body if isinstance(body, bytes) else body.encode()).lower()
        look.wrong.extend(f"{crawl.who}: {where} tells {word!r}" for word in crawl.unseen if word.encode() in told)

    def answered(answer: Response) -> None:
        if answer.status >= 400:
            look.wrong.append(f"{crawl.who}: {answer.url} answers {answer.status}")
        try:
            hear(answer.body(), answer.url)
        except Error:
            return  # a redirect has none, and an answer to a page that is left is none any more

    def opened(socket: WebSocket) -> None:
        socket.on("framereceived", lambda told: hear(told, socket.url))

    page = look.page
    page.on(
        "console", lambda said: look.wrong.append(f"{crawl.who}: {page.url}: {said.text}") if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: look.wrong.append(f"{crawl.who}: {page.url}: {error}"))
    page.on("requestfinished", lambda request: answered(response) if (response := request.response()) is not None else None)
    page.on("websocket", opened)
