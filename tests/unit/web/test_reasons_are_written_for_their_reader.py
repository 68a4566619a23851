"""The sentences of a decision are one for pages and APIs; how they write times and money is the reader's on pages, and plain in APIs."""

from datetime import timedelta

from tests.support.forms import form
from tests.support.portal import NOW, Portal
from tests.support.shop import Shop
from tribute.ledger.rules.terms import Cap, Rule, Terms


def test_pages_write_reasons_as_their_reader_does_and_apis_plainly(portal: Portal) -> None:
    shop = Shop(portal, Terms(currency="USD", rules=(Rule(percent="12.5", cap=Cap(minor=100_000, per="month")),)))
    shop.click("ada", "v1", at=NOW - timedelta(days=3))
    made = shop.order("o1", 123_457, anonymous_id="v1")
    browser = shop.browsing(shop.ada)
    settings = "/settings/time"
    told = form(browser, settings, zone="Asia/Tokyo", locale="en-US", theme="")
    assert browser.post(settings, data=told).status_code == 303
    page = browser.get(f"/commissions/{made['commissions'][0]['id']}").text
    why = page[page.index('<ul class="why">') :]
    why = why[: why.index("</ul>")].replace("\N{NARROW NO-BREAK SPACE}", " ")
    for words in (
        "Nov 20, 2026, 11:30:12 PM on Course",
        "$1,234.57 × 12.5 % = $154.32125, rounded to $154.32",
        "at most $1,000.00 a month",
    ):
        assert words in why
    assert "UTC" not in why
    assert " USD" not in why
    plainly = " ".join(shop.owner.get(f"/api/v1/conversions/{made['id']}").json()["commissions"][0]["why"])
    for words in (
        "2026-11-20 14:30:12 UTC on Course",
        "1234.57 USD × 12.5 % = 154.32125 USD, rounded to 154.32 USD",
        "at most 1000.00 USD a month",
    ):
        assert words in plainly
