"""Terms name the standings that deciding needs, so that nothing else is read."""

import msgspec

from tests.support.sales import ADA, NOON, terms
from tribute.ledger.rules.commissions import CapNeed, Needs, needs_of, rule_key
from tribute.ledger.rules.terms import Cap, Condition, Rule, Step, Tiers


def test_plain_terms_need_nothing() -> None:
    assert needs_of(terms(Rule(percent="50"), Rule(percent="10", cap=Cap(100, "order")))) == Needs()


def test_tiers_caps_and_durations_are_named() -> None:
    tiers = Tiers("volume", "quarter", (Step(1, percent="5"),))
    capped = Rule(percent="3", products=("A",), cap=Cap(100, "customer"))
    needs = needs_of(terms(Rule(percent="1", tiers=tiers), Rule(percent="2", products=("B",), tiers=tiers), capped))
    assert needs == Needs(periods=("quarter",), caps=(CapNeed(2, rule_key(capped), "customer"),))
    assert needs_of(terms(Rule(percent="1", lasts="first_sale"))).customer
    assert needs_of(terms(Rule(percent="1", when=(Condition("customer.is_new", "is", True),)))).customer


def test_a_rules_key_outlives_its_reward_and_its_cap() -> None:
    rule = Rule(percent="3", products=("A", "B"), when=(Condition("source", "one_of", ("x", "y")),), cap=Cap(100, "month"))
    same = (
        msgspec.structs.replace(rule, percent="4", name="Spring"),
        msgspec.structs.replace(rule, percent=None, flat_minor=5),
        msgspec.structs.replace(rule, cap=Cap(500, "month")),
        msgspec.structs.replace(rule, ends_at=NOON),
        msgspec.structs.replace(rule, products=("B", "A")),
        msgspec.structs.replace(rule, when=(Condition("source", "one_of", ("y", "x")),)),
    )
    others = (
        msgspec.structs.replace(rule, products=("A",)),
        msgspec.structs.replace(rule, affiliates=(ADA,)),
        msgspec.structs.replace(rule, when=()),
        msgspec.structs.replace(rule, lasts="first_sale"),
        msgspec.structs.replace(rule, kind="lead"),
    )
    assert {rule_key(one) for one in same} == {rule_key(rule)}
    assert rule_key(rule) not in {rule_key(one) for one in others}
    assert len({rule_key(one) for one in others}) == len(others)
