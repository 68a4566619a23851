"""A dispute holds what is left of a commission; won it is released to where it would be, lost it is all taken back."""

from datetime import timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.attribution.order_form import DisputeTold
from tribute.kit.errors import ConflictError
from tribute.ledger.books import Balance

MONTH = timedelta(days=31)


@pytest.fixture
def order(world: MoneyWorld) -> str:
    """Of 100.00, of which 50.00 are Ada's."""
    world.program()
    return world.order(amount=10_000, affiliate_code="ada", occurred_at=world.clock.at - timedelta(days=1))


def status(world: MoneyWorld, order: str) -> str:
    commission = world.commission(order)
    assert commission is not None
    return commission.status


def test_an_open_one_holds(world: MoneyWorld, order: str) -> None:
    world.dispute(order, reason="fraudulent")
    assert world.balance("ada") == Balance("USD", held_minor=5_000)
    world.pass_time(MONTH)
    assert status(world, order) == "held"


@pytest.mark.parametrize(("waited", "wanted"), [(timedelta(days=1), "pending"), (MONTH, "approved")])
def test_a_won_one_releases_to_where_it_would_be(world: MoneyWorld, order: str, waited: timedelta, wanted: str) -> None:
    world.dispute(order)
    world.pass_time(waited)
    world.dispute(order, "won")
    assert status(world, order) == wanted
    assert getattr(world.balance("ada"), f"{wanted}_minor") == 5_000


def test_a_lost_one_takes_all_back(world: MoneyWorld, order: str) -> None:
    world.dispute(order)
    world.dispute(order, "lost")
    assert status(world, order) == "reversed"
    assert world.balance("ada") == Balance("USD")


def test_one_that_is_lost_after_a_refund_takes_what_was_left(world: MoneyWorld, order: str) -> None:
    world.refund(order, 4_000)
    world.dispute(order)
    assert world.balance("ada") == Balance("USD", held_minor=3_000)
    world.refund(order, 1_000, "refund-2")
    assert world.balance("ada") == Balance("USD", held_minor=2_500)
    world.dispute(order, "lost")
    assert world.balance("ada") == Balance("USD")


def test_a_refund_after_a_lost_one_takes_nothing_more(world: MoneyWorld, order: str) -> None:
    world.dispute(order, "lost")
    world.refund(order, 10_000)
    assert world.balance("ada") == Balance("USD")


def test_two_hold_until_both_are_won(world: MoneyWorld, order: str) -> None:
    world.dispute(order, "open", "first")
    world.dispute(order, "open", "second")
    world.dispute(order, "won", "first")
    assert status(world, order) == "held"
    world.dispute(order, "won", "second")
    assert status(world, order) == "pending"


def test_one_after_another_holds_again(world: MoneyWorld, order: str) -> None:
    for number in range(3):
        world.dispute(order, "open", f"dispute-{number}")
        assert status(world, order) == "held"
        world.dispute(order, "won", f"dispute-{number}")
        assert status(world, order) == "pending"
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)


def test_what_is_closed_stays_so(world: MoneyWorld, order: str) -> None:
    world.dispute(order, "won")
    world.dispute(order, "won")
    with pytest.raises(ConflictError, match="external_id"):
        world.intake.dispute(order, DisputeTold(external_id="dispute-1", state="lost"), by="tests")
    world.desk.decide_due()
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)
