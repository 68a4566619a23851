"""The outbox: what is put in again while it is being told is told again."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.support.books import World, new_world, told
from tribute.ledger.database import Database
from tribute.ledger.outbox import Outbox


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


def test_what_was_told_is_forgotten(session: Session, world: World) -> None:
    outbox, ids = Outbox(session), sorted(told(session, world, f"o{n}").id for n in range(5))
    outbox.add(ids)
    outbox.add(ids[:1])
    assert outbox.waiting() == 5
    taken = outbox.take(3)
    assert [one.conversion_id for one in taken] == ids[:3]
    outbox.clear(taken)
    assert [one.conversion_id for one in outbox.take(10)] == ids[3:]


def test_what_changed_while_it_was_told_is_told_again(session: Session, world: World) -> None:
    outbox, one = Outbox(session), told(session, world).id
    outbox.add([one])
    taken = outbox.take(10)
    outbox.add([one])
    outbox.clear(taken)
    assert [each.conversion_id for each in outbox.take(10)] == [one]
    outbox.clear(outbox.take(10))
    assert outbox.waiting() == 0
