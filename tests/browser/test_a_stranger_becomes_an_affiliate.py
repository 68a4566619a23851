"""In a browser: a stranger applies, the owner approves, the affiliate gets in; a website is added and its light turns green; axe agrees."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.joining import SignUpPage
from tests.support.node import MODULES
from tests.support.portal import Portal
from tribute.access.caller import Caller, Role
from tribute.web.security import SESSION_COOKIE

pytestmark = pytest.mark.browser
WIDTHS = (390, 1440)


@pytest.fixture
def sign_up(portal: Portal) -> SignUpPage:
    return SignUpPage(portal)


def enter(page: Page, portal: Portal, role: Role, person_id: str) -> None:
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": portal.session(role, person_id), "url": portal.public_url}])


def fill_in(page: Page, url: str) -> None:
    page.goto(f"{url}/join/partners")
    page.fill("#code", "bob")
    expect(page.locator("#code-told")).to_have_text("Taken. Choose another one.")
    page.fill("#code", "ada")
    expect(page.locator("#code-told")).to_have_text("Free.")
    page.fill("#name", "Ada Lovelace")
    page.fill("#email", "ada@lovelace.example")
    page.fill("#promotes", "My blog")
    page.fill("#answer-0", "1,000")
    page.select_option("#answer-2", "Film")
    page.get_by_label("Yes").check()
    page.get_by_label("I accept the terms").check()
    page.click("text=Send the application")
    expect(page.locator("h1")).to_have_text("Thank you")


@pytest.mark.parametrize("width", WIDTHS)
def test_from_application_to_overview(browser: Browser, page: Page, portal: Portal, sign_up: SignUpPage, width: int) -> None:
    portal.add_affiliate("Bob", "bob")
    page.set_viewport_size({"width": width, "height": 844})
    fill_in(page, portal.public_url)
    enter(page, portal, Role.OWNER, portal.add_owner())
    page.goto(f"{portal.public_url}/owner")
    page.click("nav >> text=Affiliates")
    expect(page.locator(".application")).to_contain_text("My blog")
    page.click("text=Approve")
    link = page.locator("#made-link").inner_text()
    stranger: BrowserContext = browser.new_context(viewport={"width": width, "height": 844})
    theirs = stranger.new_page()
    theirs.goto(portal.public_url + re.sub(r"^https?://[^/]+", "", link))
    expect(theirs.locator("h1").first).to_have_text(re.compile("Overview|Page views|Your traffic"))
    expect(theirs.locator(".who code")).to_have_text("ada")
    stranger.close()


def test_a_website_is_added_and_its_light_turns_green(page: Page, portal: Portal) -> None:
    owner = portal.add_owner()
    enter(page, portal, Role.OWNER, owner)
    page.goto(f"{portal.public_url}/owner/websites")
    page.fill("input[name=name]", "Course")
    page.fill("input[name=domain]", "course.example")
    page.click("button:text('Add')")
    expect(page.locator("#tag")).to_contain_text("/t.js")
    expect(page.locator(".light")).to_have_attribute("data-light", "grey")
    [site] = portal.ledger.websites.all(Caller(Role.OWNER, owner))
    portal.events(site, None, {"at": portal.clock.now(), "host": "course.example", "path": "/start"})
    expect(page.locator(".light")).to_have_attribute("data-light", "green")
    expect(page.locator(".light-more")).to_contain_text("course.example/start")


def test_joining_without_scripts(browser: Browser, portal: Portal, sign_up: SignUpPage) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.public_url}/join/partners")
    page.click("text=Send the application")
    expect(page.locator(".problem a").first).to_have_attribute("href", "#name")
    context.close()
    assert sign_up.count() == 0


def test_axe_finds_nothing_on_the_pages_of_joining(page: Page, portal: Portal, sign_up: SignUpPage) -> None:
    sign_up.apply(name="<b>" + "Ŵ" * 90, promotes="\u05e9\u05dc\u05d5\u05dd " * 40)
    ada = portal.add_affiliate("Bob " + "Ŵ" * 90, "bob")
    [site] = portal.ledger.websites.all(Caller(Role.OWNER, "tests"))
    check(page, portal, "/join/partners")
    enter(page, portal, Role.OWNER, portal.add_owner())
    for path in ("affiliates", f"affiliates/{ada.id}", "affiliates?q=nobody", "websites", f"websites/{site.id}"):
        check(page, portal, f"/owner/{path}")
    check(page, portal, f"/owner/programs/{sign_up.program_id}/sign-up")


def check(page: Page, portal: Portal, address: str) -> None:
    """Axe finds nothing, nothing sticks out, and the page is light, in both themes and widths."""
    for width, theme in zip(WIDTHS, ("dark", "light"), strict=True):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.goto(portal.public_url + address)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, (address, width)
        loaded = "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        assert page.evaluate(f"() => {loaded}.reduce((sum, one) => sum + one.decodedBodySize, 0)") < 150_000, address
        page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
        found = page.evaluate("async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])")
        assert found == [], (address, width, theme)
