"""Recurring orders of a customer keep the affiliate who was credited first, also when two customers turn out to be one."""

from datetime import timedelta

from tests.support.money import MoneyWorld
from tribute.attribution.order_form import CustomerTold

DAY = timedelta(days=1)


def credited(world: MoneyWorld, conversion_id: str) -> tuple[str | None, str | None]:
    decision = world.decision(conversion_id)
    codes = {affiliate_id: code for code, affiliate_id in world.affiliates.items()}
    return codes.get(decision.affiliate_id or ""), decision.via


def test_a_renewal_is_the_first_affiliates_long_after_the_window(world: MoneyWorld) -> None:
    world.program(window_days=30)
    world.order("first", affiliate_code="ada", customer="x@example.com")
    world.pass_time(400 * DAY)
    assert credited(world, world.order("renewal", customer="X@Example.com")) == ("ada", "customer")


def test_a_click_on_another_link_wins_over_the_customers_history(world: MoneyWorld) -> None:
    world.program()
    world.order("first", affiliate_code="ada", customer="x@example.com")
    world.pass_time(DAY)
    world.click("bob", "visitor")
    assert credited(world, world.order("second", customer="x@example.com", anonymous_id="visitor")) == ("bob", "click")
    assert credited(world, world.order("third", customer="x@example.com")) == ("ada", "customer")


def test_an_order_that_is_told_late_takes_its_place_before(world: MoneyWorld) -> None:
    world.program()
    second = world.order("second", customer="x@example.com")
    assert credited(world, second) == (None, None)
    world.order("first", customer="x@example.com", affiliate_code="ada", occurred_at=world.clock.at - DAY)
    assert credited(world, second) == ("ada", "customer")
    assert world.balance("ada").pending_minor == 2 * 9_950


def test_two_customers_that_are_one_have_one_history(world: MoneyWorld) -> None:
    """The shop's id and the address are two people until an order carries both."""
    world.program()
    world.order("by-id", affiliate_code="ada", customer=CustomerTold(external_id="cus_1"), occurred_at=world.clock.at - 3 * DAY)
    by_email = world.order("by-email", customer=CustomerTold(email="x@example.com"), occurred_at=world.clock.at - 2 * DAY)
    assert credited(world, by_email) == (None, None)
    both = world.order("both", customer=CustomerTold(external_id="cus_1", email="x@example.com"), occurred_at=world.clock.at - DAY)
    assert credited(world, both) == ("ada", "customer")
    assert credited(world, by_email) == ("ada", "customer")
    assert world.balance("ada").pending_minor == 3 * 9_950


def test_nobody_earns_on_their_own_orders(world: MoneyWorld) -> None:
    world.program()
    own = world.order("own", affiliate_code="ada", customer="ADA@affiliates.example")
    assert (world.decision(own).reason, world.commission(own)) == ("self_referral", None)
    world.click("bob", "visitor")
    assert credited(world, world.order("other", affiliate_code="ada", anonymous_id="visitor", customer="ada@affiliates.example")) == (
        "bob",
        "click",
    )
