"""The proof recomputes the books, and names what is wrong with them."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.support.books import World, add_commission, at, decision, earned, new_world, told
from tribute.ledger.adjustments import Adjustments
from tribute.ledger.books import Account, Books, Cause
from tribute.ledger.commissions import Commissions
from tribute.ledger.conversions import Conversions
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
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


@pytest.mark.slow
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
        ("UPDATE conversions SET credited_affiliate_id = NULL", "is credited to nobody, its newest decision credits aff_"),
        ("UPDATE conversions SET decision_id = 'dec_0'", "names a decision that is not there"),
        ("UPDATE commissions SET amount_minor = 9951 WHERE status = 'approved'", "is 9951 minor units of USD for aff_"),
        ("UPDATE commissions SET currency = 'EUR' WHERE status = 'approved'", "is 9950 minor units of EUR for aff_"),
        (
            "UPDATE commissions SET affiliate_id = (SELECT max(id) FROM affiliates WHERE id <> affiliate_id) WHERE status = 'approved'",
            "its decision comes to 9950 minor units of USD for aff_",
        ),
        ("UPDATE commissions SET superseded_at = created_at WHERE status = 'approved'", "by its newest decision, and has no commission"),
        (
            "UPDATE commissions SET status = 'rejected' WHERE status = 'approved'",
            "is rejected, the newest decision about its conversion is not",
        ),
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


def test_what_agrees_with_itself_but_with_no_decision_is_named(session: Session, world: World) -> None:
    """The commission, the account and its entry are all another amount: only the decision still says what was right."""
    conversion = told(session, world, "o3")
    decided = Decisions(session, world.clock).record(conversion, decision(world, conversion, world.ada, 9950))
    commission = add_commission(session, world, conversion, decided.id, world.ada, amount_minor=9951)
    entries = [(Account("pending", "USD", world.ada), 9951), (Account("commission_expense", "USD"), -9951)]
    Books(session, world.clock).post(Cause("decision", decided.id, "earn"), entries, by="tribute")
    ada = f"minor units of USD for {world.ada}"
    assert prove(session).faults == (f"commission {commission.id} is 9951 {ada}, its decision comes to 9950 {ada}",)


@pytest.mark.parametrize("outcome", ["unattributed", "held"])
def test_a_commission_of_an_order_that_earns_nothing_is_named(session: Session, world: World, outcome: str) -> None:
    commission = earned(session, world, "o3", world.bob)
    conversion = Conversions(session, world.clock).by_id(commission.conversion_id)
    assert conversion is not None
    Decisions(session, world.clock).record(conversion, decision(world, conversion, world.bob, outcome=outcome))
    found = prove(session).faults
    assert f"commission {commission.id} is 9950 minor units of USD for {world.bob}, its decision comes to nothing" in found


def test_a_rejected_commission_stays_what_it_was(session: Session, world: World) -> None:
    commission = earned(session, world, "o3", world.bob)
    conversion = Conversions(session, world.clock).by_id(commission.conversion_id)
    assert conversion is not None
    Decisions(session, world.clock).record(conversion, decision(world, conversion, None, reason="rejected"))
    Commissions(session, world.clock).move(commission.id, of="pending", to="rejected")
    back = [(Account("pending", "USD", world.bob), -9950), (Account("commission_expense", "USD"), 9950)]
    Books(session, world.clock).post(Cause("decision", "dec_rejection", "reject"), back, by="tribute")
    assert prove(session).holds
    session.execute(sa.text("UPDATE commissions SET amount_minor = 9951 WHERE status = 'rejected'"))
    bob = f"minor units of USD for {world.bob}"
    assert prove(session).faults == (f"commission {commission.id} is 9951 {bob}, its decision comes to 9950 {bob}",)


def test_more_conversions_than_are_read_at_once_are_all_proven(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tribute.ledger.proof._BATCH", 2)
    made = [earned(session, world, f"more-{number}", world.ada) for number in range(6)]
    assert prove(session).holds
    session.execute(
        sa.text("UPDATE commissions SET amount_minor = 1 WHERE id = :id"), {"id": max(made, key=lambda one: one.conversion_id).id}
    )
    assert any("is 1 minor units of USD" in fault for fault in prove(session).faults)
