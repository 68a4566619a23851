"""Commissions: one stands a conversion; each step names where it comes from; reversals never exceed what is left."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.support.books import HOLD, World, add_commission, at, decision, earned, new_world, told
from tests.support.ledger import NOON
from tribute.kit.errors import ConflictError
from tribute.ledger.commissions import CommissionRecord, Commissions, ReversalRecord
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.refunds import Refunds


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


def refund(session: Session, commission: CommissionRecord, name: str) -> str:
    times = {"occurred_at": at(1), "received_at": at(2)}
    record, _ = Refunds(session).add(
        commission.conversion_id, name, fingerprint=name, amount_minor=100, lines={}, reason="", by="tok_1", **times
    )
    return record.id


def test_one_commission_stands_a_conversion(session: Session, world: World) -> None:
    commissions = Commissions(session, world.clock)
    conversion = told(session, world)
    decisions = [Decisions(session, world.clock).record(conversion, decision(world, conversion, one)) for one in (world.ada, world.bob)]
    first = add_commission(session, world, conversion, decisions[0].id, world.ada)
    with pytest.raises(ConflictError, match="must be superseded first"):
        add_commission(session, world, conversion, decisions[1].id, world.bob)
    world.clock.at = at(1)
    assert [commissions.supersede(first.id), commissions.supersede(first.id)] == [True, False]
    assert commissions.current(conversion.id) is None
    second = add_commission(session, world, conversion, decisions[1].id, world.bob)
    assert commissions.current(conversion.id, lock=True) == second
    assert commissions.current_of([conversion.id, "cnv_0"]) == {conversion.id: second}
    assert [(one.affiliate_id, one.superseded_at) for one in commissions.of_conversion(conversion.id)] == [
        (world.ada, at(1)),
        (world.bob, None),
    ]
    assert commissions.by_id(second.id) == second
    assert commissions.by_id("\x00") is None


def test_a_step_is_taken_once_from_where_it_comes_from(session: Session, world: World) -> None:
    commissions = Commissions(session, world.clock)
    one = earned(session, world, "o1", world.ada)
    assert [commissions.move(one.id, of="pending", to="approved") for _ in range(2)] == [True, False]
    assert commissions.move(one.id, of="approved", to="held", held_reason="disputed")
    assert not commissions.move(one.id, of="pending", to="approved")
    held = commissions.by_id(one.id)
    assert held is not None
    assert (held.status, held.held_reason) == ("held", "disputed")
    commissions.supersede(one.id)
    assert not commissions.move(one.id, of="held", to="approved")


def test_what_is_held_long_enough_comes_for_approval_the_earliest_first(session: Session, world: World) -> None:
    commissions = Commissions(session, world.clock)
    by_hours = {hours: earned(session, world, f"o{hours}", world.ada, occurred_at=at(hours)) for hours in (3, 1, 2, 0, -1)}
    commissions.move(by_hours[1].id, of="pending", to="held")
    commissions.supersede(by_hours[0].id)
    due = [one.id for one in commissions.due_for_approval(NOON + HOLD + timedelta(hours=2), 10)]
    assert due == [by_hours[-1].id, by_hours[2].id]
    assert len(commissions.due_for_approval(NOON + 2 * HOLD, 2)) == 2


def test_no_more_is_reversed_than_is_left(session: Session, world: World) -> None:
    commissions = Commissions(session, world.clock)
    one = earned(session, world, "o1", world.ada, 100)
    first, second = refund(session, one, "re_1"), refund(session, one, "re_2")
    reversal, created = commissions.reverse(one, 70, occurred_at=at(1), refund_id=first)
    assert created
    assert commissions.reverse(one, 70, occurred_at=at(1), refund_id=first) == (reversal, False)
    with pytest.raises(ConflictError, match="another amount"):
        commissions.reverse(one, 71, occurred_at=at(1), refund_id=first)
    with pytest.raises(ConflictError, match="more would be reversed than is left"):
        commissions.reverse(one, 31, occurred_at=at(2), refund_id=second)
    rest, _ = commissions.reverse(one, 30, occurred_at=at(0), refund_id=second)
    assert commissions.reversals(one.id) == [rest, reversal]
    assert left(commissions, one) == 0
    assert [commissions.unreverse(reversal) for _ in range(2)] == [True, False]
    assert left(commissions, one) == 70
    assert commissions.reversals(one.id) == [rest]
    again, created = commissions.reverse(one, 65, occurred_at=at(1), refund_id=first)
    assert (created, left(commissions, one)) == (True, 5)
    assert again.id != reversal.id


def test_reversals_end_with_their_commission(session: Session, world: World) -> None:
    commissions = Commissions(session, world.clock)
    one = earned(session, world, "o1", world.ada, 100)
    dispute, _ = Refunds(session).open_dispute(one.conversion_id, "d_1", reason="", opened_at=at(1), by="tok_1")
    reversal: ReversalRecord = commissions.reverse(one, 100, occurred_at=at(1), dispute_id=dispute.id)[0]
    assert (reversal.refund_id, reversal.dispute_id) == (None, dispute.id)
    commissions.supersede(one.id)
    assert commissions.reversals(one.id) == []
    with pytest.raises(ConflictError, match="more would be reversed"):
        commissions.reverse(one, 1, occurred_at=at(1), dispute_id=dispute.id)


def left(commissions: Commissions, commission: CommissionRecord) -> int:
    found = commissions.by_id(commission.id)
    assert found is not None
    return found.left_minor
