"""While the store of events is made anew it knows no clicks: what was decided with all of them stays, and refunds take their part only."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.attribution.desk import SILENCE
from tribute.ledger.database import Database


@pytest.fixture
def world(ledger: Database) -> MoneyWorld:
    world = MoneyWorld(ledger)
    world.affiliate("ada")
    world.program()
    return world


def forget_events(world: MoneyWorld) -> None:
    world.evidence.clicks = []
    world.arrivals.held_at = datetime.fromtimestamp(0, UTC)


def test_a_refund_meanwhile_takes_its_part_and_no_more(world: MoneyWorld) -> None:
    world.click("ada", "visitor")
    order = world.order(anonymous_id="visitor")
    world.pass_time(timedelta(days=31))
    forget_events(world)
    world.refund(order, 1_990)
    world.pass_time(SILENCE * 2)
    assert (world.balance("ada").approved_minor, len(world.decisions(order))) == (8_955, 1)


def test_an_order_told_meanwhile_is_decided_provisionally(world: MoneyWorld) -> None:
    world.click("ada", "visitor")
    clicks = world.evidence.clicks
    forget_events(world)
    order = world.order(anonymous_id="visitor")
    world.pass_time(SILENCE * 2)
    assert world.decision(order).provisional
    world.evidence.clicks, world.arrivals.held_at = clicks, None
    world.desk.decide_due()
    assert (world.decision(order).provisional, world.balance("ada").pending_minor) == (False, 9_950)
