"""Settings and widgets in a browser: axe finds nothing and nothing sticks out at both widths and themes; a choice holds on every page."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.node import MODULES
from tests.support.portal import Portal
from tests.support.shop import Shop
from tribute.access.caller import Caller, Role
from tribute.web.security import SESSION_COOKIE

pytestmark = pytest.mark.browser
LONG = "<b>" + "Ŵ" * 90


@pytest.fixture
def shop(portal: Portal) -> Shop:
    shop = Shop(portal)
    shop.click("ada", "v1")
    shop.order("o1", anonymous_id="v1")
    return shop


def enter(page: Page, portal: Portal, role: Role, person_id: str) -> None:
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": portal.session(role, person_id), "url": portal.public_url}])


def test_axe_finds_nothing(page: Page, portal: Portal, shop: Shop) -> None:
    ada = Caller.of_affiliate(shop.ada.id)
    portal.own_office.set_profile(ada, name=LONG, company="שלום עולם", websites=f"ada.example/{'x' * 200}")
    portal.own_office.set_payout(ada, {"method": "other", "other": LONG, "legal_name": LONG})
    made = portal.own_office.embeds.add(ada, name=LONG, metrics=["PageViews", "Commissions"], window="Last7Days", theme="auto", sites="")
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    sections = ("", "/payout?full", "/notifications", "/time", "/widgets")
    for address in (*(f"/settings{section}" for section in sections), f"/embed/{made.token_id}"):
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
                page.goto(portal.public_url + address)
                assert page.evaluate("() => document.documentElement.scrollWidth") <= width, (address, width)
                page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
                found = page.evaluate("async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])")
                assert found == [], (address, width, theme)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_choice_holds_on_every_page(page: Page, portal: Portal, shop: Shop, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    page.goto(f"{portal.public_url}/settings/time")
    page.fill("input[name=zone]", "Asia/Tokyo")
    page.select_option("select[name=locale]", "de-DE")
    page.select_option("select[name=theme]", "dark")
    page.click("text=Save")
    expect(page.locator(".done")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{portal.public_url}/commissions")
    expect(page.locator("tbody .total .amount").first).to_have_text("99,50\xa0$")
    page.goto(portal.public_url)
    expect(page.locator("input[name=zone]")).to_have_value("Asia/Tokyo")


def test_payout_details_without_scripts(browser: Browser, portal: Portal, shop: Shop) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    page.goto(f"{portal.public_url}/settings/payout")
    page.fill("input[name=iban]", "DE89 3704 0044 0532 0130 01")
    page.fill("input[name=legal_name]", "Ada")
    page.click("text=Save")
    expect(page.locator("#problem-iban")).to_contain_text("checksum is wrong")
    expect(page.locator("input[name=legal_name]")).to_have_value("Ada")
    page.fill("input[name=iban]", "DE89 3704 0044 0532 0130 00")
    page.click("text=Save")
    expect(page.locator(".kept-details")).to_contain_text("•••• 3000")
    context.close()
