"""Flat amounts, tiers, caps and amounts in conditions are in the program's currency; an order in another passes over such rules."""

import pytest

from tests.support.sales import earned, order
from tribute.ledger.rules.terms import Cap, Condition, Rule, Step, Tiers

_SPEAKING = [
    pytest.param(Rule(flat_minor=500), id="flat"),
    pytest.param(Rule(percent="10", tiers=Tiers("count", "month", (Step(1, percent="20"),))), id="tiers"),
    pytest.param(Rule(percent="10", cap=Cap(10**6, "order")), id="cap"),
    pytest.param(Rule(percent="10", when=(Condition("amount_minor", "at_least", 1),)), id="amount in a condition"),
    pytest.param(Rule(percent="10", when=(Condition("commissionable_minor", "at_most", 10**9),)), id="commissionable in a condition"),
]


@pytest.mark.parametrize("rule", _SPEAKING)
def test_in_another_currency_the_rule_does_not_exist(rule: Rule) -> None:
    assert earned(order(10_000, currency="EUR"), rule).reason == "no_rule_in_currency"
    assert earned(order(10_000, currency="EUR"), rule, Rule(percent="3")).commission_minor == 300


@pytest.mark.parametrize("rule", _SPEAKING)
def test_in_its_own_it_does(rule: Rule) -> None:
    assert earned(order(10_000, currency="EUR"), rule, currency="EUR").commission_minor > 0


def test_a_percent_is_paid_in_the_orders_currency() -> None:
    assert earned(order(1_001, currency="JPY"), Rule(percent="50")).commission_minor == 500
