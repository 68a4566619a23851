"""An affiliate's way through the portal in both widths and themes: numbers, links, a check, reasons, the balance, help."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support.overview import cards, sign_in, wait_shown
from tests.support.portal import NOW, Portal
from tests.support.shop import Shop

pytestmark = pytest.mark.browser

TOTALS = "query ($input: AnalyticsInput!) { analytics(input: $input) { totals { conversions commissions revenue } } }"


@pytest.fixture
def shop(portal: Portal) -> Shop:
    shop = Shop(portal)
    shop.click("ada", "v1", at=NOW - timedelta(days=4))
    shop.click("ada", "v1", at=NOW - timedelta(days=3), click_id="again")
    made = shop.order("o1", anonymous_id="v1", occurred_at=(NOW - timedelta(days=2)).isoformat())
    shop.refund(made["id"], 5_000)
    shop.click("ada", "lost", at=NOW - timedelta(days=4))
    shop.click("bob", "lost", at=NOW - timedelta(days=3))
    shop.order("o2", anonymous_id="lost")
    return shop


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_numbers_links_reasons_and_balance(page: Page, portal: Portal, shop: Shop, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    sign_in(page, portal, shop.ada)
    wait_shown(page)
    see_the_overview(page, shop)
    build_and_check_a_link(page, portal)
    ask_why(page, portal)
    page.click("nav >> text=Balance")
    expect(page.locator(".dates li")).to_have_count(1)
    expect(page.locator(".movements tbody tr")).to_have_count(2)
    page.click("nav >> text=Help")
    expect(page.locator("main")).to_contain_text("at most 90 days before")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def see_the_overview(page: Page, shop: Shop) -> None:
    """Money is told as the API tells it, drawn on a click, and the address is the state."""
    asked = {"metrics": ["Conversions", "Commissions", "Revenue"], "window": "Last30Days"}
    told = shop.ada_asking.graphql(TOTALS, input=asked)["data"]["analytics"]["totals"]
    shown = cards(page)
    assert (shown["Commissions"], shown["Revenue"]) == (f"US${told['commissions']:.2f}", f"US${told['revenue']:.2f}")
    assert shown["Conversions"] == f"{told['conversions']:.0f}" == "1"
    expect(page.locator(".milestones")).to_contain_text("Your first sale")
    page.click("[data-metric-card=Commissions]")
    assert wait_shown(page)["total"] == told["commissions"]
    page.go_back()
    assert wait_shown(page)["metric"] == "PageViews"


def build_and_check_a_link(page: Page, portal: Portal) -> None:
    page.click("nav >> text=Links")
    page.fill("input[name=to]", "/pricing")
    page.fill("input[name=campaign]", "spring")
    page.click("text=Build the link")
    built = page.locator("#built-link")
    expect(built).to_have_text("https://course.example/pricing?utm_campaign=spring&via=ada")
    code = page.locator(".qr img")
    code.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.qr img').naturalWidth > 0")
    page.fill("input[name=check]", "https://course.example/?ref=bob")
    page.click("text=Check it")
    expect(page.locator(".checked")).to_contain_text("The code “bob” in it is not yours.")
    expect(page.locator("#mended-link")).to_have_text("https://course.example/?via=ada")


def ask_why(page: Page, portal: Portal) -> None:
    """A commission's clicks and order are drawn by time; what was not credited says why."""
    page.click("nav >> text=Commissions")
    page.click("tbody th a")
    expect(page.locator(".timeline-line g")).to_have_count(5)
    assert [mark.inner_text() for mark in page.locator(".moments .what").all()] == [
        *("Click to /start", "Click to /start, which decides", "Sale", "Refund", "Hold period ends")
    ]
    page.goto(f"{portal.public_url}/commissions/not-credited")
    expect(page.locator(".passed-over > li")).to_have_count(1)
    expect(page.locator(".passed-over")).to_contain_text("a later click counts")
