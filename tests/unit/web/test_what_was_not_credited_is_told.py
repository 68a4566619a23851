"""Orders that an affiliate had a part in and earns nothing by are listed with the reason, and with nothing of anybody else."""

import csv
import io
from datetime import timedelta

import pytest

from tests.support.portal import NOW, Portal
from tests.support.shop import Shop

PAGE = "/commissions/not-credited"


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


def test_each_reason_is_told_without_anybody_elses_names(shop: Shop) -> None:
    shop.click("ada", "both", at=NOW - timedelta(days=3))
    shop.click("bob", "both", at=NOW - timedelta(days=2), link_slug="bobs-link")
    shop.order("later-click", 12_345, anonymous_id="both")
    shop.click("ada", "old", at=NOW - timedelta(days=100))
    shop.order("expired", 12_345, anonymous_id="old", occurred_at=(NOW - timedelta(days=1)).isoformat())
    shop.click("ada", "self")
    shop.order("own", 12_345, anonymous_id="self", customer={"email": "ada@affiliates.example"})
    shop.click("ada", "good")
    shop.order("good", anonymous_id="good")
    page = shop.browsing(shop.ada).get(PAGE).text
    reasons = ("a later click counts", "too old: the window is 90 days", "nobody earns on their own orders")
    for told in ("Credited to another affiliate", *reasons):
        assert told in page
    assert page.count('<ul class="why">') == 3
    for private in ("Bob", "bob", "123.45", "con_"):
        assert private not in page
    table = shop.browsing(shop.ada).get(f"{PAGE}.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert sorted(row["outcome"] for row in rows) == ["another", "nobody", "nobody"]
    assert all(any(reason in row["why"] for row in rows) for reason in reasons)
    assert not any(private in table.text for private in ("Bob", "bobs-link", "123.45", "con_"))
    theirs = shop.browsing(shop.bob).get(PAGE).text
    assert "None." in theirs


def test_a_later_decision_takes_an_order_off_the_list(shop: Shop) -> None:
    shop.click("ada", "v1", at=NOW - timedelta(days=3))
    shop.click("bob", "v1", at=NOW - timedelta(days=2))
    made = shop.order("o1", anonymous_id="v1")
    browser = shop.browsing(shop.ada)
    assert "Credited to another affiliate" in browser.get(PAGE).text
    told = {"affiliate": "ada", "reason": "Agreed by mail"}
    assert shop.owner.request("PUT", f"/api/v1/conversions/{made['id']}/assignment", json=told).status_code < 300
    assert "None." in browser.get(PAGE).text
    assert "Credited to another affiliate" in shop.browsing(shop.bob).get(PAGE).text


def test_a_place_that_is_none_is_told(shop: Shop) -> None:
    assert "That place in the list is none" in shop.browsing(shop.ada).get(f"{PAGE}?after=nonsense").text
