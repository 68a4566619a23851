"""The hold period ends to the microsecond; the job that approves may run twice, late, or after terms with another hold."""

from datetime import timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.ledger.books import Balance
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.programs import Programs
from tribute.ledger.rules.terms import GroupTerms, Rule, Terms
from tribute.ledger.rules.terms_checked import checked_terms

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("waited", "approved"), [(timedelta(days=30) - TICK, False), (timedelta(days=30), True), (timedelta(days=900), True)]
)
def test_from_the_end_of_the_hold_period_on(world: MoneyWorld, waited: timedelta, approved: bool) -> None:
    world.program(hold_days=30)
    order = world.order(amount=10_000, affiliate_code="ada")
    world.clock.at = world.conversion(order).facts.occurred_at + waited
    assert [world.desk.approve_due() for _ in range(3)] == [int(approved), 0, 0]
    assert world.balance("ada") == (Balance("USD", approved_minor=5_000) if approved else Balance("USD", pending_minor=5_000))


def test_an_order_of_long_ago_is_approved_at_the_next_look(world: MoneyWorld) -> None:
    world.program()
    world.order(amount=10_000, affiliate_code="ada", occurred_at=world.clock.at - timedelta(days=40))
    assert world.balance("ada").pending_minor == 5_000
    assert world.desk.approve_due() == 1
    assert world.balance("ada") == Balance("USD", approved_minor=5_000)


def test_more_than_one_batch_is_approved_in_one_go(world: MoneyWorld) -> None:
    world.program(hold_days=0)
    for number in range(205):
        world.order(f"order-{number}", amount=100, affiliate_code="ada", decide=False)
    world.desk.decide_due()
    assert world.desk.approve_due() == 205
    assert world.balance("ada") == Balance("USD", approved_minor=205 * 50)


def test_without_anything_left_nothing_is_approved(world: MoneyWorld) -> None:
    world.program()
    world.refund(world.order(affiliate_code="ada"), 19_900)
    world.pass_time(timedelta(days=31))
    assert world.balance("ada") == Balance("USD")


def test_a_group_has_its_own_hold(world: MoneyWorld) -> None:
    program = world.program()
    terms = Terms(currency="USD", rules=(Rule(percent="50"),), groups=(GroupTerms("Gold", hold_days=7),))
    with world.database.session() as session:
        programs = Programs(session, world.clock)
        programs.add_group(program, "Gold")
        programs.set_terms(program, checked_terms(terms, groups=("Gold",)), by="tests")
        Enrollments(session, world.clock).change(program, world.affiliates["ada"], "approved", by="tests", group="Gold")
    world.pass_time(TICK)
    world.order("of-ada", amount=10_000, affiliate_code="ada")
    world.order("of-bob", amount=10_000, affiliate_code="bob")
    world.pass_time(timedelta(days=8))
    assert world.balance("ada") == Balance("USD", approved_minor=5_000)
    assert world.balance("bob") == Balance("USD", pending_minor=5_000)
