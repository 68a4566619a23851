"""Two sources of one order tell of its refunds and disputes: the one that earns loses the largest sum of one source, once, and no more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.linked_orders import OWNER, link, office, tell_of_one_order
from tests.support.money import MoneyWorld
from tribute.attribution.order_form import ItemTold, RefundedItem
from tribute.jobs.money_facts import facts_of
from tribute.ledger.books import Balance
from tribute.ledger.commissions import Commissions
from tribute.ledger.money_facts import money_facts
from tribute.ledger.proof import prove
from tribute.ledger.refunds import Refunds


@pytest.fixture
def orders(world: MoneyWorld) -> Iterator[tuple[str, str]]:
    """An order of 100.00, of which 50.00 are Ada's, as the shop's API told it, and the checkout's, which is linked to it."""
    world.program()
    one, other = tell_of_one_order(world, {"affiliate_code": "ada"}, {})
    link(world, other, one)
    yield one, other
    with world.database.reading() as session:
        assert prove(session).faults == ()


def reversals(world: MoneyWorld, orders: tuple[str, str]) -> list[tuple[str, int]]:
    """What is taken back of the first one's commission, and what the refund or dispute is called that it is for."""
    commission = world.commission(orders[0])
    assert commission is not None
    with world.database.reading() as session:
        told = Refunds(session)
        causes = [cause for order in orders for cause in (*told.of_conversion(order), *told.disputes(order))]
        names = {cause.id: cause.external_id for cause in causes}
        found = Commissions(session, world.clock).reversals(commission.id)
    return [(names[one.refund_id or one.dispute_id or ""], one.amount_minor) for one in found]


def revenue(world: MoneyWorld, orders: tuple[str, str]) -> int:
    """What the analytics are told that the two orders brought."""
    with world.database.reading() as session:
        return sum(fact.revenue_minor for one in money_facts(session, world.clock, orders) for fact in facts_of(one))


def test_one_of_the_linked_order_takes_back(world: MoneyWorld, orders: tuple[str, str]) -> None:
    assert revenue(world, orders) == 10_000
    world.refund(orders[1], 4_000, "re_1")
    assert reversals(world, orders) == [("re_1", 2_000)]
    assert revenue(world, orders) == 6_000
    assert world.balance("ada") == Balance("USD", pending_minor=3_000)


@pytest.mark.parametrize("first", [0, 1])
def test_the_same_one_of_both_takes_back_once(world: MoneyWorld, orders: tuple[str, str], first: int) -> None:
    world.refund(orders[first], 10_000, "first")
    world.refund(orders[1 - first], 10_000, "second")
    assert reversals(world, orders) == [("first", 5_000)]
    assert revenue(world, orders) == 0
    assert world.balance("ada") == Balance("USD")


def test_each_names_the_one_that_raised_the_largest_sum(world: MoneyWorld, orders: tuple[str, str]) -> None:
    world.refund(orders[0], 2_000, "shop-1")
    world.refund(orders[1], 3_000, "re_1")
    world.refund(orders[0], 500, "shop-2")
    world.refund(orders[0], 5_000, "shop-3")
    assert reversals(world, orders) == [("shop-1", 1_000), ("re_1", 500), ("shop-3", 2_250)]
    assert world.balance("ada") == Balance("USD", pending_minor=1_250)


def test_one_that_is_told_late_takes_the_place_of_the_other_sources(world: MoneyWorld, orders: tuple[str, str]) -> None:
    now = world.clock.at
    world.refund(orders[0], 4_000, "shop-1", occurred_at=now - timedelta(hours=1))
    world.refund(orders[1], 4_000, "re_1", occurred_at=now - timedelta(hours=2))
    assert reversals(world, orders) == [("re_1", 2_000)]
    world.desk.decide_due()
    assert world.balance("ada") == Balance("USD", pending_minor=3_000)


def test_a_linked_order_of_more_takes_no_more_than_the_order(world: MoneyWorld) -> None:
    world.program()
    one, other = tell_of_one_order(world, {"affiliate_code": "ada"}, {"amount": 30_000})
    link(world, other, one)
    world.refund(other, 30_000)
    assert world.balance("ada") == Balance("USD")


def test_one_in_another_currency_counts_by_its_share(world: MoneyWorld) -> None:
    world.program()
    one, other = tell_of_one_order(world, {"affiliate_code": "ada"}, {"amount": 9_000, "currency": "EUR"})
    link(world, other, one)
    world.refund(other, 4_500)
    assert world.balance("ada") == Balance("USD", pending_minor=2_500)


def test_lines_count_where_they_are_the_orders_own(world: MoneyWorld) -> None:
    lines = {"items": (ItemTold(id="book", amount_minor=4_000), ItemTold(id="bag", amount_minor=6_000))}
    world.program()
    one, other = tell_of_one_order(world, {"affiliate_code": "ada", **lines}, lines)
    link(world, other, one)
    world.refund(one, 4_000, "shop-1", items=(RefundedItem("book", 4_000),))
    world.refund(other, 7_000, "re_1", items=(RefundedItem("book", 1_000), RefundedItem("bag", 6_000)))
    assert reversals(world, (one, other)) == [("shop-1", 2_000), ("re_1", 1_500)]


def test_those_from_before_the_link_count_and_go_with_it(world: MoneyWorld) -> None:
    world.program()
    one, other = tell_of_one_order(world, {"affiliate_code": "ada"}, {})
    world.refund(other, 10_000, "re_1")
    world.dispute(other, "open", "dp_1")
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)
    link(world, other, one)
    assert reversals(world, (one, other)) == [("re_1", 5_000)]
    office(world).keep_apart(OWNER, other)
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)
    link(world, other, one)
    assert world.balance("ada") == Balance("USD")


@pytest.mark.parametrize("disputed", [0, 1])
def test_an_open_dispute_of_either_holds_until_all_are_won(world: MoneyWorld, orders: tuple[str, str], disputed: int) -> None:
    world.dispute(orders[disputed], "open", "first")
    world.dispute(orders[1 - disputed], "open", "second")
    world.dispute(orders[disputed], "won", "first")
    assert world.balance("ada") == Balance("USD", held_minor=5_000)
    world.dispute(orders[1 - disputed], "won", "second")
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)


def test_a_lost_one_of_the_linked_order_takes_all(world: MoneyWorld, orders: tuple[str, str]) -> None:
    world.refund(orders[0], 2_000, "shop-1")
    world.dispute(orders[1], "lost", "dp_1")
    world.dispute(orders[0], "lost", "shop's dispute")
    assert reversals(world, orders) == [("shop-1", 1_000), ("dp_1", 4_000)]
    assert world.balance("ada") == Balance("USD")


def test_what_holds_goes_with_the_link(world: MoneyWorld, orders: tuple[str, str]) -> None:
    world.dispute(orders[1], "open")
    assert world.balance("ada") == Balance("USD", held_minor=5_000)
    office(world).keep_apart(OWNER, orders[1])
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)


def test_an_owner_holds_and_releases_by_either(world: MoneyWorld, orders: tuple[str, str]) -> None:
    office(world).hold(OWNER, orders[1], reason="asking the shop")
    assert world.balance("ada") == Balance("USD", held_minor=5_000)
    office(world).release(OWNER, orders[1])
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)
