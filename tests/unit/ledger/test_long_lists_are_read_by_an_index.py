"""What is asked all the time of long tables is answered from an index, in its order, also before the database has statistics."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.support.books import World, at, new_world, told
from tests.support.ledger import NOON, new_ledger
from tribute.ledger.commission_pages import CommissionPages, Filters
from tribute.ledger.commissions import Commissions
from tribute.ledger.conversions import Conversions
from tribute.ledger.paging import time_cursor
from tribute.ledger.related_conversions import RelatedConversions
from tribute.ledger.standings import Standings

CURSOR, PLACE = time_cursor(NOON, "com_1"), (NOON, "api", "order-1")


def commission_pages(session: Session, world: World) -> None:
    for whose, status, website in product((world.ada, None), ("held", None), (world.website, None)):
        if whose is None and status is not None and website is not None:
            continue  # an owner's rarer question: found by one of the two, and cut to the other
        CommissionPages(session).page(Filters(whose, status, website), cursor=CURSOR)  # type: ignore[arg-type]
    CommissionPages(session).page(Filters(world.ada, program_id=world.program), cursor=CURSOR)


def conversion_pages(session: Session, world: World) -> None:
    conversions = Conversions(session, world.clock)
    conversions.page(cursor=CURSOR)
    conversions.page(cursor=CURSOR, website_id=world.website)
    conversions.page(cursor=CURSOR, status="held")
    conversions.page(cursor=CURSOR, program_id=world.program)
    conversions.page(cursor=CURSOR, affiliate_id=world.ada)


def what_is_due(session: Session, world: World) -> None:
    for program_id in (world.program, None):
        Conversions(session, world.clock).next_due(100, NOON, program_id=program_id)
    Commissions(session, world.clock).due_for_approval(NOON, 100)


def standings(session: Session, world: World) -> None:
    Standings(session).before(world.program, world.ada, PLACE, kind="sale", currency="USD", since=at(-9))
    Standings(session).paid_by_rule(world.program, world.ada, PLACE, rule_key="key", since=at(-9))
    Standings(session).paid_for_customer("cus_1", world.ada, PLACE, rule_key="key")


def sums(session: Session, world: World) -> None:
    for whose in (world.ada, None):
        CommissionPages(session).sums(at(-9), NOON, "hour", affiliate_id=whose)


def what_comes_next(session: Session, world: World) -> None:
    CommissionPages(session).coming(world.ada, "USD")


def related(session: Session, world: World) -> None:
    one = Conversions(session, world.clock).page(limit=1).items[0]
    related = RelatedConversions(session)
    related.dependents(one, affiliate_ids=[world.ada], until=at(9))
    related.of_customer("cus_1", before=PLACE)


@pytest.mark.parametrize("asked", [commission_pages, conversion_pages, what_is_due, what_comes_next, standings, sums, related])
def test_no_question_reads_a_whole_table(tmp_path: Path, asked: Callable[[Session, World], None]) -> None:
    ledger = new_ledger(tmp_path)  # SQLite; PostgreSQL reads small tables whole, whatever indexes they have
    world = new_world(ledger)
    with ledger.session() as session:
        told(session, world, payment_reference="pi_1")
        statements: list[tuple[str, tuple[object, ...]]] = []
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *heard: statements.append((heard[2], heard[3])))
        asked(session, world)
        for statement, parameters in statements.copy():
            plan = [step.detail for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            steps = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
            assert steps, statement
            assert all(" INDEX " in step for step in steps), (statement, plan)
            if " LIMIT " in statement:
                assert "USE TEMP B-TREE FOR ORDER BY" not in plan, (statement, plan)
            else:
                assert not any(step.startswith("SCAN") for step in steps), (statement, plan)
    ledger.close()
