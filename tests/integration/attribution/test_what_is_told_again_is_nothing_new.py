"""A refund or a dispute's opening that is told again, late or with its time in another zone, changes nothing and is no conflict."""

from datetime import timedelta, timezone

import pytest

from tests.support.money import MoneyWorld
from tribute.attribution.order_form import DisputeTold, RefundTold
from tribute.kit.errors import ConflictError
from tribute.ledger.database import Database


@pytest.fixture
def world(ledger: Database) -> MoneyWorld:
    world = MoneyWorld(ledger)
    world.affiliate("ada")
    world.program()
    return world


def test_a_refund_s_time_is_the_same_in_any_zone(world: MoneyWorld) -> None:
    order = world.order(affiliate_code="ada")
    at = world.clock.at
    first, again = (
        world.intake.refund(order, RefundTold("refund-1", 100, occurred_at=at.astimezone(timezone(timedelta(hours=hours)))), by="tests")
        for hours in (0, 2)
    )
    assert (again.id, again.is_new) == (first.id, False)
    with pytest.raises(ConflictError):
        world.intake.refund(order, RefundTold("refund-1", 100, occurred_at=at + timedelta(microseconds=1)), by="tests")


def test_an_opening_that_arrives_after_the_end_says_nothing_new(world: MoneyWorld) -> None:
    order = world.order(affiliate_code="ada")
    world.dispute(order)
    world.dispute(order, "lost")
    before = world.balance("ada")
    assert not world.intake.dispute(order, DisputeTold("dispute-1"), by="tests").is_new
    world.desk.decide_due()
    assert world.balance("ada") == before
    with pytest.raises(ConflictError, match="was lost already"):
        world.intake.dispute(order, DisputeTold("dispute-1", "won"), by="tests")
