"""The books: every transaction balances, each cause is booked once, and the database refuses to change what is booked."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.support.books import World, at, new_world
from tests.support.ledger import NOON
from tribute.kit.errors import ConflictError
from tribute.ledger.books import Account, Balance, Booked, Books, Cause, UnbalancedError
from tribute.ledger.database import Database
from tribute.ledger.proof import prove

EXPENSE = Account("commission_expense", "USD")


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


def cause(step: str = "earn", name: str = "dec_1") -> Cause:
    return Cause("decision", name, step)


def test_what_is_booked_is_a_balance_and_a_statement(session: Session, world: World) -> None:
    books, pending, approved = (
        Books(session, world.clock),
        Account("pending", "USD", world.ada),
        Account("approved", "USD", world.ada),
    )
    assert books.post(cause(), [(pending, 9950), (EXPENSE, -9950)], by="attribution", note="order-1")
    world.clock.at = at(1)
    assert books.post(cause("approve"), [(pending, -9950), (approved, 9950)], by="tribute")
    assert books.balances(world.ada) == [Balance("USD", approved_minor=9950)]
    assert books.balances(world.bob) == []
    assert [books.balance(one) for one in (pending, approved, EXPENSE, Account("held", "USD", world.ada))] == [0, 9950, -9950, 0]
    booked = books.of_cause("decision", "dec_1")
    assert [(one.at, one.cause.step, one.account, one.amount_minor) for one in booked] == [
        (NOON, "earn", EXPENSE, -9950),
        (NOON, "earn", pending, 9950),
        (at(1), "approve", approved, 9950),
        (at(1), "approve", pending, -9950),
    ]
    assert (booked[0].by, booked[0].note) == ("attribution", "order-1")


def test_a_cause_is_booked_once(session: Session, world: World) -> None:
    books, pending = Books(session, world.clock), Account("pending", "USD", world.ada)
    entries = [(pending, 5), (EXPENSE, -5)]
    assert [books.post(cause(), entries, by="a") for _ in range(3)] == [True, False, False]
    assert books.post(cause(), [(EXPENSE, -5), (pending, 2), (pending, 3)], by="b") is False
    with pytest.raises(ConflictError, match="earn of dec_1 is in the books already, with other amounts"):
        books.post(cause(), [(pending, 6), (EXPENSE, -6)], by="a")
    assert books.balance(pending) == 5
    assert prove_entries(session) == []


def test_two_who_book_one_cause_at_once_book_it_once(ledger: Database, world: World) -> None:
    barrier, booked = threading.Barrier(4), []

    def book() -> None:
        barrier.wait(timeout=10)
        with ledger.session() as session:
            entries = [(Account("pending", "USD", world.ada), 5), (EXPENSE, -5)]
            booked.append(Books(session, world.clock).post(cause(), entries, by="a"))

    threads = [threading.Thread(target=book) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(booked) == [False, False, False, True]
    with ledger.reading() as session:
        assert Books(session, world.clock).balances(world.ada) == [Balance("USD", pending_minor=5)]


def test_what_does_not_balance_is_refused(session: Session, world: World) -> None:
    books, pending = Books(session, world.clock), Account("pending", "USD", world.ada)
    euros = Account("commission_expense", "EUR")
    for entries, problem in (
        ([(pending, 5), (EXPENSE, -4)], "sum to zero"),
        ([(pending, 5)], "sum to zero"),
        ([], "moves something"),
        ([(pending, 5), (pending, -5)], "moves something"),
        ([(pending, 5), (euros, -5)], "one currency"),
        ([(pending, 5), (EXPENSE, -5), (euros, 5), (Account("pending", "EUR", world.ada), -5)], "one currency"),
    ):
        with pytest.raises(UnbalancedError, match=problem):
            books.post(cause(), entries, by="a")
    assert books.of_cause("decision", "dec_1") == []


def test_an_account_is_either_the_houses_or_an_affiliates() -> None:
    for kind, affiliate in (("pending", None), ("adjustments", None), ("commission_expense", "aff_1"), ("adjustment_expense", "aff_1")):
        with pytest.raises(ValueError, match=f"{kind} is"):
            Account(kind, "USD", affiliate)  # type: ignore[arg-type]


_KINDS = ("pending", "approved", "held", "adjustments", "commission_expense", "adjustment_expense")
_AMOUNTS = st.integers(-(10**15), 10**15)
_POSTINGS = st.lists(
    st.tuples(st.sampled_from(["USD", "JPY"]), st.lists(st.tuples(st.sampled_from(_KINDS), st.booleans(), _AMOUNTS), max_size=5)),
    max_size=8,
)


@given(postings=_POSTINGS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # the books grow over the examples
def test_whatever_is_booked_balances(session: Session, world: World, postings: list[tuple[str, list[tuple[str, bool, int]]]]) -> None:
    books = Books(session, world.clock)
    expected = Counter(_balances(session))
    base = session.scalar(sa.text("SELECT count(*) FROM transactions"))
    for index, (currency, parts) in enumerate(postings):
        accounts = [
            Account(kind, currency, None if kind.endswith("expense") else world.ada if ada else world.bob) for kind, ada, _ in parts
        ]  # type: ignore[arg-type]
        entries = [(account, amount) for account, (_, _, amount) in zip(accounts, parts, strict=True)]
        balanced = [*entries, (Account("commission_expense", currency), -sum(amount for _, amount in entries))]
        if sum(amount for _, amount in entries):
            with pytest.raises(UnbalancedError):
                books.post(cause(name=f"refused-{base}-{index}"), entries, by="a")
        try:
            assert books.post(cause(name=f"{base}-{index}"), balanced, by="a")
        except UnbalancedError:
            assert not any(_sums(balanced).values())
        else:
            expected.update(_sums(balanced))
    assert {account: amount for account, amount in _balances(session).items() if amount} == {
        account: amount for account, amount in expected.items() if amount
    }
    assert prove_entries(session) == []


def _sums(entries: list[tuple[Account, int]]) -> Counter[Account]:
    sums: Counter[Account] = Counter()
    for account, amount in entries:
        sums[account] += amount
    return sums


def _balances(session: Session) -> dict[Account, int]:
    rows = session.execute(sa.text("SELECT kind, currency, affiliate_id, balance_minor FROM accounts"))
    return {Account(*account): balance for *account, balance in rows}


def prove_entries(session: Session) -> list[str]:
    """What the proof finds beside that nobody is owed anything, as these tests book without commissions."""
    return [fault for fault in prove(session).faults if "is owed 0 minor units" not in fault]


@pytest.mark.parametrize("table", ["entries", "transactions"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_is_booked_is_never_changed(ledger: Database, world: World, table: str, statement: str) -> None:
    with ledger.session() as session:
        entries = [(Account("pending", "USD", world.ada), 5), (EXPENSE, -5)]
        Books(session, world.clock).post(cause(), entries, by="a")
    column, value = ("amount_minor", "7") if table == "entries" else ("note", "'x'")
    with pytest.raises(sa.exc.IntegrityError, match=f"{table} is append-only"), ledger.session() as session:
        session.execute(sa.text(statement.format(table, column, value)))
    with ledger.reading() as session:
        assert _statement(session, world) == [5, -5]


def _statement(session: Session, world: World) -> list[int]:
    booked: list[Booked] = list(Books(session, world.clock).of_cause("decision", "dec_1"))
    return sorted((one.amount_minor for one in booked), reverse=True)
