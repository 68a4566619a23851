"""The ledger, the given query and the analytics tell the same of money, at once, after a rebuild, and from a store that is made anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.checkout import Shop, open_shop
from tests.support.served import eventually, served

ANALYTICS = "query ($input: AnalyticsInput!) { analytics(input: $input) { totals { conversions revenue commissions } } }"
FIGURES = {"conversions": 3, "revenue": 250.0, "commissions": 125.0}
"""Orders of 200, 100 and 50; 80 of the first are given back, and 20 of the second. A fourth is rejected."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with served(tmp_path / "home") as tribute:
        yield open_shop(tribute)


def tell_a_story(shop: Shop) -> None:
    shop.track("page", anonymousId="visitor", messageId="m1", properties={"url": "https://course.example/?via=ada"})
    shop.track("track", anonymousId="visitor", messageId="m2", event="Order Completed", properties={"order_id": "by-hint", "revenue": 200})
    hinted = shop.order("by-hint", 20_000)
    assert hinted["status"] == "decided"
    assert hinted["attribution"]["via"] == "click", "the order has its visitor from the tracked event"
    by_code = shop.order("by-code", 10_000, affiliate_code="ada", customer={"email": "x@example.com"})
    renewal = shop.order("renewal", 5_000, customer={"email": "x@example.com"})
    assert renewal["attribution"]["via"] == "customer"
    rejected = shop.order("rejected", 7_000, affiliate_code="ada")
    shop.told("PUT", f"/conversions/{rejected['id']}/rejection", {"reason": "a test order"})
    for order, amount in ((hinted, 8_000), (by_code, 2_000)):
        shop.told("POST", f"/conversions/{order['id']}/refunds", {"external_id": "re_1", "amount_minor": amount})


def totals(shop: Shop, token: str) -> Any:
    asked = {"metrics": ["Conversions", "Revenue", "Commissions"], "window": "Last7Days"}
    return shop.graphql(ANALYTICS, token, input=asked)["analytics"]["totals"]


def owed(shop: Shop) -> float:
    (balance,) = shop.told("GET", "/balances?affiliate_id=ada")["balances"]
    return float(balance["pending_minor"]) / 100


def assert_agreed(shop: Shop) -> None:
    for token in (shop.owner, shop.ada):
        assert eventually(lambda token=token: totals(shop, token), lambda seen: seen == FIGURES) == FIGURES
    assert owed(shop) == FIGURES["commissions"]
    assert shop.tribute.total(shop.ada, "Commissions") == FIGURES["commissions"]


@pytest.mark.slow
def test_after_orders_a_rebuild_and_a_store_made_anew(shop: Shop) -> None:
    tell_a_story(shop)
    assert_agreed(shop)
    shop.tribute.run("rebuild")
    assert_agreed(shop)
    shop.tribute.stop()
    (shop.tribute.home / "analytics.duckdb").unlink()
    shop.tribute.start_again()
    assert_agreed(shop)
