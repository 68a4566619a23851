"""An affiliate or a coupon that was out of use when an order was placed earns nothing by it, also once it is in use again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.conversions import Conversions
from tribute.ledger.coupons import Coupons

DAY = timedelta(days=1)


def set_active(world: MoneyWorld, code: str, *, active: bool) -> None:
    with world.database.session() as session:
        Affiliates(session, world.clock).set_active(world.affiliates[code], active=active)


def give_coupon(world: MoneyWorld, program: str, *, usable: bool = True) -> None:
    with world.database.session() as session:
        coupons = Coupons(session, world.clock)
        if usable:
            coupons.add(program, "bob20", world.affiliates["bob"])
        else:
            coupons.disable(program, "bob20")


def decide_again(world: MoneyWorld, order: str) -> None:
    with world.database.session() as session:
        Conversions(session, world.clock).mark_due([order], "asked again")
    world.desk.decide_due()


def refund_two_cents(world: MoneyWorld, order: str) -> None:
    world.refund(order, 2)


AGAIN = pytest.mark.parametrize("again", [decide_again, refund_two_cents])


@AGAIN
def test_an_order_placed_while_its_affiliate_was_out_stays_theirs_who_was_in(
    world: MoneyWorld, again: Callable[[MoneyWorld, str], None]
) -> None:
    world.program()
    world.click("ada", "visitor", ago=2 * DAY)
    world.click("bob", "visitor", ago=DAY)
    set_active(world, "bob", active=False)
    order = world.order(anonymous_id="visitor", amount=10_000)
    world.pass_time(DAY)
    set_active(world, "bob", active=True)
    again(world, order)
    decision = world.decision(order)
    assert decision.affiliate_id == world.affiliates["ada"]
    assert [one.verdict for one in decision.considered] == ["deactivated", "won"]
    assert world.balance("bob").pending_minor == 0
    assert world.balance("ada").pending_minor == (4_999 if again is refund_two_cents else 5_000)


@AGAIN
def test_an_order_with_a_coupon_that_was_disabled_stays_nobodys(world: MoneyWorld, again: Callable[[MoneyWorld, str], None]) -> None:
    program = world.program()
    give_coupon(world, program)
    world.pass_time(DAY)
    give_coupon(world, program, usable=False)
    order = world.order(coupon="BOB20", amount=10_000)
    world.pass_time(DAY)
    give_coupon(world, program)
    again(world, order)
    assert world.decision(order).reason == "unknown_code"
    assert world.balance("bob").pending_minor == 0


def test_orders_told_late_are_judged_by_the_times_that_they_were_placed_at(world: MoneyWorld) -> None:
    program = world.program()
    give_coupon(world, program)
    start = world.clock.at
    for active in (False, True, False, True):
        world.pass_time(DAY)
        set_active(world, "bob", active=active)
        give_coupon(world, program, usable=active)
    switches = [start + number * DAY for number in range(1, 5)]
    placed = [at - offset for at in switches for offset in (timedelta(microseconds=1), timedelta(0))]
    for told in ({"affiliate_code": "bob"}, {"coupon": "bob20"}):
        orders = [world.order(f"{told}-{at}", amount=10_000, occurred_at=at, **told) for at in placed]
        credited = [world.decision(order).affiliate_id is not None for order in orders]
        assert credited == [True, False, False, True, True, False, False, True]
