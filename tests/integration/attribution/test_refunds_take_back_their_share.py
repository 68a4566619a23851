"""Refunds whole, in parts, by lines, with tax, and told late: reversals in the order of their times, and a full refund takes all."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.money import MoneyWorld
from tribute.attribution.order_form import ItemTold, RefundedItem
from tribute.ledger.commissions import Commissions

LINES = {"items": (ItemTold(id="book", amount_minor=3_333), ItemTold(id="course", amount_minor=6_667))}
CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]], list[int]]] = {
    "whole": ({}, [{"amount": 10_000}], [5_000]),
    "half": ({}, [{"amount": 5_000}], [2_500]),
    "by thirds, to the cent": ({"amount": 101}, [{"amount": 34}, {"amount": 34}, {"amount": 33}], [17, 17, 16]),
    "cent by cent": ({"amount": 3}, [{"amount": 1}, {"amount": 1}, {"amount": 1}], [1, 0, 1]),
    "with tax and shipping": ({"amount": 12_000, "tax_minor": 1_500, "shipping_minor": 500}, [{"amount": 6_000}], [2_500]),
    "whole with tax and shipping": ({"amount": 12_000, "tax_minor": 1_500, "shipping_minor": 500}, [{"amount": 12_000}], [5_000]),
    "of a line": (LINES, [{"amount": 3_333, "items": (RefundedItem("book", 3_333),)}], [1_666]),
    "of a line, then the rest": (LINES, [{"amount": 3_333, "items": (RefundedItem("book", 3_333),)}, {"amount": 6_667}], [1_666, 3_334]),
}


def reversals(world: MoneyWorld, conversion_id: str) -> list[int]:
    commission = world.commission(conversion_id)
    assert commission is not None
    with world.database.reading() as session:
        return [one.amount_minor for one in Commissions(session, world.clock).reversals(commission.id)]


@pytest.mark.parametrize("case", CASES)
def test_what_is_reversed(world: MoneyWorld, case: str) -> None:
    told, refunds, wanted = CASES[case]
    world.program()
    order = world.order(affiliate_code="ada", **{"amount": 10_000, "occurred_at": world.clock.at - timedelta(days=1), **told})
    commission = world.commission(order)
    assert commission is not None
    for number, refund in enumerate(refunds):
        one = dict(refund)
        world.refund(order, one.pop("amount"), f"refund-{number}", **one)
    assert reversals(world, order) == [amount for amount in wanted if amount]
    assert world.balance("ada").pending_minor == commission.amount_minor - sum(wanted)


def test_one_that_is_told_late_takes_its_place_before_the_others(world: MoneyWorld) -> None:
    """Reversals are numbered by the refunds' own times, so that each is what it would have been in their order."""
    world.program()
    order = world.order(amount=101, affiliate_code="ada", occurred_at=world.clock.at - timedelta(days=3))
    world.refund(order, 33, "second", occurred_at=world.clock.at - timedelta(days=1))
    assert reversals(world, order) == [16]
    world.refund(order, 34, "first", occurred_at=world.clock.at - timedelta(days=2))
    assert reversals(world, order) == [17, 16]
    assert world.balance("ada").pending_minor == 50 - 33


def test_one_that_comes_before_the_decision_is_taken_off_at_once(world: MoneyWorld) -> None:
    world.program()
    order = world.order(amount=10_000, affiliate_code="ada", decide=False)
    world.refund(order, 10_000, decide=False)
    world.desk.decide_due()
    commission = world.commission(order)
    assert commission is not None
    assert (commission.status, commission.amount_minor, commission.left_minor) == ("reversed", 5_000, 0)
    assert world.balance("ada").pending_minor == 0


def test_one_after_approval_comes_off_what_is_approved(world: MoneyWorld) -> None:
    world.program()
    order = world.order(amount=10_000, affiliate_code="ada")
    world.pass_time(timedelta(days=31))
    world.refund(order, 4_000)
    assert (world.balance("ada").pending_minor, world.balance("ada").approved_minor) == (0, 3_000)
