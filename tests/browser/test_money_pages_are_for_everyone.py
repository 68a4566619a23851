"""Commissions, links and orders in a browser: axe finds nothing in both themes and widths, keys are enough, scripts are not needed."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.node import MODULES
from tests.support.portal import Portal
from tests.support.shop import Shop
from tribute.access.caller import Role
from tribute.web.security import SESSION_COOKIE

pytestmark = pytest.mark.browser
LONG = "<b>" + "Ŵ" * 90
OTHERS = ("/balance", "/help", "/commissions/not-credited")


@pytest.fixture
def shop(portal: Portal) -> Shop:
    """Commissions of most statuses, one in part taken back; a link, a coupon, and an order that may be told twice."""
    shop = Shop(portal)
    portal.add_website(LONG, "long.example")
    for number in range(3):
        shop.click("ada", f"v{number}", path=f"/{LONG}", sub_id="mail")
        made = shop.order(f"o{number}-{LONG}", anonymous_id=f"v{number}", payment_reference=f"pi_{number}")
        if number == 1:
            shop.refund(made["id"], 5000)
    shop.order("ch_0", source="checkout", anonymous_id="v0", payment_reference="pi_0")
    for change in (
        'addCoupon(program: "Partners", code: "ADA10", affiliate: "ada") { code }',
        'createLink(website: "course.example", affiliate: "ada", slug: "spring") { id }',
    ):
        shop.owner.graphql(f"mutation {{ {change} }}")
    return shop


def enter(page: Page, portal: Portal, role: Role, person_id: str) -> None:
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": portal.session(role, person_id), "url": portal.public_url}])


def addresses(shop: Shop) -> list[str]:
    [one, *_] = shop.ada_asking.graphql("{ commissions { commissions { id } } }")["data"]["commissions"]["commissions"]
    return [
        "/commissions",
        f"/commissions/{one['id']}",
        "/links?website=Course&to=/pricing&check=x",
        "/commissions?status=rejected",
        *OTHERS,
    ]


def check(page: Page, portal: Portal, address: str) -> None:
    """Axe finds nothing, and nothing sticks out, in both themes and widths."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.goto(portal.public_url + address)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, (address, width)
            page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
            found = page.evaluate("async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])")
            assert found == [], (address, width, theme)


def test_axe_finds_nothing_on_the_portals_pages(page: Page, portal: Portal, shop: Shop) -> None:
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    for address in addresses(shop):
        check(page, portal, address)


def test_axe_finds_nothing_on_the_consoles_orders(page: Page, portal: Portal, shop: Shop) -> None:
    enter(page, portal, Role.OWNER, portal.add_owner())
    check(page, portal, "/owner/orders")


def test_filters_are_sent_when_they_change(page: Page, portal: Portal, shop: Shop) -> None:
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    page.goto(f"{portal.public_url}/commissions")
    page.select_option("select[name=status]", "held")
    expect(page).to_have_url(f"{portal.public_url}/commissions?status=held")
    expect(page.locator(".empty-title")).to_have_text("Nothing fits what you ask for.")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody .total .amount").first).to_have_text("US$99.50")


def test_keys_alone_lead_to_the_reasons(page: Page, portal: Portal, shop: Shop) -> None:
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    page.goto(f"{portal.public_url}/commissions")
    link = page.locator("tbody a").first
    while not link.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_contain_text("US$199.00 × 50 % = US$99.50.")


def test_links_without_scripts(browser: Browser, portal: Portal, shop: Shop) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    page.goto(f"{portal.public_url}/links")
    page.select_option("select[name=website]", "Course")
    page.fill("input[name=to]", "/pricing")
    page.click("text=Build the link")
    expect(page.locator("#built-link")).to_have_text("https://course.example/pricing?via=ada")
    page.fill("input[name=slug]", "autumn")
    page.click("text=Make a short link")
    expect(page.locator(".is-new code").first).to_have_text(f"{portal.public_url}/go/ada/autumn")
    context.close()


def test_pages_are_light_and_quick(page: Page, portal: Portal, shop: Shop) -> None:
    enter(page, portal, Role.AFFILIATE, shop.ada.id)
    page.goto(f"{portal.public_url}/commissions")
    loaded = "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
    assert page.evaluate(f"() => {loaded}.reduce((sum, one) => sum + one.decodedBodySize, 0)") < 150_000


def test_a_duplicate_is_settled_in_the_browser(page: Page, portal: Portal, shop: Shop) -> None:
    enter(page, portal, Role.OWNER, portal.add_owner())
    page.goto(f"{portal.public_url}/owner/orders")
    page.click("text=Keep apart >> nth=0")
    expect(page.locator(".state.warn")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"order=cnv_\w+#cnv_"))
