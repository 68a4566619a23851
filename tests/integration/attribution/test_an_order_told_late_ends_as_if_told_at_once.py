"""An order belongs to the program that had its website when it was placed, however late it is told of, and whatever has changed since."""

from datetime import timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs

DAY = timedelta(days=1)


@pytest.fixture
def world(ledger: Database) -> MoneyWorld:
    world = MoneyWorld(ledger)
    world.affiliate("ada")
    return world


def earned(world: MoneyWorld, conversion_id: str) -> tuple[str | None, int]:
    decision = world.decision(conversion_id)
    return decision.program_id, decision.commission_minor


def test_a_website_that_has_left_earns_for_orders_of_the_time_before(world: MoneyWorld) -> None:
    program = world.program()
    placed_at = world.clock.at
    world.clock.at += DAY
    with world.database.session() as session:
        Programs(session, world.clock).remove_website(program, world.website())
    assert earned(world, world.order("before", affiliate_code="ada", occurred_at=placed_at)) == (program, 9_950)
    assert earned(world, world.order("after", affiliate_code="ada")) == (None, 0)


def test_a_website_that_has_moved_earns_by_the_program_of_the_time(world: MoneyWorld) -> None:
    first, second = world.program(), world.program(name="Others", websites=())
    placed_at = world.clock.at
    world.clock.at += DAY
    with world.database.session() as session:
        Programs(session, world.clock).remove_website(first, world.website())
        Programs(session, world.clock).add_website(second, world.website())
    assert earned(world, world.order("before", affiliate_code="ada", occurred_at=placed_at)) == (first, 9_950)
    assert earned(world, world.order("after", affiliate_code="ada")) == (second, 9_950)


def test_a_program_that_was_put_away_owes_for_orders_of_the_time_before(world: MoneyWorld) -> None:
    program = world.program()
    placed_at = world.clock.at
    world.clock.at += DAY
    with world.database.session() as session:
        Programs(session, world.clock).archive(program)
    assert earned(world, world.order("before", affiliate_code="ada", occurred_at=placed_at)) == (program, 9_950)
    assert earned(world, world.order("after", affiliate_code="ada")) == (None, 0)
