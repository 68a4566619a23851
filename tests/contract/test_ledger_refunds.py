"""Refunds and disputes are told once a conversion; a dispute ends once."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.support.books import World, at, new_world, told
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.ledger.database import Database
from tribute.ledger.refunds import RefundRecord, Refunds


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


def add(session: Session, conversion_id: str, name: str = "re_1", hours: float = 1, amount: int = 500) -> tuple[RefundRecord, bool]:
    times = {"occurred_at": at(hours), "received_at": at(hours + 1)}
    return Refunds(session).add(
        conversion_id, name, fingerprint=str(amount), amount_minor=amount, lines={"1": amount}, reason="broken", by="tok_1", **times
    )


def test_a_refund_is_told_once_a_conversion(session: Session, world: World) -> None:
    one, other = told(session, world, "o1"), told(session, world, "o2")
    first, created = add(session, one.id)
    assert created
    assert add(session, one.id) == (first, False)
    with pytest.raises(ConflictError, match="'re_1' is a refund of this conversion with other content"):
        add(session, one.id, amount=501)
    assert add(session, other.id)[1]
    assert first.refund().lines == {"1": 500}


def test_refunds_come_in_the_order_in_which_they_count(session: Session, world: World) -> None:
    one, other = told(session, world, "o1"), told(session, world, "o2")
    late, _ = add(session, one.id, "late", 3)
    early, _ = add(session, one.id, "early", 2)
    of_other, _ = add(session, other.id)
    refunds = Refunds(session)
    assert refunds.of_conversion(one.id) == [early, late]
    assert refunds.of_conversions([one.id, other.id, "cnv_0"]) == {one.id: [early, late], other.id: [of_other]}
    assert refunds.find(one.id, "late") == late
    assert refunds.find(one.id, "\x00") is None


def test_a_dispute_opens_and_ends_once(session: Session, world: World) -> None:
    conversion, refunds = told(session, world), Refunds(session)
    dispute, created = refunds.open_dispute(conversion.id, "d_1", reason="not mine", opened_at=at(1), by="tok_1")
    assert created
    assert refunds.open_dispute(conversion.id, "d_1", reason="again", opened_at=at(9), by="tok_1") == (dispute, False)
    closed, now = refunds.close_dispute(dispute.id, "won", closed_at=at(2))
    assert (closed.outcome, closed.closed_at, now) == ("won", at(2), True)
    assert refunds.close_dispute(dispute.id, "won", closed_at=at(3)) == (closed, False)
    with pytest.raises(ConflictError, match="was won already"):
        refunds.close_dispute(dispute.id, "lost", closed_at=at(3))
    with pytest.raises(NotFoundError):
        refunds.close_dispute("dsp_0", "lost", closed_at=at(3))
    assert refunds.disputes(conversion.id) == [closed]
    assert refunds.dispute(conversion.id, "d_1") == closed
