"""Pages that answer a form: what is missing in it, what was done, secrets that are shown once. Axe finds nothing, and nothing sticks out.

Every form that leads back to a page has that page say what was done, or stands in `SAY_NOTHING` with the reason.

Every form is sent, blank and filled in; each page that comes of it is shown to a browser as it was answered, once of each structure.
"""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.support.crawled_world import CrawledWorld
from tests.support.crawler import Crawl, Found, shape
from tests.support.node import MODULES
from tests.support.page_reading import structure
from tests.support.portal import served
from tribute.access.caller import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("forms_are_sound")]

WAYS: dict[str, tuple[Callable[[CrawledWorld], Crawl], set[str]]] = {
    "affiliate": (CrawledWorld.affiliates_crawl, {"/settings/tokens", "/settings/payout", "/links"}),
    "guarded": (CrawledWorld.guarded_crawl, {"/settings/security/recovery-codes"}),
    "second step": (CrawledWorld.second_step_crawl, {"/sign-in/second"}),
    "stranger": (CrawledWorld.strangers_crawl, {"/sign-in", "/join/partners"}),
    "owner": (lambda world: world.crawl(Role.OWNER), {"/owner/affiliates", "/owner/team", "/owner/websites"}),
}
"""How the pages are come to, and paths among them that a form is answered at or leads to."""
SAY_NOTHING = {
    "/sign-in": "the first page, the second step or a page of its own is what comes of it",
    "/forgot": "a page of its own says that a mail is on its way",
    "/join": "a page of its own thanks",
    "/unsubscribe": "the page itself is what was done: it tells which mails come no more",
    "/settings/email/": "the page of the mailed link is what was done: it tells that the address is changed",
    "/sign-out": "the sign-in page shows it",
    "/owner/affiliates/{id}/view": "the affiliate's portal opens, below a bar that says whose it is",
}
"""Beginnings of addresses of forms after which no page says what was done, and why."""
RUN_AXE = "async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])"
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((390, "light"), (1440, "dark"))
"""Each width and each theme once: what widths change, themes do not."""
Seen = set[tuple[object, ...]]


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrawledWorld]:
    with served(tmp_path_factory.mktemp("answered"), host="portal.localhost") as portal:
        yield CrawledWorld(portal)


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Paths without ids, and what the pages there that were looked at are made of."""
    return set()


@pytest.mark.parametrize("way", WAYS)
def test_what_answers_a_form_is_sound(browser: Browser, world: CrawledWorld, seen: Seen, way: str) -> None:
    begun, expected = WAYS[way]
    crawl = begun(world).follow().leave_blank().press()
    assert crawl.wrong == []
    assert {address for address, is_told in crawl.led_back.items() if not is_told and not address.startswith(tuple(SAY_NOTHING))} == set()
    assert expected <= {one.address.partition("?")[0] for one in crawl.after_forms}
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    wrong = []
    for one in crawl.after_forms:
        kind = (shape(one.address), structure(one.html or ""))
        if kind not in seen:
            seen.add(kind)
            wrong += looked_at(page, world.portal.public_url, one)
    context.close()
    assert wrong == []


def looked_at(page: Page, site: str, found: Found) -> list[str]:
    """What is wrong with an answer, narrow and wide, light and dark."""
    wrong, address = [], site + found.address
    page.route(address, lambda route: route.fulfill(body=found.html or "", content_type="text/html; charset=utf-8"))
    page.goto(address)
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        what = f"{found.address} ({found.status}) at {width}, {theme}"
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{what} sticks out")
        wrong += [f"{what}: {one}" for one in page.evaluate(RUN_AXE)]
    page.unroute(address)
    return wrong
