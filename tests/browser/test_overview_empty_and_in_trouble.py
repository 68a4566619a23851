"""Nothing yet, nothing in this window, no answer, no session: each says so, keeps what it has, and goes on by itself where it can."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support.overview import open_overview
from tests.support.portal import NOW, Portal
from tribute.kit.errors import UnavailableError

pytestmark = pytest.mark.browser


def test_nothing_yet(page: Page, portal: Portal) -> None:
    open_overview(page, portal, portal.add_affiliate())
    expect(page.locator("[data-empty]")).to_be_visible()
    expect(page.locator("[data-empty-title]")).to_have_text("No page views yet.")
    expect(page.locator("[data-empty-text]")).to_have_text("Share your link and the first visit shows here within a second.")
    expect(page.locator("[data-metric-card=Commissions]")).to_contain_text("None yet")
    expect(page.locator("[data-panel-empty]").first).to_have_text("Nothing in this range.")
    page.click("[data-metric-card=Commissions]")
    expect(page.locator("[data-empty-title]")).to_have_text("No sales yet.")


def test_nothing_in_this_range_or_with_these_filters(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW - timedelta(days=60)])
    open_overview(page, portal, ada)
    expect(page.locator("[data-empty-title]")).to_have_text("Nothing in this range.")
    page.goto(f"{portal.public_url}/?window=Last90Days&Country=SE")
    expect(page.locator("[data-empty-title]")).to_have_text("Nothing with these filters.")


def test_no_answer_keeps_the_numbers_and_recovers(page: Page, portal: Portal, complaints: list[str]) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW] * 4)
    open_overview(page, portal, ada)
    portal.broken = UnavailableError("The store is being swapped.")
    trouble = page.locator("[data-trouble]")
    expect(trouble).to_be_visible()
    expect(trouble).to_contain_text("These are the numbers as of 15:30:12")
    expect(page.locator("[data-dot]")).to_have_attribute("data-live", "no")
    expect(page.locator("[data-metric-card=PageViews] [data-total]")).to_have_text("4")
    portal.broken = None
    expect(trouble).to_be_hidden()
    expect(page.locator("[data-dot]")).to_have_attribute("data-live", "yes")
    page.goto("about:blank")  # nothing is asked any more that could fail
    complaints.clear()


def test_an_ended_session_says_so_and_leads_back(page: Page, portal: Portal, complaints: list[str]) -> None:
    ada = portal.add_affiliate()
    open_overview(page, portal, ada, "/?metric=Visitors&window=Last7Days")
    page.context.clear_cookies()
    link = page.locator("[data-trouble] a")
    expect(link).to_have_attribute("href", "/sign-in?next=%2F%3Fmetric%3DVisitors%26window%3DLast7Days")
    assert any("401" in complaint for complaint in complaints)
    page.goto("about:blank")  # nothing is asked any more that could fail
    complaints.clear()
