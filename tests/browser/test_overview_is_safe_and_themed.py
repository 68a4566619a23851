"""Hostile names stay text, the theme follows the system unless chosen, pages without scripts still tell the numbers."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.events import make_event
from tests.support.overview import breakdown, load, open_overview, table, wait_shown
from tests.support.portal import NOW, Portal
from tribute.access.caller import Role
from tribute.web.security import SESSION_COOKIE

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=\"document.title='gotcha'\">"


def test_hostile_texts_are_shown_as_text(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate(name="</script><script>document.title='gotcha'</script>")
    website = portal.add_website(HOSTILE, "evil.example")
    told = {
        "referrer_host": HOSTILE,
        "path": HOSTILE,
        "utm_campaign": HOSTILE,
        "sub_id": HOSTILE,
        "link_slug": HOSTILE,
        "country": "<b>",
        "browser": HOSTILE,
    }
    events = [
        make_event(f"h{day}", NOW - timedelta(days=day), website_id=website.id, affiliate_ref="ada", is_landing=True, **told)
        for day in range(9)
    ]
    load(portal, events)
    open_overview(page, portal, ada)
    page.hover("[data-chart]")
    assert HOSTILE in table(page)[0]
    expect(page.locator("[data-legend] bdi").first).to_have_text(HOSTILE)
    for panel, tab in (
        ("placements", "Link"),
        ("placements", "SubId"),
        ("sources", "UtmCampaign"),
        ("pages", "Path"),
        ("audience", "Browser"),
    ):
        page.click(f"[data-panel={panel}] [data-tab={tab}]")
        wait_shown(page)
        assert [name for name, *_ in breakdown(page, panel)] == [HOSTILE]
    page.click("[data-panel=pages] tbody tr")
    wait_shown(page)
    expect(page.locator("[data-chips] bdi")).to_have_text(HOSTILE)
    page.reload()  # the same, written by the server
    expect(page.locator("[data-chips] bdi")).to_have_text(HOSTILE)
    assert page.locator("main img").count() == 0
    assert page.title() == "Overview · Tribute"


def test_a_chosen_theme_stays(page: Page, portal: Portal) -> None:
    open_overview(page, portal, portal.add_affiliate())
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-theme", "dark")
    page.click("[data-theme-toggle]")
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_paper_is_light(page: Page, portal: Portal) -> None:
    page.emulate_media(color_scheme="dark")
    open_overview(page, portal, portal.add_affiliate())
    root = page.locator("html")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(root).to_have_attribute("data-theme", "light")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(root).to_have_attribute("data-theme", "dark")


def test_without_scripts_the_table_is_there(browser: Browser, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW] * 3)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": SESSION_COOKIE, "value": portal.session(Role.AFFILIATE, ada.id), "url": portal.public_url}])
    page = context.new_page()
    page.goto(portal.public_url)
    expect(page.locator("[data-table] tbody tr")).to_have_count(1)
    expect(page.locator("[data-table] .total")).to_be_visible()
    expect(page.locator("[data-table] thead")).to_contain_text("Alpha")
    expect(page.locator("[data-chart]")).to_be_hidden()
    page.select_option("select[name=lines]", "Total")
    page.click("[data-choices] button")
    page.click("text=Show countries")
    page.click("[data-panel=audience] tbody a")
    expect(page.locator("[data-chips]")).to_contain_text("Country (unknown)")
    expect(page.locator("[data-metric-card=PageViews] [data-total]")).to_have_text("3")
    page.click("[data-chips] a")
    expect(page).to_have_url(f"{portal.public_url}/?metric=PageViews&window=Last30Days&grain=Day&lines=Total&audience=Country")
    context.close()


def test_without_scripts_one_button_signs_in(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.AFFILIATE, portal.add_affiliate().id)}")
    page.click("text=Sign in >> nth=-1")
    expect(page.locator("h1")).to_have_text("Overview")
    context.close()


def test_rows_are_as_high_as_a_finger_wants_them(page: Page, portal: Portal) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW] * 3)
    open_overview(page, portal, ada)
    box = page.locator("[data-panel=placements] [data-rows] tr").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_sticks_out(page: Page, portal: Portal, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    ada = portal.add_affiliate(name="A" * 80)
    portal.page_views(portal.add_website("W" * 100, "long.example"), "ada", [NOW] * 3)
    open_overview(page, portal, ada)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_explorer_runs_a_query(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW])
    open_overview(page, portal, ada)
    page.goto(f"{portal.public_url}/graphql")
    page.click(".graphiql-execute-button")
    expect(page.locator(".result-window")).to_contain_text('"Alpha"')
