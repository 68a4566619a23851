"""Pages of what is owed to whom, on each database: everybody once, nobody who is owed nothing, from any cursor alike."""

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa

from tests.support.books import World, new_world
from tribute.kit.errors import InvalidInputError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.books import Account, Books, Cause
from tribute.ledger.database import Database
from tribute.ledger.owed_pages import OwedPages, OwedTo
from tribute.ledger.paging import Page, text_cursor

Owed = tuple[str, str, int, int, int]
"""Currency, code, payable, pending, held."""


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


def booked(ledger: Database, world: World) -> list[Owed]:
    """Balances of a dozen affiliates in two currencies, many alike, some of nothing; what of them is to be listed."""
    dice, owed = random.Random(11), list[Owed]()
    with ledger.session() as session:
        affiliates, books = Affiliates(session, world.clock), Books(session, world.clock)
        for number in range(12):
            who = affiliates.add(f"Friend {number}", f"friend{number}@example.com", f"friend-{number}")
            for currency in ("USD", "EUR"):
                amounts = {kind: dice.choice([-500, 0, 0, 700, 2**40]) for kind in ("pending", "approved", "held", "adjustments")}
                for kind, amount in amounts.items():
                    entries = [(Account(kind, currency, who.id), amount), (Account("commission_expense", currency), -amount)]  # type: ignore[arg-type]
                    if amount:
                        books.post(Cause("decision", f"{who.code}-{currency}-{kind}", "earn"), entries, by="tests")
                told = (amounts["approved"] + amounts["adjustments"], amounts["pending"], amounts["held"])
                if any(told):
                    owed.append((currency, who.code, *told))
    return owed


def everybody(read: Callable[[str | None], Page[OwedTo]]) -> list[Owed]:
    found, cursor, pages = list[Owed](), None, 0
    while cursor is not None or not pages:
        page = read(cursor)
        found += [
            (one.balance.currency, one.code, one.payable_minor, one.balance.pending_minor, one.balance.held_minor) for one in page.items
        ]
        cursor, pages = page.next, pages + 1
    return found


@pytest.mark.parametrize("limit", [1, 5, 200])
def test_everybody_is_listed_once_in_both_orders(ledger: Database, world: World, limit: int) -> None:
    owed = booked(ledger, world)
    with ledger.reading() as session:
        pages = OwedPages(session)
        most = everybody(lambda cursor: pages.most_payable_first(cursor=cursor, limit=limit))
        by_code = everybody(lambda cursor: pages.by_code(cursor=cursor, limit=limit))
    assert most == sorted(owed, key=lambda one: (one[0], -one[2], one[1]))
    assert by_code == sorted(owed, key=lambda one: (one[1], one[0]))


@pytest.mark.parametrize("told", ["USD", "USD x ada", f"USD {2**70} ada", "USD 1", "x", "USD -0 ada bob"])
def test_any_cursor_is_a_place_or_refused(ledger: Database, world: World, told: str) -> None:
    booked(ledger, world)
    with ledger.reading() as session:
        for read in (OwedPages(session).most_payable_first, OwedPages(session).by_code):
            with suppress(InvalidInputError):
                read(cursor=text_cursor(told))
        with pytest.raises(InvalidInputError, match="cursor"):
            OwedPages(session).most_payable_first(cursor="%%%")
        assert session.scalar(sa.select(1)) == 1  # PostgreSQL's transaction goes on
