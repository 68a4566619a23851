"""The balance page: what is owed as the API tells it, what comes next, movements in plain words that add up to it, and their CSV."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.portal import NOW, Portal
from tests.support.shop import Shop


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


def sell(shop: Shop, name: str, days_ago: float, code: str = "ada", **told: object) -> str:
    at = NOW - timedelta(days=days_ago)
    shop.click(code, name, at=at - timedelta(days=1))
    made: str = shop.order(name, anonymous_id=name, occurred_at=at.isoformat(), **told)["id"]
    return made


def adjust(shop: Shop, kind: str, amount: int, reason: str) -> None:
    told = {"affiliate": "ada", "kind": kind, "amount_minor": amount, "currency": "USD", "reason": reason}
    assert shop.owner.post("/api/v1/adjustments", json=told).status_code == 201


def test_nothing_yet_says_what_to_do(shop: Shop) -> None:
    page = shop.browsing(shop.ada).get("/balance").text
    assert "Nothing is owed yet." in page
    assert 'href="/links"' in page


def test_the_next_three_days_and_movements_that_add_up(shop: Shop) -> None:
    for number, days in enumerate((5, 4, 3, 2)):
        sell(shop, f"o{number}", days)
    sell(shop, "theirs", 1, code="bob")
    shop.refund(sell(shop, "back", 4), 19_900)
    adjust(shop, "bonus", 500, "Thanks")
    browser = shop.browsing(shop.ada)
    page = browser.get("/balance").text
    coming = re.findall(r'<li><time datetime="[^"]*">([^<]*)</time><data[^>]*value="([\d.]+)"', page)
    assert coming == [("18 Dec 2026", "99.50"), ("19 Dec 2026", "99.50"), ("20 Dec 2026", "99.50")]
    assert "Taken back for a refund" in page
    assert "Bonus: Thanks" in page
    rows = list(csv.DictReader(io.StringIO(browser.get("/balance.csv").text)))
    sums = [sum(Decimal(row[part]) for row in rows) for part in ("pending", "payable", "held")]
    [told] = shop.ada_asking.get("/api/v1/balances").json()["balances"]
    owed = (told["pending_minor"], told["approved_minor"] + told["adjustments_minor"], told["held_minor"])
    assert sums == [Decimal(minor) / 100 for minor in owed]


def test_a_negative_balance_is_explained(shop: Shop) -> None:
    adjust(shop, "correction", -700, "Paid twice")
    browser = shop.browsing(shop.ada)
    page = browser.get("/balance").text
    assert "owed back" in page
    assert ">\N{MINUS SIGN}7.00 USD<" in page
    assert "owed back" in browser.get("/commissions").text
    assert "payable now</p>" not in browser.get("/commissions").text
    assert ",-7.00," in browser.get("/balance.csv").text
    assert "You need not pay anything" in page
    assert "Correction: Paid twice" in page


def test_others_movements_are_none_of_mine(shop: Shop) -> None:
    sell(shop, "theirs", 2, code="bob")
    browser = shop.browsing(shop.ada)
    assert "com_" not in browser.get("/balance").text
    assert len(browser.get("/balance.csv").text.splitlines()) == 1
    assert "That place in the list is none" in browser.get("/balance?after=nonsense").text
