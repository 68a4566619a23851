"""The first sale, the first on a website and the best day are told for some days, and only where they are true."""

from datetime import datetime, timedelta

import pytest

from tests.support.portal import NOW, Portal, caller_of
from tests.support.shop import Shop
from tribute.reports.milestones import Milestone


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


def sell(shop: Shop, name: str, at: datetime, amount: int = 10_000) -> None:
    shop.click("ada", name, at=at - timedelta(hours=1))
    shop.order(name, amount, anonymous_id=name, occurred_at=at.isoformat())


def recent(shop: Shop, zone: str = "UTC") -> list[Milestone]:
    return list(shop.portal.ledger.milestones.reached(caller_of(shop.ada), shop.portal.analytics, zone).recent)


def test_a_first_sale_is_told_for_a_week(shop: Shop) -> None:
    assert recent(shop) == []
    sell(shop, "o1", NOW - timedelta(hours=3))
    assert [(one.kind, one.website, one.amount_minor) for one in recent(shop)] == [("first_sale", "Course", 5_000)]
    shop.portal.clock.at = NOW + timedelta(days=7)
    assert recent(shop) == []


def test_a_later_websites_first_sale_is_its_own(shop: Shop) -> None:
    sell(shop, "o1", NOW - timedelta(days=40))
    assert recent(shop) == []
    assert shop.portal.ledger.milestones.reached(caller_of(shop.ada), shop.portal.analytics, "UTC").has_sold


def test_the_best_day_beats_every_earlier_one_and_goes(shop: Shop) -> None:
    for day in range(6):
        sell(shop, f"early-{day}", NOW - timedelta(days=30 - day))
    sell(shop, "as-much", NOW - timedelta(days=1))
    assert recent(shop) == []
    sell(shop, "more", NOW - timedelta(days=1, minutes=5), 4_000)
    [best] = recent(shop)
    assert (best.kind, best.amount_minor, best.at.date()) == ("best_day", 7_000, (NOW - timedelta(days=1)).date())
    shop.portal.clock.at = NOW + timedelta(days=2)
    assert recent(shop) == []


def test_the_first_days_are_no_records(shop: Shop) -> None:
    sell(shop, "o1", NOW - timedelta(days=20))
    sell(shop, "o2", NOW - timedelta(hours=1), 90_000)
    assert recent(shop) == []


def test_others_sales_are_nobodys_milestone(shop: Shop) -> None:
    shop.click("bob", "v1")
    shop.order("o1", anonymous_id="v1")
    assert recent(shop) == []
