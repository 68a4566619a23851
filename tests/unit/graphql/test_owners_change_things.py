"""What an owner changes over GraphQL is done as a whole, answered as it stands, told in the audit log; or refused with field and fix."""

from typing import Any

from tests.support.portal import ORIGIN, Portal
from tests.support.shop import Shop

CREATE = """mutation($terms: TermsInput!) {
  createProgram(name: "Second", terms: $terms, groups: ["Gold"]) { name groups terms { rules record } } }"""


def test_a_program_with_everything_that_rules_can_say(portal: Portal) -> None:
    shop = Shop(portal)
    rule = {
        "percent": "12.5",
        "lasts": "Months",
        "months": 12,
        "affiliates": ["ada"],
        "when": [{"field": "metadata.plan", "op": "OneOf", "value": ["pro", "team"]}],
        "tiers": {"by": "Count", "per": "Month", "steps": [{"atLeast": 10, "percent": "15"}]},
        "cap": {"minor": 100_000, "per": "Month"},
        "startsAt": "2026-11-01T00:00:00Z",
    }
    terms = {"currency": "EUR", "model": "FirstClick", "rules": [rule], "groups": [{"group": "Gold", "windowDays": 120}]}
    made = shop.owner.graphql(CREATE, terms=terms)["data"]["createProgram"]
    assert made["groups"] == ["Gold"]
    [sentence] = made["terms"]["rules"]
    assert "12.5 %" in sentence
    assert "12 months" in sentence
    tried = shop.owner.graphql(
        'mutation($sample: SampleInput!) { tryTerms(program: "Second", sample: $sample) { commission { amount } why } }',
        sample={"amountMinor": 10_000, "affiliate": "ada", "currency": "EUR"},
    )["data"]["tryTerms"]
    assert tried["commission"] == {"amount": "0.00"}  # the sample is of no plan
    actions = shop.owner.graphql("{ auditLog { entries { action subjectKind } } }")["data"]["auditLog"]["entries"]
    assert actions[0] == {"action": "program.add", "subjectKind": "program"}


def test_terms_that_are_wrong_name_field_and_fix(portal: Portal) -> None:
    shop = Shop(portal)
    [error] = shop.owner.graphql(CREATE, terms={"currency": "USD", "rules": [{"percent": "150"}]})["errors"]
    assert error["errorType"] == "BadRequestException"
    assert error["message"].startswith("rules[0].percent")
    assert [one["name"] for one in shop.owner.graphql("{ programs { name } }")["data"]["programs"]] == ["Partners"]


def test_terms_from_an_instant_on(portal: Portal) -> None:
    shop = Shop(portal)
    told = shop.owner.graphql(
        """mutation { setTerms(program: "Partners", effectiveFrom: "2027-01-01T00:00:00Z",
        terms: {currency: "USD", rules: [{percent: "30"}]}) { terms { rules } coming { effectiveFrom rules } } }"""
    )["data"]["setTerms"]
    assert told["terms"]["rules"] == ["Pays 50 % of every sale."]
    assert told["coming"] == [{"effectiveFrom": "2027-01-01T00:00:00.000000Z", "rules": ["Pays 30 % of every sale."]}]


def test_an_order_is_given_to_another_affiliate(portal: Portal) -> None:
    shop = Shop(portal)
    shop.click("ada", "v1")
    made = shop.order("o1", anonymous_id="v1")
    query = """mutation($i: ID!) { reassignConversion(id: $i, affiliate: "bob", reason: "Agreed by phone") {
      affiliate details { decisions { number } } } }"""
    told = shop.owner.graphql(query, i=made["id"])["data"]["reassignConversion"]
    assert told == {"affiliate": "bob", "details": {"decisions": [{"number": 1}, {"number": 2}]}}
    assert [balance(shop, one) for one in (shop.ada, shop.bob)] == ["0.00", "99.50"]


def test_a_commission_is_held_and_released(portal: Portal) -> None:
    shop = Shop(portal)
    shop.click("ada", "v1")
    shop.order("o1", anonymous_id="v1")
    [own] = shop.owner.graphql("{ commissions { commissions { id } } }")["data"]["commissions"]["commissions"]
    held = shop.owner.graphql('mutation($i: ID!) { holdCommission(id: $i, reason: "Looking into it") { status heldReason } }', i=own["id"])
    assert held["data"]["holdCommission"]["status"] == "Held"
    released = shop.owner.graphql("mutation($i: ID!) { releaseCommission(id: $i) { status } }", i=own["id"])
    assert released["data"]["releaseCommission"]["status"] == "Pending"


def test_changes_come_by_post_and_from_our_own_pages(portal: Portal) -> None:
    shop = Shop(portal)
    change = 'mutation { addCoupon(program: "Partners", code: "TEN", affiliate: "ada") { code } }'
    assert shop.owner.get("/graphql", params={"query": change}).status_code == 405
    browser = shop.browsing(None)
    foreign = browser.post("/graphql", json={"query": change}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 401
    own = browser.post("/graphql", json={"query": change}, headers={"origin": ORIGIN, "sec-fetch-site": "same-origin"}).json()
    assert own["data"] == {"addCoupon": {"code": "ten"}}


def balance(shop: Shop, affiliate: Any) -> str:
    told = shop.asking(affiliate).graphql("{ balances { pending { amount } } }")["data"]["balances"]
    return told[0]["pending"]["amount"] if told else "0.00"
