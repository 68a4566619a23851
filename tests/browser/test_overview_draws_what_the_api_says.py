"""What is drawn is what the API answers: commissions, lines, others, zeros and beginnings, and new page views by themselves."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support.overview import cards, drawn, is_drawn_in, open_overview, table, wait_shown
from tests.support.portal import NOW, Portal
from tests.support.shop import Shop

pytestmark = pytest.mark.browser


MONEY = """query ($input: AnalyticsInput!) { analytics(input: $input) {
  totals { conversions revenue commissions epc conversionRate } series { start commissions } } }"""


def test_money_is_drawn_in_one_currency_at_a_time_as_the_api_tells_it(page: Page, portal: Portal) -> None:
    shop = Shop(portal)
    for number, (currency, amount) in enumerate([("USD", 17_910), ("USD", 8_000), ("EUR", 2_000)]):
        shop.click("ada", f"v{number}", at=NOW - timedelta(days=3))
        at = (NOW - timedelta(days=2 - number)).isoformat()
        shop.order(f"o{number}", amount, anonymous_id=f"v{number}", currency=currency, occurred_at=at)
    open_overview(page, portal, shop.ada, "/?metric=Commissions&window=Last7Days&zone=Europe/Berlin&lines=Total")
    money = {"metrics": ["Conversions", "Revenue", "Commissions", "EPC", "ConversionRate"]}
    asked = {**money, "window": "Last7Days", "zone": "Europe/Berlin", "grain": "Day"}
    told = shop.ada_asking.graphql(MONEY, input=asked)["data"]["analytics"]
    assert told["totals"] == {
        "conversions": 3,
        "revenue": 259.1,
        "commissions": 129.55,
        "epc": pytest.approx(129.55 / 3),
        "conversionRate": 1,
    }
    shown = cards(page)
    assert (shown["Conversions"], shown["Revenue"], shown["Commissions"]) == ("3", "US$259.10", "US$129.55")
    assert (shown["EPC"], shown["ConversionRate"]) == ("US$43.183", "100.0%")
    assert {row[0]: row[1] for row in table(page)[1:]} == {
        f"{bucket['start'][:-1]}.000Z": f"US${bucket['commissions']:.2f}" for bucket in told["series"] if bucket["start"] >= "2026-11-19"
    }
    page.click("[data-in-currency=EUR]")
    assert wait_shown(page)["currency"] == "EUR"
    assert cards(page)["Commissions"] == "€10.00"
    page.go_back()
    assert wait_shown(page)["currency"] == "USD"


def test_lines_are_on_the_canvas(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    for name in ("Alpha", "Beta"):
        portal.page_views(portal.add_website(name, f"{name}.example"), "ada", [NOW - timedelta(days=day) for day in range(20)])
    open_overview(page, portal, ada)
    assert is_drawn_in(page, "#1f5fd1")
    assert is_drawn_in(page, "#d07a00")
    assert not is_drawn_in(page, "#4b1e63")


def test_more_than_five_websites_are_gathered(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    for number in range(8):
        portal.page_views(portal.add_website(f"Site {number}", f"s{number}.example"), "ada", [NOW - timedelta(days=1)] * (number + 1))
    open_overview(page, portal, ada)
    assert table(page)[0] == ["Day", "Site 7", "Site 6", "Site 5", "Site 4", "Site 3", "3 others", "All websites"]
    assert drawn(page)["total"] == 36


def test_nothing_is_drawn_before_traffic_began_and_zero_after(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Old", "old.example"), "ada", [NOW - timedelta(days=20), NOW])
    portal.page_views(portal.add_website("New", "new.example"), "ada", [NOW - timedelta(days=2), NOW, NOW])
    open_overview(page, portal, ada)
    rows = table(page)
    assert rows[0] == ["Day", "New", "Old", "All websites"]
    assert [row[1:] for row in rows[1:5]] == [["2", "1", "3"], ["0", "0", "0"], ["1", "0", "1"], ["–", "0", "0"]]
    assert len(rows) == 1 + 21


def test_a_new_page_view_shows_by_itself(page: Page, portal: Portal) -> None:
    ada, website = portal.add_affiliate(), portal.add_website("Alpha", "alpha.example")
    open_overview(page, portal, ada)
    expect(page.locator("[data-live-visitors]")).to_have_text("0 visitors now")
    portal.page_views(website, "ada", [NOW, NOW, NOW], visitors=2)
    expect(page.locator("[data-metric-card=PageViews] [data-total]")).to_have_text("3")
    portal.clock.at = NOW + timedelta(seconds=7)
    expect(page.locator("[data-as-of]")).to_have_text("15:30:19")
    expect(page.locator("[data-panel=placements] tbody")).to_contain_text("Alpha")
    expect(page.locator("[data-live-visitors]")).to_have_text("2 visitors now")
