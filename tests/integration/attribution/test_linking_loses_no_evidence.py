"""The order that earns has the codes and clicks of those linked to it: whoever told of the click, its affiliate is paid, once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.support.linked_orders import OWNER, link, office, tell_of_one_order
from tests.support.money import MoneyWorld
from tribute.ledger.books import Balance
from tribute.ledger.coupons import Coupons
from tribute.ledger.proof import prove

TWO_DAYS, LONGER = timedelta(days=2), timedelta(days=3)


@pytest.fixture(autouse=True)
def program(world: MoneyWorld) -> Iterator[None]:
    """Half of every sale, by the last click; Ada has the coupon TEN, the clicks "adas" and "v1"'s; Bob an older one of "v2"'s."""
    program_id = world.program()
    with world.database.session() as session:
        Coupons(session, world.clock).add(program_id, "ten", world.affiliates["ada"])
    world.click("ada", "v0", ago=TWO_DAYS, click_id="adas")
    world.click("ada", "v1", ago=TWO_DAYS)
    world.click("bob", "v2", ago=LONGER)
    yield
    with world.database.reading() as session:
        assert prove(session).faults == ()


@pytest.mark.parametrize("told", [{"affiliate_code": "ada"}, {"coupon": "TEN"}, {"click_id": "adas"}, {"anonymous_id": "v1"}])
def test_what_only_the_linked_one_was_told_pays(world: MoneyWorld, told: dict[str, Any]) -> None:
    one, other = tell_of_one_order(world, {}, told)
    assert world.balance("ada") == Balance("USD")
    link(world, other, one)
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)
    assert (world.decision(other).reason, world.commission(other)) == ("linked", None)
    office(world).keep_apart(OWNER, other)
    assert world.commission(one) is None
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)


@pytest.mark.parametrize(
    ("own", "linked", "wanted"),
    [
        ({"affiliate_code": "bob"}, {"affiliate_code": "ada"}, "bob"),
        ({"anonymous_id": "v2"}, {"affiliate_code": "ada"}, "ada"),
        ({"anonymous_id": "v2"}, {"anonymous_id": "v1"}, "ada"),
        ({"affiliate_code": "bob"}, {"anonymous_id": "v1"}, "bob"),
    ],
)
def test_its_own_goes_first_within_a_kind_and_clicks_are_joined(
    world: MoneyWorld, own: dict[str, Any], linked: dict[str, Any], wanted: str
) -> None:
    one, other = tell_of_one_order(world, own, linked)
    link(world, other, one)
    assert world.conversion(one).state.credited_affiliate_id == world.affiliates[wanted]
    assert world.balance(wanted) == Balance("USD", pending_minor=5_000)


def test_nobody_earns_on_their_own_purchase_by_way_of_the_other_source(world: MoneyWorld) -> None:
    one, other = tell_of_one_order(world, {}, {"anonymous_id": "v1", "customer": "ada@affiliates.example"})
    link(world, other, one)
    assert world.decision(one).reason == "self_referral"
    assert world.balance("ada") == Balance("USD")


def test_clicks_that_the_linked_one_still_waits_for_count_once_they_are_there(world: MoneyWorld) -> None:
    clicks = world.evidence.clicks[:]
    world.evidence.clicks.clear()
    one, other = tell_of_one_order(world, {}, {"decide": False, "anonymous_id": "v1"})
    world.arrivals.held_at = world.conversion(one).facts.received_at
    link(world, other, one)
    assert world.decision(one).reason == "no_candidate"
    world.evidence.clicks += clicks
    world.arrivals.held_at = None
    world.desk.decide_due()
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)
    world.desk.decide_due()
    assert len(world.decisions(one)) == 2
