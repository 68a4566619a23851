"""An unknown code is nobody's, for ever for orders received before somebody registered it, whenever they occurred."""

from datetime import timedelta

from tests.support.money import MoneyWorld
from tribute.ledger.conversions import Conversions


def test_orders_received_before_stay_nobodys_and_later_ones_count(world: MoneyWorld) -> None:
    world.program()
    before = world.order("before", affiliate_code="zoe")
    assert world.decision(before).reason == "unknown_code"
    world.pass_time(timedelta(hours=1))
    world.affiliate("zoe")
    world.pass_time(timedelta(hours=1))
    after = world.order("after", affiliate_code="zoe")
    late = world.order("late", affiliate_code="zoe", occurred_at=world.clock.at - timedelta(days=1))
    with world.database.session() as session:
        Conversions(session, world.clock).mark_due([before], "asked again")
    world.desk.decide_due()
    assert world.decision(before).reason == "unknown_code"
    assert {world.decision(one).affiliate_id for one in (after, late)} == {world.affiliates["zoe"]}
    assert world.balance("zoe").pending_minor == 2 * 9_950
