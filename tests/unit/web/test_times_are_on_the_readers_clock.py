"""Pages tell times on one clock, and which: the zone that the person chose, else their browser's where a script kept it, else UTC."""

from datetime import UTC, datetime

import pytest

from tests.support.forms import form
from tests.support.portal import Portal, owner_caller
from tests.support.shop import Shop
from tribute.ledger.rules.terms import Rule, Terms
from tribute.office.sign_ups import SignUpChange

PAGES = (
    "/balance",
    "/commissions",
    "/commissions/not-credited",
    "/help",
    "/settings/sessions",
    "/settings/tokens",
    "/settings/security",
    "/settings/payout",
)
TEAMS_PAGES = ("/owner/orders", "/owner/affiliates", "/owner/team", "/settings/sessions", "/settings/tokens", "/settings/security")
ENDS = datetime(2027, 8, 31, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kept", "chosen", "zone"),
    [(None, "", "UTC"), ("Europe/Berlin", "", "Europe/Berlin"), ("Europe/Berlin", "Asia/Tokyo", "Asia/Tokyo"), ("No/Where\x22", "", "UTC")],
)
def test_the_chosen_zone_then_the_browsers_then_utc(portal: Portal, kept: str | None, chosen: str, zone: str) -> None:
    shop = Shop(portal)
    browser = shop.browsing(shop.ada)
    if kept is not None:
        browser.cookies.set("tribute_zone", kept, domain="portal.test")
    if chosen:
        browser.post("/settings/time", data=form(browser, "/settings/time", zone=chosen, locale="", theme=""))
    assert [page for page in PAGES if f"Times are in {zone}" not in browser.get(page).text] == []


def test_the_teams_pages_say_whose_clock_they_are_on(portal: Portal) -> None:
    shop = Shop(portal)
    browser = shop.browsing(None)
    browser.cookies.set("tribute_zone", "Europe/Berlin", domain="portal.test")
    pages = (*TEAMS_PAGES, f"/owner/affiliates/{shop.ada.id}")
    assert [page for page in pages if browser.get(page).text.count("Times are in Europe/Berlin") != 1] == []


@pytest.mark.parametrize(
    ("zone", "until"), [(None, "31 Aug 2027, 21:59:59 UTC"), ("Europe/Berlin", "31 Aug 2027, 23:59:59 (Europe/Berlin)")]
)
def test_terms_say_in_the_sentence_whose_clock_ends_them(portal: Portal, zone: str | None, until: str) -> None:
    shop = Shop(portal, Terms(currency="USD", rules=(Rule(percent="50", ends_at=ENDS),)))
    portal.office.sign_ups.change(owner_caller(), "Partners", SignUpChange(is_published=True, slug="partners"))
    program = portal.ledger.programs.programs(owner_caller())[0].record.id
    readers = {
        "/join/partners": portal.client(),
        "/help": shop.browsing(shop.ada),
        f"/owner/programs/{program}/sign-up": shop.browsing(None),
    }
    for page, browser in readers.items():
        if zone is not None:
            browser.cookies.set("tribute_zone", zone, domain="portal.test")
        assert f"until {until}" in browser.get(page).text, page
