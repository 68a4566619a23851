"""Money and its ratios by GraphQL, REST and CSV: in main units of one currency, which is named, as are the others that there are."""

from datetime import timedelta

import pytest

from tests.support.portal import NOW, Portal
from tribute.analytics.clicks import MoneyFact

FIELDS = "conversions revenue commissions epc conversionRate pageViews"
METRICS = ["Conversions", "Revenue", "Commissions", "EPC", "ConversionRate"]
ASKED = "query ($input: AnalyticsInput!) { analytics(input: $input) "


def fact(conversion_id: str, website_id: str, affiliate_id: str | None, **fields: object) -> MoneyFact:
    told = {"time": NOW - timedelta(hours=2), "currency": "USD", "conversions": 1, "revenue_minor": 19900, "commission_minor": 9950}
    return MoneyFact(conversion_id=conversion_id, website_id=website_id, affiliate_id=affiliate_id, **(told | fields))


@pytest.fixture
def tokens(portal: Portal) -> dict[str, str]:
    """Ada with four clicks and a sale of 199 USD by mail, one of 700 JPY; Bob with a sale; a sale of nobody. Tokens by name."""
    course = portal.add_website("Course", "course.example")
    ada, bob = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    at = NOW - timedelta(hours=3)
    portal.events(course, "ada", *({"at": at, "click_id": f"k{n}", "is_click": True, "channel": "email"} for n in range(4)))
    facts = [
        fact("c1", course.id, ada.id, channel="email"),
        fact("c2", course.id, ada.id, currency="JPY", revenue_minor=700, commission_minor=350, channel="email"),
        fact("c3", course.id, bob.id, revenue_minor=5000, commission_minor=2500),
        fact("c4", course.id, None, commission_minor=0),
    ]
    portal.store.tell_money({each.conversion_id: [each] for each in facts})
    return {"ada": portal.token(ada.id), "owner": portal.token(None)}


def test_an_affiliate_sees_their_own_money_by_graphql(portal: Portal, tokens: dict[str, str]) -> None:
    body = portal.client(x_api_key=tokens["ada"]).graphql(
        ASKED + f"{{ currency otherCurrencies totals {{ {FIELDS} }} rows {{ value {FIELDS} }} }} }}",
        input={"metrics": METRICS, "window": "Last7Days", "by": "Channel", "currency": "usd"},
    )
    told = {"conversions": 2, "revenue": 199, "commissions": 99.5, "epc": 24.875, "conversionRate": 0.5, "pageViews": None}
    assert body["data"]["analytics"] == {
        "currency": "USD",
        "otherCurrencies": ["JPY"],
        "totals": told,
        "rows": [{"value": "email", **told}],
    }


def test_an_owner_sees_everybodys_money_compared(portal: Portal, tokens: dict[str, str]) -> None:
    body = portal.client(x_api_key=tokens["owner"]).graphql(
        ASKED + "{ totals { revenue epc } previous { revenue epc } change { revenue epc } } }",
        input={"metrics": ["Revenue", "EPC"], "window": "Last24Hours", "compare": "PreviousPeriod", "currency": "USD"},
    )
    assert body["data"]["analytics"] == {
        "totals": {"revenue": 448, "epc": 31.125},
        "previous": {"revenue": 0, "epc": None},
        "change": {"revenue": None, "epc": None},
    }


def test_a_currency_that_does_not_exist_is_named(portal: Portal, tokens: dict[str, str]) -> None:
    asking = {"metrics": ["Revenue"], "window": "Last7Days", "currency": "euro"}
    body = portal.client(x_api_key=tokens["ada"]).graphql(ASKED + "{ values } }", input=asking)
    assert "currency" in body["errors"][0]["message"]


def test_without_amounts_no_currency_is_told(portal: Portal, tokens: dict[str, str]) -> None:
    body = portal.client(x_api_key=tokens["ada"]).graphql(
        ASKED + "{ currency otherCurrencies totals { conversionRate } } }", input={"metrics": ["ConversionRate"], "window": "Last7Days"}
    )
    assert body["data"]["analytics"] == {"currency": None, "otherCurrencies": [], "totals": {"conversionRate": 0.5}}


def test_rest_tells_the_same_as_json_and_csv(portal: Portal, tokens: dict[str, str]) -> None:
    client = portal.client(x_api_key=tokens["ada"])
    address = "/api/v1/analytics?metrics=conversions,revenue,epc,clicks&window=7d&by=channel&currency=USD"
    told = client.get(address).json()
    assert (told["currency"], told["other_currencies"]) == ("USD", ["JPY"])
    assert told["totals"] == {"conversions": 2, "revenue": 199.0, "epc": 24.875, "clicks": 4}
    lines = client.get(address + "&format=csv").text.split()
    assert lines == ["channel,conversions,revenue,epc,clicks,currency", "email,2,199.0,24.875,4,USD"]
