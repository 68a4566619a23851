"""The proof recomputes the books, and names what is wrong with them."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.support.books import World, at, earned, new_world
from tribute.ledger.adjustments import Adjustments
from tribute.ledger.books import Account, Books, Cause
from tribute.ledger.commissions import Commissions
from tribute.ledger.database import Database
from tribute.ledger.proof import Proof, prove
from tribute.ledger.refunds import Refunds


@pytest.fixture
def world(ledger: Database) -> World:
    """Two commissions, one of them approved, the other half reversed, and a bonus."""
    world = new_world(ledger)
    with ledger.session() as session:
        books, commissions = Books(session, world.clock), Commissions(session, world.clock)
        one, other = earned(session, world, "o1", world.ada), earned(session, world, "o2", world.bob, 100)
        commissions.move(one.id, of="pending", to="approved")
        moved = [(Account("pending", "USD", world.ada), -9950), (Account("approved", "USD", world.ada), 9950)]
        books.post(Cause("commission", one.id, "approve"), moved, by="tribute")
        dispute, _ = Refunds(session).open_dispute(other.conversion_id, "d_1", reason="", opened_at=at(1), by="tok_1")
        reversal, _ = commissions.reverse(other, 50, occurred_at=at(1), dispute_id=dispute.id)
        taken = [(Account("pending", "USD", world.bob), -50), (Account("commission_expense", "USD"), 50)]
        books.post(Cause("reversal", reversal.id, "take"), taken, by="tribute")
        bonus, _ = Adjustments(session, world.clock).add(world.ada, "bonus", 700, "USD", reason="well done", by="own_1")
        given = [(Account("adjustments", "USD", world.ada), 700), (Account("adjustment_expense", "USD"), -700)]
        books.post(Cause("adjustment", bonus.id, "give"), given, by="own_1")
    return world


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    with ledger.session() as session:
        yield session


def test_right_books_are_proven(session: Session) -> None:
    assert prove(session) == Proof(transactions=5, accounts=6, faults=())


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (
            "UPDATE accounts SET balance_minor = balance_minor + 1 WHERE kind = 'approved'",
            "shows 9951 minor units, its entries sum to 9950",
        ),
        ("UPDATE commissions SET amount_minor = 9951 WHERE status = 'approved'", "is owed 9951 minor units of USD as approved"),
        ("UPDATE commissions SET status = 'held' WHERE status = 'approved'", "is owed 0 minor units of USD as approved"),
        ("UPDATE commissions SET reversed_minor = 49 WHERE reversed_minor = 50", "shows 49 minor units reversed, its reversals sum to 50"),
        ("UPDATE commissions SET superseded_at = created_at WHERE status = 'approved'", "the books hold 9950"),
        ("UPDATE reversals SET superseded_at = occurred_at", "its reversals sum to 0"),
        ("UPDATE adjustments SET amount_minor = 701", "is owed 701 minor units of USD as adjustments, the books hold 700"),
        ("UPDATE conversions SET credited_affiliate_id = NULL", "is credited to nobody"),
        ("INSERT INTO transactions VALUES ('txn_1', '2026-11-23 12:00:00+00:00', 'decision', 'dec_0', 'earn', '', 'a')", "has no entries"),
        (
            "INSERT INTO entries SELECT t.id, a.id, 1 FROM transactions t, accounts a WHERE t.step = 'give' AND a.kind = 'held'",
            "does not balance: 1 minor units are over",
        ),
        (
            "INSERT INTO entries SELECT t.id, a.id, 1 FROM transactions t, accounts a WHERE t.step = 'give' AND a.kind = 'held'",
            "has entries in 2 currencies",
        ),
    ],
)
def test_each_fault_is_named(session: Session, world: World, damage: str, fault: str) -> None:
    euros = {"id": "acc_1", "whose": world.ada}
    session.execute(sa.text("INSERT INTO accounts VALUES (:id, 'held', :whose, 'EUR', 0)"), euros)
    assert prove(session).holds
    session.execute(sa.text(damage))
    proof = prove(session)
    assert not proof.holds
    assert any(fault in sentence for sentence in proof.faults), proof.faults
