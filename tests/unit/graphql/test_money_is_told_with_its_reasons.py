"""What an order earns is read over GraphQL: exact amounts, the reasons in words, reversals, balances; the owner reads it whole."""

from tests.support.portal import Portal
from tests.support.shop import Shop

COMMISSIONS = """{ commissions { next commissions {
  id status affiliate website program kind why heldReason occurredAt payableAt
  earned { amountMinor amount currency } reversed { amountMinor } owed { amount } reversals { amount { amount } cause }
} } balances { currency pending { amount } payable { amount } next { amount } nextAt } }"""


def test_a_commission_with_its_reasons(portal: Portal) -> None:
    shop = Shop(portal)
    shop.click("ada", "v1")
    conversion = shop.order("o1", anonymous_id="v1")
    told = shop.asking(shop.ada).graphql(COMMISSIONS)["data"]
    [commission] = told["commissions"]["commissions"]
    assert commission["earned"] == {"amountMinor": 9950, "amount": "99.50", "currency": "USD"}
    assert commission["status"] == "Pending"
    assert "199.00 USD × 50 % = 99.50 USD." in commission["why"]
    assert told["balances"] == [
        {
            "currency": "USD",
            "pending": {"amount": "99.50"},
            "payable": {"amount": "0.00"},
            "next": {"amount": "99.50"},
            "nextAt": commission["payableAt"],
        }
    ]
    shop.refund(conversion["id"], 5000)
    [after] = shop.asking(shop.ada).graphql(COMMISSIONS)["data"]["commissions"]["commissions"]
    assert after["owed"] == {"amount": "74.50"}
    assert after["reversals"] == [{"amount": {"amount": "25.00"}, "cause": "refund"}]


def test_an_owner_reads_everything_of_a_conversion(portal: Portal) -> None:
    shop = Shop(portal)
    shop.click("ada", "v1")
    customer = {"external_id": "cus_1", "email": "x@example.com"}
    made = shop.order("o1", anonymous_id="v1", customer=customer, tax_minor=900, metadata={"plan": "pro"})
    query = """query($id: ID!) { conversion(id: $id) { affiliate commissionable { amount } details {
      externalId amount { amount } tax { amount } customer { externalId email } metadata anonymousId
      decisions { number outcome why record } } } }"""
    told = shop.owner.graphql(query, id=made["id"])["data"]["conversion"]
    assert (told["affiliate"], told["commissionable"]["amount"]) == ("ada", "190.00")
    details = told["details"]
    assert details["customer"]["externalId"] == "cus_1"
    assert (details["externalId"], details["amount"]["amount"], details["tax"]["amount"]) == ("o1", "199.00", "9.00")
    assert details["metadata"] == '{"plan":"pro"}'
    assert [one["number"] for one in details["decisions"]] == [1]


def test_amounts_may_be_larger_than_32_bits(portal: Portal) -> None:
    shop = Shop(portal)
    told = shop.owner.graphql(
        'mutation { addAdjustment(affiliate: "ada", kind: Bonus, amountMinor: 900000000000, currency: "USD", reason: "Thanks") '
        "{ amount { amountMinor amount } } }"
    )
    assert told["data"]["addAdjustment"]["amount"] == {"amountMinor": 900_000_000_000, "amount": "9000000000.00"}


def test_an_adjustment_with_an_id_is_booked_once(portal: Portal) -> None:
    shop = Shop(portal)
    bonus = (
        'mutation { addAdjustment(affiliate: "ada", kind: Bonus, amountMinor: %d, currency: "USD", reason: "Thanks", externalId: "nov-1") '
        "{ id externalId } }"
    )
    first, again, other = (shop.owner.graphql(bonus % amount) for amount in (700, 700, 701))
    assert first["data"] == again["data"]
    assert first["data"]["addAdjustment"]["externalId"] == "nov-1"
    assert "other content" in other["errors"][0]["message"]


def test_clicks_of_the_affiliate(portal: Portal) -> None:
    shop = Shop(portal)
    for number in range(5):
        shop.click("ada", f"v{number}", sub_id="mail" if number % 2 else None)
    shop.click("bob", "v9")
    ada = shop.asking(shop.ada)
    query = "query($after: String) { clicks(first: 2, after: $after) { clicks { id affiliate landingPage } next } }"
    found, after = [], None
    for _ in range(4):
        page = ada.graphql(query, after=after)["data"]["clicks"]
        found += page["clicks"]
        after = page["next"]
        if after is None:
            break
    assert len({one["id"] for one in found}) == 5
    assert {one["affiliate"] for one in found} == {"ada"}
    tagged = ada.graphql('{ clicks(filter: {subId: "mail"}) { clicks { subId } } }')["data"]["clicks"]["clicks"]
    assert [one["subId"] for one in tagged] == ["mail", "mail"]
