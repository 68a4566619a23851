"""Pages tell times on one clock, and which: the zone that the person chose, else their browser's where a script kept it, else UTC."""

import pytest

from tests.support.forms import form
from tests.support.portal import Portal
from tests.support.shop import Shop

PAGES = ("/balance", "/commissions", "/commissions/not-credited")


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
    assert [f"Times are in {zone}" in browser.get(page).text for page in PAGES] == [True] * 3
