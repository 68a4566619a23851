"""Commissions are in the order's currency, with its own minor units; flat amounts, caps and tiers are in the program's alone."""

import pytest

from tests.support.money import MoneyWorld
from tribute.ledger.rules.terms import Cap, Rule, Step, Tiers

HALF = Rule(percent="50")
CASES: dict[str, tuple[Rule, str, int, int, str | None]] = {
    "percent of dollars": (HALF, "USD", 10_001, 5_000, None),
    "percent of euros": (HALF, "EUR", 10_001, 5_000, None),
    "percent of yen, which have no cents": (HALF, "JPY", 101, 50, None),
    "percent of dinars, which have a thousand fils": (HALF, "KWD", 12_345, 6_172, None),
    "flat in the program's": (Rule(flat_minor=700), "USD", 10_000, 700, None),
    "flat in another": (Rule(flat_minor=700), "EUR", 10_000, 0, "no_rule_in_currency"),
    "capped in another": (Rule(percent="50", cap=Cap(100, "order")), "EUR", 10_000, 0, "no_rule_in_currency"),
    "by tiers in another": (
        Rule(percent="50", tiers=Tiers("count", "month", (Step(1, percent="60"),))),
        "JPY",
        10_000,
        0,
        "no_rule_in_currency",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_earned(world: MoneyWorld, case: str) -> None:
    rule, currency, amount, earned, reason = CASES[case]
    world.program(rule)
    order = world.order(amount=amount, currency=currency, affiliate_code="ada")
    assert world.decision(order).reason == reason
    assert world.decision(order).commission_minor == earned
    assert world.balance("ada", currency).pending_minor == earned


def test_sums_are_kept_apart_through_refunds(world: MoneyWorld) -> None:
    world.program()
    orders = {currency: world.order(currency, amount=1_001, currency=currency, affiliate_code="ada") for currency in ("USD", "JPY", "KWD")}
    world.refund(orders["JPY"], 1_001)
    world.refund(orders["KWD"], 500)
    left = {currency: world.balance("ada", currency).pending_minor for currency in orders}
    assert left == {"USD": 500, "JPY": 0, "KWD": 250}
