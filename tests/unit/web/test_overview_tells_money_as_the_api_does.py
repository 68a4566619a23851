"""The cards of money say without scripts what the API answers for the same time, and other currencies are named."""

from datetime import timedelta

import pytest

from tests.support.pages import card
from tests.support.portal import NOW, Portal
from tests.support.shop import Shop

FIELDS = ("Conversions", "Commissions", "Revenue", "EPC", "ConversionRate")
QUERY = """query ($input: AnalyticsInput!) {
  analytics(input: $input) { totals { conversions commissions revenue epc conversionRate } otherCurrencies } }"""


@pytest.fixture
def shop(portal: Portal) -> Shop:
    """Three orders of Ada's clicks, one of them refunded in part and one in euros; one of Bob's."""
    shop = Shop(portal)
    for name, currency, code in (("o1", "USD", "ada"), ("o2", "USD", "ada"), ("o3", "EUR", "ada"), ("o4", "USD", "bob")):
        shop.click(code, name)
        made = shop.order(name, anonymous_id=name, currency=currency, occurred_at=(NOW - timedelta(hours=20)).isoformat())
        if name == "o2":
            shop.refund(made["id"], 10_000)
    for number in range(5):
        shop.click("ada", f"more-{number}")
    return shop


@pytest.mark.parametrize("window", ["Last24Hours", "Last7Days"])
@pytest.mark.parametrize("currency", [None, "EUR"])
def test_cards_say_what_the_api_says(shop: Shop, window: str, currency: str | None) -> None:
    told = shop.ada_asking.graphql(QUERY, input={"metrics": FIELDS, "window": window, "zone": "Asia/Kathmandu", "currency": currency})
    totals = told["data"]["analytics"]["totals"]
    page = shop.browsing(shop.ada).get(f"/?window={window}&zone=Asia/Kathmandu" + (f"&currency={currency}" if currency else "")).text
    code = currency or "USD"
    assert card(page, "Conversions")[0] == f"{totals['conversions']:.0f}" == "3"
    assert card(page, "Commissions")[0] == f"{totals['commissions']:,.2f} {code}"
    assert card(page, "Revenue")[0] == f"{totals['revenue']:,.2f} {code}"
    assert card(page, "EPC")[0] == ("–" if totals["epc"] is None else f"{totals['epc']:,.3f} {code}")
    assert card(page, "ConversionRate")[0] == ("–" if totals["conversionRate"] is None else f"{100 * totals['conversionRate']:.1f} %")


def test_other_currencies_are_named_and_lead_there(shop: Shop) -> None:
    page = shop.browsing(shop.ada).get("/?metric=Revenue").text
    assert "Amounts are in <b data-currency-shown>USD</b>. There are more in" in page
    assert 'href="/?metric=Revenue&amp;window=Last30Days&amp;currency=EUR" data-in-currency="EUR"' in page


def test_tables_rank_by_what_was_earned(shop: Shop) -> None:
    page = shop.browsing(shop.ada).get("/?metric=Commissions&placements=Website").text
    assert '<td class="number clicks">8</td><td class="number conversions">3</td><td class="number money">149.00 USD</td>' in page


def test_before_the_first_sale_the_card_says_so(portal: Portal) -> None:
    shop = Shop(portal)
    assert card(shop.browsing(shop.ada).get("/").text, "Commissions") == ("None yet", "Your first sale shows here.")
