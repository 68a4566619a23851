"""The page without a mouse: arrow keys read the chart, keys reach and change everything, and the numbers can be taken along."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.node import MODULES
from tests.support.overview import asked, busy_traffic, load, open_overview, wait_shown
from tests.support.portal import NOW, Portal

pytestmark = pytest.mark.browser


def test_arrow_keys_read_the_values(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW] * 2 + [NOW - timedelta(days=1)] * 5)
    portal.page_views(portal.add_website("Beta", "beta.example"), "ada", [NOW - timedelta(days=1)] * 3 + [NOW - timedelta(days=31)])
    open_overview(page, portal, ada)
    chart = page.locator("[data-chart]")
    expect(chart).to_have_attribute("aria-label", re.compile("Page views, the last 30 days: 10. Alpha 7, Beta 3"))
    chart.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-spoken]")).to_contain_text("so far: Alpha 2, Beta 0, All websites 2")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-spoken]")).to_contain_text("Sun, 22 Nov 2026: Alpha 5, Beta 3, All websites 8, Fri, 23 Oct 2026 1")
    expect(page.locator("[data-tip]")).to_be_visible()
    expect(page.locator("[data-tip] .sum").last).to_have_text("8")
    page.keyboard.press("Escape")
    expect(page.locator("[data-tip]")).to_be_hidden()


def test_keys_alone_choose_filter_and_explain(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    load(portal, busy_traffic([portal.add_website("Alpha", "alpha.example")], "ada", events=80))
    open_overview(page, portal, ada)
    card = page.locator("[data-metric-card=Visitors]")
    while not card.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    expect(page.locator("#about-Visitors")).to_be_visible()
    expect(page.locator("#about-Visitors")).to_contain_text("each counts once in the whole range")
    page.keyboard.press("Escape")
    expect(page.locator("#about-Visitors")).to_be_hidden()
    page.keyboard.press("Enter")
    wait_shown(page)
    row = page.locator("[data-panel=audience] tbody a").first
    while not row.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_shown(page)
    assert (asked(page)["metric"], len(asked(page)["Country"])) == (["Visitors"], 1)
    chip = page.locator("[data-chips] a")
    chip.focus()
    page.keyboard.press("Enter")
    wait_shown(page)
    assert "Country" not in asked(page)
    page.locator("[data-range-label]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-dates] button")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-dates] button")).to_be_hidden()
    expect(page.locator("[data-range-label]")).to_be_focused()


def test_what_is_marked_reloads_no_page(page: Page, portal: Portal) -> None:
    """Whoever comes by the zone with the tab key has its text marked from then on; a page loaded anew would put them back at its top."""
    ada = portal.add_affiliate()
    load(portal, busy_traffic([portal.add_website("Alpha", "alpha.example")], "ada", events=80))
    open_overview(page, portal, ada)
    page.evaluate("window.isTheSame = true")
    page.locator("input[name=zone]").focus()
    page.keyboard.press("ControlOrMeta+a")
    tab = page.locator("[data-panel=sources] [data-tab=Channel]")
    while not tab.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_shown(page)
    assert asked(page)["sources"] == ["Channel"]
    assert page.evaluate("window.isTheSame")
    expect(tab).to_be_focused()


def test_csv_holds_what_is_shown_and_no_formulas(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website('=HYPERLINK("x")', "alpha.example"), "ada", [NOW - timedelta(minutes=1)] * 2)
    open_overview(page, portal, ada, "/?window=Today&grain=Hour&zone=Europe/Berlin&compare=None")
    page.click("[data-numbers] summary")
    with page.expect_download() as download:
        page.click("[data-csv]")
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "website,start,page_views"
    assert lines[-1] == '"\'=HYPERLINK(""x"")",2026-11-23T15:00+01:00,2'
    with page.expect_download() as download:
        page.click("[data-panel=placements] [data-panel-csv]")
    names, row = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    told = dict(zip(names.split(","), row.split(","), strict=True))
    assert told["website"] == '"\'=HYPERLINK(""x"")"'
    assert (told["page_views"], told["visitors"], told["clicks"], told["conversions"]) == ("2", "1", "0", "0")
    assert told["currency"] == "USD"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, portal: Portal, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    ada = portal.add_affiliate()
    load(portal, busy_traffic([portal.add_website("Alpha", "alpha.example"), portal.add_website("Beta", "beta.example")], "ada", events=80))
    open_overview(page, portal, ada, "/?Country=SE&zone=Europe/Berlin&window=Last90Days")
    page.click("[data-numbers] summary")
    page.click("[data-range-label]")
    page.evaluate((MODULES / "axe-core/axe.min.js").read_text("utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(({ id, impact, nodes }) => [id, impact, nodes.map((node) => node.html)])"
    )
    assert [violation for violation in found if violation[1] in {"serious", "critical"}] == []
