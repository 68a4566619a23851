"""The audit log and adjustments: what people did, never changed, listed the latest first."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.support.books import World, at, new_world
from tests.support.ledger import NOON
from tribute.kit.errors import InvalidInputError, NotFoundError, TributeError
from tribute.ledger.adjustments import AdjustmentRecord, Adjustments
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


def test_changes_are_listed_by_time_and_by_subject(session: Session, world: World) -> None:
    audit, noted = Audit(session, world.clock), []
    for n in range(5):
        world.clock.at = at(n)
        noted.append(audit.note("program.terms_set", "program", f"prg_{n % 2}", by="own_1", detail={"n": n}))
    first = audit.page(limit=3)
    assert list(first.items) == noted[:1:-1]
    assert list(audit.page(cursor=first.next, limit=3).items) == noted[1::-1]
    assert list(audit.page(subject=("program", "prg_1")).items) == noted[3::-2]
    assert audit.page(subject=("affiliate", "prg_1")).items == ()


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET \"by\" = 'nobody'", "DELETE FROM audit_log"])
def test_what_was_noted_is_never_changed(ledger: Database, world: World, statement: str) -> None:
    with ledger.session() as session:
        Audit(session, world.clock).note("website.added", "website", world.website, by="own_1")
    with pytest.raises(sa.exc.IntegrityError, match="audit_log is append-only"), ledger.session() as session:
        session.execute(sa.text(statement))


def test_adjustments_are_listed_the_latest_first(session: Session, world: World) -> None:
    adjustments, added = Adjustments(session, world.clock), []
    for n, (whose, kind, amount) in enumerate(((world.ada, "bonus", 500), (world.bob, "correction", -200), (world.ada, "correction", 1))):
        world.clock.at = at(n)
        added.append(adjustments.add(whose, kind, amount, " usd ", reason=" because ", by="own_1")[0])  # type: ignore[arg-type]
    assert added[0] == AdjustmentRecord(added[0].id, world.ada, "bonus", 500, "USD", "because", NOON, "own_1")
    assert list(adjustments.page().items) == added[::-1]
    first = adjustments.page(affiliate_id=world.ada, limit=1)
    assert list(first.items) == added[2:]
    assert list(adjustments.page(affiliate_id=world.ada, cursor=first.next).items) == added[:1]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount_minor": 0}, InvalidInputError),
        ({"amount_minor": -1}, InvalidInputError),
        ({"amount_minor": 10**16}, InvalidInputError),
        ({"currency": "XXX"}, InvalidInputError),
        ({"reason": "  "}, InvalidInputError),
        ({"reason": "x" * 501}, InvalidInputError),
        ({"affiliate_id": "aff_0"}, NotFoundError),
    ],
)
def test_what_is_no_adjustment_is_refused(session: Session, world: World, change: dict[str, object], error: type[TributeError]) -> None:
    good = {"affiliate_id": world.ada, "kind": "bonus", "amount_minor": 1, "currency": "USD", "reason": "because", "by": "own_1"}
    with pytest.raises(error):
        Adjustments(session, world.clock).add(**(good | change))  # type: ignore[arg-type]
