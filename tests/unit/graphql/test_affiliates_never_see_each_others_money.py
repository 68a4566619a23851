"""Affiliate A never sees B's anything: not by ids, names, cursors or filters; what is an owner's is refused or does not exist."""

import json
from typing import Any

import pytest

from tests.support.portal import Client, Portal
from tests.support.shop import Shop

SECRETS = ("bob", "Bob", "order-of-bob", "cus_bob", "secret-metadata", "mailbob", "ADAEARNS")


@pytest.fixture
def shop(portal: Portal) -> Shop:
    """Bob has a click, orders, a coupon, a link and a bonus; Ada was considered for one of the orders, and has one of her own."""
    shop = Shop(portal)
    shop.click("ada", "v1")
    shop.click("bob", "v1", at=portal.clock.now().replace(hour=1), sub_id="mailbob")
    shop.click("ada", "v2")
    customer = {"external_id": "cus_bob", "email": "buyer@customers.example"}
    shop.order("order-of-bob", anonymous_id="v1", customer=customer, metadata={"note": "secret-metadata"})
    shop.order("order-of-bob-2", anonymous_id="v1", customer=customer)
    shop.order("order-of-ada", anonymous_id="v2")
    for change in (
        'addCoupon(program: "Partners", code: "MAILBOB10", affiliate: "bob") { code }',
        'createLink(website: "course.example", affiliate: "bob", slug: "mailbob") { id }',
        'addAdjustment(affiliate: "bob", kind: Bonus, amountMinor: 777, currency: "USD", reason: "bob") { id }',
        'changeEnrollment(program: "Partners", affiliate: "bob", state: Approved) { state }',
    ):
        assert "errors" not in shop.owner.graphql(f"mutation {{ {change} }}")
    return shop


def everything(client: Client, **asked: Any) -> str:
    """All that an affiliate can read, with somebody's name in every filter, as text."""
    query = """query($affiliate: String, $after: String) {
      viewer { name email codes } links(affiliate: $affiliate) { url subId }
      clicks(filter: {affiliate: $affiliate}, after: $after) { clicks { id subId affiliate } next }
      conversions(filter: {affiliate: $affiliate}, after: $after) {
        conversions { id affiliate why commission { id affiliate why } details { externalId metadata customer { email } } } next }
      commissions(filter: {affiliate: $affiliate}, after: $after) { commissions { id affiliate why } next }
      notCredited(after: $after) { orders { website outcome why } next }
      balances(affiliate: $affiliate) { affiliate pending { amount } }
      adjustments(affiliate: $affiliate) { adjustments { affiliate reason } }
      affiliates { code name email }
      programs { terms { rules record } groups enrollments { enrollments { affiliate name } } coupons { code affiliate } }
    }"""
    body = client.graphql(query, **asked)
    assert body["data"] is not None, body
    return json.dumps(body["data"])


@pytest.mark.parametrize("named", [None, "ada", "bob"])
def test_by_names_in_filters(shop: Shop, named: str | None) -> None:
    client = shop.asking(shop.ada)
    told = everything(client, affiliate=named)
    assert not [secret for secret in SECRETS if secret in told]
    assert "order-of-ada" not in told  # what the sender calls it is the owner's
    assert told.count("com_") == 2  # Ada's one commission, in both lists
    assert '"outcome": "Another"' in told  # the order that Bob has, without him


def test_by_cursors_of_others(shop: Shop) -> None:
    bob, ada = shop.asking(shop.bob), shop.asking(shop.ada)
    for field, item in (("commissions", "commissions"), ("conversions", "conversions")):
        cursor = bob.graphql(f"{{ {field}(first: 1) {{ next }} }}")["data"][field]["next"]
        assert cursor is not None
        page = ada.graphql(f"query($c: String) {{ {field}(after: $c) {{ {item} {{ affiliate }} }} }}", c=cursor)["data"][field]
        assert {one["affiliate"] for one in page[item]} <= {"ada"}


def test_by_ids_of_others(shop: Shop) -> None:
    theirs = shop.asking(shop.bob).graphql("{ commissions { commissions { id conversionId } } }")["data"]["commissions"]["commissions"]
    ada = shop.asking(shop.ada)
    for one in theirs:
        for field, told in (("commission", one["id"]), ("conversion", one["conversionId"])):
            known = ada.graphql(f"query($i: ID!) {{ {field}(id: $i) {{ id }} }}", i=told)
            unknown = ada.graphql(f"query($i: ID!) {{ {field}(id: $i) {{ id }} }}", i="com_00000000000000000000")
            assert known == unknown
            assert known["errors"][0]["errorType"] == "NotFoundException"
    assert ada.graphql("query($c: String!) { affiliate(code: $c) { id } }", c="bob")["errors"][0]["errorType"] == "NotFoundException"


@pytest.mark.parametrize(
    "change",
    [
        'addAffiliate(name: "X", email: "x@x.example", code: "x") { id }',
        'addCode(affiliate: "bob", code: "mine") { id }',
        'addCoupon(program: "Partners", code: "X", affiliate: "ada") { code }',
        'addAdjustment(affiliate: "ada", kind: Bonus, amountMinor: 1, currency: "USD", reason: "x") { id }',
        'changeEnrollment(program: "Partners", affiliate: "bob", state: Banned, reason: "x") { state }',
        'createProgram(name: "P", terms: {currency: "USD", rules: [{percent: "1"}]}) { id }',
        'setTerms(program: "Partners", terms: {currency: "USD", rules: [{percent: "99"}]}) { id }',
        'tryTerms(sample: {amountMinor: 1}, program: "Partners") { why }',
        'reassignConversion(id: "x", affiliate: "ada", reason: "x") { id }',
        'rejectConversion(id: "x", reason: "x") { id }',
        'linkConversions(id: "x", sameAs: "y") { id }',
        'keepApart(id: "x") { id }',
    ],
)
def test_changes_are_the_owners(shop: Shop, change: str) -> None:
    [error] = shop.asking(shop.ada).graphql(f"mutation {{ {change} }}")["errors"]
    assert error["errorType"] == "Unauthorized"


def test_holding_needs_an_owner_even_for_an_own_commission(shop: Shop) -> None:
    ada = shop.asking(shop.ada)
    [own] = ada.graphql("{ commissions { commissions { id } } }")["data"]["commissions"]["commissions"]
    for change in ('holdCommission(id: $i, reason: "x")', "releaseCommission(id: $i)"):
        assert ada.graphql(f"mutation($i: ID!) {{ {change} {{ id }} }}", i=own["id"])["errors"][0]["errorType"] == "Unauthorized"


def test_a_link_for_another_is_ones_own(shop: Shop) -> None:
    made = shop.asking(shop.ada).graphql('mutation { createLink(website: "course.example", affiliate: "bob") { affiliate } }')
    assert made["data"]["createLink"]["affiliate"] == "ada"
