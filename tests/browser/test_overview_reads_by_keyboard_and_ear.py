"""The chart without a mouse: arrow keys read it, a sentence sums it up, the table can be opened and taken along."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.overview import open_overview
from tests.support.portal import NOW, Portal

pytestmark = pytest.mark.browser


def test_arrow_keys_read_the_values(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW] * 2 + [NOW - timedelta(days=1)] * 5)
    portal.page_views(portal.add_website("Beta", "beta.example"), "ada", [NOW - timedelta(days=1)] * 3)
    open_overview(page, portal, ada)
    chart = page.locator("[data-chart]")
    expect(chart).to_have_attribute("aria-label", re.compile("Page views by website, the last 30 days: 10. Alpha 7, Beta 3"))
    chart.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-spoken]")).to_contain_text("so far: Alpha 2, Beta 0; sum 2")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-spoken]")).to_contain_text("Sun, 22 Nov 2026: Alpha 5, Beta 3; sum 8")
    expect(page.locator("[data-tip]")).to_be_visible()
    expect(page.locator("[data-tip] .sum").last).to_have_text("8")
    page.keyboard.press("Escape")
    expect(page.locator("[data-tip]")).to_be_hidden()


def test_csv_holds_the_numbers_and_no_formulas(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website('=HYPERLINK("x")', "alpha.example"), "ada", [NOW] * 2)
    open_overview(page, portal, ada)
    page.click("[data-numbers] summary")
    with page.expect_download() as download:
        page.click("[data-csv]")
    assert download.value.suggested_filename == "tribute-PageViews-Last30Days.csv"
    text = Path(download.value.path()).read_text("utf-8")
    assert text.splitlines() == ['day_utc,"\'=HYPERLINK(""x"")",sum', "2026-11-23,2,2"]
