"""Two sources that tell of what looks like one order: the second is held; kept apart both earn, linked one does."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.money import MoneyWorld
from tribute.ledger.conversions import Conversions

MINUTE = timedelta(minutes=1)
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "one payment": ({"payment_reference": "pi_1"}, {"payment_reference": "pi_1", "amount": 5_000}, True),
    "two payments": ({"payment_reference": "pi_1"}, {"payment_reference": "pi_2"}, False),
    "one customer, an hour between": ({"customer": "x@example.com"}, {"customer": "x@example.com", "later": 60 * MINUTE}, True),
    "one customer, more between": ({"customer": "x@example.com"}, {"customer": "x@example.com", "later": 61 * MINUTE}, False),
    "one customer, another amount": ({"customer": "x@example.com"}, {"customer": "x@example.com", "amount": 19_901}, False),
    "one customer, another currency": ({"customer": "x@example.com"}, {"customer": "x@example.com", "currency": "EUR"}, False),
    "nothing in common": ({}, {}, False),
}


def both(world: MoneyWorld, first: dict[str, Any], second: dict[str, Any]) -> tuple[str, str]:
    """Ada's order as the shop's API told it, and as a checkout did."""
    placed = world.clock.at - timedelta(days=1)
    later = second.pop("later", MINUTE)
    one = world.order("order-1", source="api", affiliate_code="ada", occurred_at=placed, **first)
    return one, world.order("ch_1", source="stripe", affiliate_code="ada", occurred_at=placed + later, **second)


@pytest.mark.parametrize("case", CASES)
def test_what_looks_the_same_is_held(world: MoneyWorld, case: str) -> None:
    first, second, is_held = CASES[case]
    world.program()
    one, other = both(world, dict(first), dict(second))
    assert world.conversion(one).state.status == "decided"
    assert world.conversion(other).state.status == ("held" if is_held else "decided")
    assert (world.decision(other).same_as == one) is is_held
    assert (world.commission(other) is None) is is_held


def change(world: MoneyWorld, conversion_id: str, how: str, *told: str) -> None:
    with world.database.session() as session:
        conversions = Conversions(session, world.clock)
        getattr(conversions, how)(conversion_id, *told)
        conversions.mark_due([conversion_id], "the owner's word")
    world.desk.decide_due()


def test_kept_apart_both_earn(world: MoneyWorld) -> None:
    world.program()
    _, other = both(world, {"payment_reference": "pi_1"}, {"payment_reference": "pi_1"})
    assert world.balance("ada").pending_minor == 9_950
    change(world, other, "keep_apart")
    assert world.balance("ada").pending_minor == 2 * 9_950


def test_linked_one_earns(world: MoneyWorld) -> None:
    world.program()
    one, other = both(world, {"payment_reference": "pi_1"}, {"payment_reference": "pi_1"})
    change(world, other, "link", one)
    assert (world.decision(other).reason, world.decision(other).same_as) == ("linked", one)
    assert world.balance("ada").pending_minor == 9_950


def test_linked_after_both_earned_one_gives_back(world: MoneyWorld) -> None:
    world.program()
    one, other = both(world, {}, {})
    assert world.balance("ada").pending_minor == 2 * 9_950
    change(world, other, "link", one)
    assert world.balance("ada").pending_minor == 9_950


def test_when_the_first_is_rejected_the_second_earns(world: MoneyWorld) -> None:
    world.program()
    one, other = both(world, {"payment_reference": "pi_1"}, {"payment_reference": "pi_1"})
    change(world, one, "reject", "a test order")
    assert world.conversion(other).state.status == "decided"
    assert world.balance("ada").pending_minor == 9_950


def test_the_earlier_one_that_is_told_later_takes_the_place(world: MoneyWorld) -> None:
    world.program()
    told_first = world.order("ch_1", source="stripe", affiliate_code="ada", payment_reference="pi_1")
    earlier = world.order("order-1", affiliate_code="ada", payment_reference="pi_1", occurred_at=world.clock.at - timedelta(hours=1))
    assert (world.conversion(earlier).state.status, world.conversion(told_first).state.status) == ("decided", "held")
    assert world.balance("ada").pending_minor == 9_950
