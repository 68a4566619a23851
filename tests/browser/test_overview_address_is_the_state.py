"""What is asked stands in the address: back, forward, reload and sharing lead to the same picture, in whatever zone they are opened."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.overview import asked, cards, open_overview, table, wait_shown
from tests.support.portal import NOW, Portal

pytestmark = pytest.mark.browser


def test_back_forward_and_reload(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW - timedelta(days=1)] * 3, visitors=2)
    open_overview(page, portal, ada)
    page.click("nav [data-window=Last7Days]")
    page.click("[data-metric-card=Visitors]")
    page.select_option("select[name=lines]", "Total")
    wait_shown(page)
    assert asked(page) == {"metric": ["Visitors"], "window": ["Last7Days"], "lines": ["Total"], "zone": ["Europe/Berlin"]}
    expect(page.locator("[data-caption]")).to_have_text("Visitors, the last 7 days")

    page.reload()
    assert wait_shown(page)["total"] == 2
    page.go_back()
    expect(page.locator("select[name=lines]")).to_have_value("Website")
    page.go_back()
    assert wait_shown(page)["metric"] == "PageViews"
    page.go_back()
    assert wait_shown(page)["address"] == ""
    expect(page.locator(".windows > [aria-current]")).to_have_text("30 days")
    page.go_forward()
    wait_shown(page)
    expect(page.locator(".windows > [aria-current]")).to_have_text("7 days")


def test_a_shared_address_shows_the_same_days_elsewhere(browser: Browser, page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    late_in_berlin = NOW.replace(day=21, hour=23, minute=30)
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [late_in_berlin] * 3)
    open_overview(page, portal, ada)
    page.click("[data-range-label]")
    page.fill("[data-dates] [name=from]", "2026-11-22")
    page.fill("[data-dates] [name=to]", "2026-11-22")
    page.click("[data-dates] button")
    assert wait_shown(page)["total"] == 3
    elsewhere = browser.new_context(timezone_id="America/New_York", storage_state=page.context.storage_state())
    other = elsewhere.new_page()
    other.goto(page.url)
    assert wait_shown(other)["total"] == 3
    assert table(other)[1:] == table(page)[1:]
    elsewhere.close()


def test_an_address_that_cannot_be_answered_says_why(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW] * 3)
    open_overview(page, portal, ada)
    page.goto(f"{portal.public_url}/?Website=Nothing&window=nonsense&grain=Hour&zone=Mars/Base")
    expect(page.locator("[data-trouble]")).to_have_text("This cannot be answered: no website is called 'Nothing'.")
    page.click("[data-chips] a")
    wait_shown(page)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    expect(page.locator("select[name=grain]")).to_have_value("Day")  # hours would be too many for the usual 30 days
    assert cards(page)["PageViews"] == "3"
