"""The commissions page: what is owed and when, statuses, reasons; filters, pages and CSV from the address."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.support.portal import NOW, Portal
from tests.support.shop import Shop
from tribute.access.caller import Role
from tribute.attribution.order_form import ConversionTold


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


def sold(shop: Shop, external_id: str = "o1", code: str = "ada", **told: object) -> str:
    """An order that a click of that code brought; its commission's id."""
    shop.click(code, f"visitor-{external_id}")
    [commission] = shop.order(external_id, anonymous_id=f"visitor-{external_id}", **told)["commissions"]
    identity: str = commission["id"]
    return identity


def test_nothing_yet_says_what_to_do(shop: Shop) -> None:
    page = shop.browsing(shop.ada).get("/commissions").text
    assert "No commissions yet." in page
    assert 'href="/links"' in page


def test_what_is_owed_and_when(shop: Shop) -> None:
    sold(shop)
    page = shop.browsing(shop.ada).get("/commissions").text
    assert 'value="99.50" data-currency="USD">99.50 USD<' in page
    assert "23 Dec 2026" in page
    assert "Pending" in page


def test_one_commission_with_its_reasons(shop: Shop) -> None:
    commission = sold(shop)
    page = shop.browsing(shop.ada).get(f"/commissions/{commission}").text
    assert "199.00 USD × 50 % = 99.50 USD." in page
    assert "Click to /start, which decides" in page
    assert "Hold period ends" in page


def test_refunds_down_to_nothing(shop: Shop) -> None:
    shop.click("ada", "v1")
    made = shop.order("o1", anonymous_id="v1")
    shop.refund(made["id"], 10_000, "r1")
    shop.refund(made["id"], 9_900, "r2")
    browser = shop.browsing(shop.ada)
    page = browser.get(f"/commissions/{made['commissions'][0]['id']}").text
    assert "Taken back in full" in page
    assert page.count("Refund<") == 2
    assert '0.00 USD</data> <span class="of">of' in browser.get("/commissions").text


def test_others_commissions_do_not_exist(shop: Shop) -> None:
    theirs = sold(shop, code="bob")
    browser = shop.browsing(shop.ada)
    assert browser.get(f"/commissions/{theirs}").status_code == 404
    assert theirs not in browser.get("/commissions").text
    assert theirs not in browser.get("/commissions.csv").text
    cursor = re.search(r"after=([\w-]+)", _page_of_two(shop, "bob"))
    assert cursor is not None
    assert theirs not in browser.get(f"/commissions?after={cursor.group(1)}").text


def _page_of_two(shop: Shop, code: str) -> str:
    """A list that is longer than a page."""
    shop.click(code, "often")
    for number in range(51):
        told: dict[str, Any] = {"external_id": f"{code}-{number}", "amount_minor": 900, "currency": "USD", "anonymous_id": "often"}
        shop.portal.intake.conversion(ConversionTold(website="course.example", **told), by="tests")
    shop.portal.desk.decide_due()
    return shop.browsing(shop.bob if code == "bob" else shop.ada).get("/commissions").text


def test_pages_go_on_where_they_end(shop: Shop) -> None:
    first = _page_of_two(shop, "ada")
    older = re.search(r'href="(/commissions\?after=[\w-]+)"', first)
    assert older is not None
    second = shop.browsing(shop.ada).get(older.group(1)).text
    rows = [re.findall(r'href="/commissions/(com_\w+)"', page) for page in (first, second)]
    assert [len(one) for one in rows] == [50, 1]
    assert not set(rows[0]) & set(rows[1])


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("status=pending", 2),
        ("status=held", 0),
        ("website=Course", 2),
        ("from=2026-11-22", 1),
        ("to=2026-11-22", 1),
        ("status=nonsense", 2),
    ],
)
def test_filters_are_the_address(shop: Shop, asked: str, shown: int) -> None:
    sold(shop, "o1")
    shop.click("ada", "early", at=NOW - timedelta(days=9))
    shop.order("o2", anonymous_id="early", occurred_at=(NOW - timedelta(days=7)).isoformat())
    page = shop.browsing(shop.ada).get(f"/commissions?{asked}").text
    assert len(re.findall(r'href="/commissions/com_', page)) == shown
    assert ("Nothing fits" in page) == (shown == 0)


def test_what_names_nothing_is_told_and_left_out(shop: Shop) -> None:
    sold(shop)
    browser = shop.browsing(shop.ada)
    for asked, told in (("website=Nowhere", "No website has that name"), ("after=nonsense", "That place in the list is none")):
        page = browser.get(f"/commissions?{asked}")
        assert page.status_code == 200
        assert told in page.text
        assert "com_" in page.text


def test_csv_is_guarded_and_whole(portal: Portal) -> None:
    shop = Shop(portal)
    portal.add_website("=HYPERLINK(0)", "evil.example")
    sold(shop)
    answer = shop.browsing(shop.ada).get("/commissions.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["owed"], row["currency"], row["status"]) == ("99.50", "USD", "pending")
    assert "199.00 USD × 50 %" in row["why"]


def test_markup_is_text(portal: Portal) -> None:
    shop = Shop(portal)
    shop.click("ada", "v1", path="/<script>alert(1)</script>", sub_id="<b>x</b>")
    [commission] = shop.order("o1", anonymous_id="v1")["commissions"]
    page = shop.browsing(shop.ada).get(f"/commissions/{commission['id']}").text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_an_owner_is_led_to_the_orders(shop: Shop) -> None:
    answer = shop.browsing(None).get("/commissions")
    assert (answer.status_code, answer.headers["location"]) == (303, "/owner/orders")


def test_nobody_is_asked_to_sign_in(portal: Portal) -> None:
    assert portal.client().get("/commissions").headers["location"].startswith("/sign-in?next=")
    assert portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id).get("/commissions").status_code == 200
