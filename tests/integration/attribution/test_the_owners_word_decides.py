"""Reassigned, given to nobody, rejected and taken back: a new decision each time beside the old ones, and books that follow."""

from datetime import timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.ledger.books import Balance
from tribute.ledger.conversions import Conversions
from tribute.ledger.proof import prove

OWED, NOTHING = Balance("USD", pending_minor=5_000), Balance("USD")


@pytest.fixture
def order(world: MoneyWorld) -> str:
    """Of 100.00, by Ada's code."""
    world.program()
    return world.order(amount=10_000, affiliate_code="ada")


def change(world: MoneyWorld, order: str, how: str, *told: object, **more: object) -> None:
    world.clock.at += timedelta(seconds=1)
    with world.database.session() as session:
        conversions = Conversions(session, world.clock)
        getattr(conversions, how)(order, *told, **more)
        conversions.mark_due([order], "the owner's word")
    world.desk.decide_due()


def assign(world: MoneyWorld, order: str, code: str | None) -> None:
    change(world, order, "assign", world.affiliates[code] if code else None, note="as agreed", by="owner")


def balances(world: MoneyWorld) -> tuple[Balance, Balance]:
    with world.database.reading() as session:
        assert prove(session).faults == ()
    return world.balance("ada"), world.balance("bob")


def test_reassigned_and_back(world: MoneyWorld, order: str) -> None:
    assign(world, order, "bob")
    assert balances(world) == (NOTHING, OWED)
    assert world.decision(order).note == "as agreed"
    assign(world, order, "ada")
    assert balances(world) == (OWED, NOTHING)
    change(world, order, "unassign")
    assert balances(world) == (OWED, NOTHING)
    assert [one.via for one in world.decisions(order)] == ["affiliate_code", "owner", "owner", "affiliate_code"]


def test_given_to_nobody(world: MoneyWorld, order: str) -> None:
    assign(world, order, None)
    assert balances(world) == (NOTHING, NOTHING)
    assert world.decision(order).reason == "assigned_to_nobody"


def test_reassigned_after_a_refund_only_what_is_left_moves(world: MoneyWorld, order: str) -> None:
    world.refund(order, 4_000)
    assign(world, order, "bob")
    assert balances(world) == (NOTHING, Balance("USD", pending_minor=3_000))


def test_reassigned_while_disputed_it_stays_held(world: MoneyWorld, order: str) -> None:
    world.dispute(order)
    assign(world, order, "bob")
    assert balances(world) == (NOTHING, Balance("USD", held_minor=5_000))
    world.dispute(order, "won")
    assert balances(world) == (NOTHING, OWED)


def test_reassigned_after_approval_it_waits_for_its_own(world: MoneyWorld, order: str) -> None:
    world.pass_time(timedelta(days=31))
    assign(world, order, "bob")
    world.desk.approve_due()
    assert balances(world) == (NOTHING, Balance("USD", approved_minor=5_000))


def test_rejected_and_taken_back(world: MoneyWorld, order: str) -> None:
    change(world, order, "reject", "a test order")
    commission = world.commission(order)
    assert commission is not None
    assert commission.status == "rejected"
    assert balances(world) == (NOTHING, NOTHING)
    world.refund(order, 4_000)
    assert balances(world) == (NOTHING, NOTHING)
    change(world, order, "reject", None)
    assert balances(world) == (Balance("USD", pending_minor=3_000), NOTHING)


def test_rejected_it_counts_for_no_renewal(world: MoneyWorld) -> None:
    world.program()
    first = world.order("first", affiliate_code="ada", customer="x@example.com")
    renewal = world.order("renewal", customer="x@example.com")
    assert world.decision(renewal).via == "customer"
    change(world, first, "reject", "a fraud")
    assert world.decision(renewal).reason == "no_candidate"
    assert balances(world) == (NOTHING, NOTHING)
