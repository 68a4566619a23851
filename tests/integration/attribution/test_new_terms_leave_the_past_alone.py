"""Terms change from an instant on: orders are decided by the terms of their own time, whenever they are told or decided again."""

from datetime import timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.kit.errors import InvalidInputError
from tribute.ledger.conversions import Conversions
from tribute.ledger.programs import Programs
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.rules.terms_checked import checked_terms

DAY = timedelta(days=1)


def set_percent(world: MoneyWorld, program: str, percent: str, after: timedelta) -> None:
    terms = checked_terms(Terms(currency="USD", rules=(Rule(percent=percent),), hold_days=60))
    with world.database.session() as session:
        Programs(session, world.clock).set_terms(program, terms, by="tests", effective_from=world.clock.at + after)


def test_each_order_has_the_terms_of_its_time(world: MoneyWorld) -> None:
    program = world.program()
    start = world.clock.at
    set_percent(world, program, "20", DAY)
    world.pass_time(2 * DAY)
    wanted = {"just-before": (-timedelta(microseconds=1), 5_000), "at-once": (timedelta(0), 2_000), "after": (DAY / 2, 2_000)}
    for name, (offset, amount) in wanted.items():
        order = world.order(name, amount=10_000, affiliate_code="ada", occurred_at=start + DAY + offset)
        commission = world.commission(order)
        assert commission is not None
        assert (name, commission.amount_minor) == (name, amount)
        assert commission.payable_at - commission.occurred_at == timedelta(days=60 if amount == 2_000 else 30)


def test_deciding_again_changes_nothing(world: MoneyWorld) -> None:
    program = world.program()
    order = world.order(amount=10_000, affiliate_code="ada")
    before = world.commission(order)
    set_percent(world, program, "1", timedelta(seconds=1))
    world.pass_time(DAY)
    with world.database.session() as session:
        Conversions(session, world.clock).mark_due([order], "asked again")
    world.desk.decide_due()
    world.refund(order, 5_000)
    assert len(world.decisions(order)) == 1
    assert before is not None
    assert world.balance("ada").pending_minor == before.amount_minor // 2


def test_none_begin_in_the_past(world: MoneyWorld) -> None:
    program = world.program()
    with pytest.raises(InvalidInputError, match="effective_from"):
        set_percent(world, program, "1", -DAY)
