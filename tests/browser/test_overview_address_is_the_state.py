"""Metric and window stand in the address: back, forward, reload and sharing lead to the same picture."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support.overview import open_overview, wait_drawn
from tests.support.portal import NOW, Portal

pytestmark = pytest.mark.browser


def test_back_and_reload(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW - timedelta(days=1)] * 3, visitors=2)
    open_overview(page, portal, ada)
    page.click("nav [data-window=Last7Days]")
    wait_drawn(page, metric="PageViews", window="Last7Days")
    page.click("[data-metric-card=Visitors]")
    wait_drawn(page, metric="Visitors", window="Last7Days")
    expect(page).to_have_url(re.compile(r"\?metric=Visitors&window=Last7Days$"))
    expect(page.locator("[data-caption]")).to_have_text("Visitors by website, the last 7 days")

    page.reload()
    wait_drawn(page, metric="Visitors", window="Last7Days")
    page.go_back()
    wait_drawn(page, metric="PageViews", window="Last7Days")
    page.go_back()
    wait_drawn(page, metric="PageViews", window="Last30Days")
    expect(page.locator("nav [aria-current]")).to_have_text("30 days")
    page.go_forward()
    wait_drawn(page, metric="PageViews", window="Last7Days")


def test_visitors_say_how_they_are_counted(page: Page, portal: Portal) -> None:
    open_overview(page, portal, portal.add_affiliate(), "/?metric=Visitors&window=Last24Hours")
    expect(page.locator("[data-metric-card=Visitors] [data-note]")).to_have_text("counted per hour")
    page.click("nav [data-window=Last90Days]")
    expect(page.locator("[data-metric-card=Visitors] [data-note]")).to_have_text("counted per day")
    expect(page.locator("figcaption [data-definition]")).to_contain_text("each day")
