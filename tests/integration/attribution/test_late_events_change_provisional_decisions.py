"""An order waits for the events that were received before it; after 15 minutes of silence it is decided provisionally, later for good."""

from datetime import timedelta

from tests.support.money import MoneyWorld
from tribute.ledger.books import Balance

MINUTE = timedelta(minutes=1)


def late_click(world: MoneyWorld) -> None:
    """Bob's click, which was received in time but is not loaded yet."""
    world.click("bob", "visitor", ago=MINUTE, click_id="late")


def hidden(world: MoneyWorld) -> list[object]:
    """Keep what is known of clicks from the desk, as a spool that is not loaded does."""
    clicks, world.evidence.clicks[:] = list(world.evidence.clicks), [one for one in world.evidence.clicks if one[1].click_id != "late"]
    return list(clicks)


def test_an_order_waits_for_the_watermark(world: MoneyWorld) -> None:
    world.program()
    world.arrivals.held_at = world.clock.at
    order = world.order(affiliate_code="ada")
    assert world.conversion(order).state.status == "awaiting_events"
    world.pass_time(14 * MINUTE)
    assert world.conversion(order).state.status == "awaiting_events"
    world.arrivals.held_at = None
    world.desk.decide_due()
    assert world.conversion(order).state.status == "decided"
    assert not world.decision(order).provisional


def test_after_silence_it_is_provisional_and_decided_again(world: MoneyWorld) -> None:
    world.program()
    world.click("ada", "visitor", ago=60 * MINUTE)
    world.arrivals.held_at = world.clock.at
    late_click(world)
    everything = hidden(world)
    order = world.order(amount=10_000, anonymous_id="visitor")
    world.pass_time(15 * MINUTE)
    assert world.conversion(order).state.status == "provisional"
    assert world.decision(order).provisional
    assert world.balance("ada") == Balance("USD", pending_minor=5_000)
    world.evidence.clicks[:] = everything  # type: ignore[assignment]
    world.arrivals.held_at = None
    world.desk.decide_due()
    assert world.conversion(order).state.status == "decided"
    assert [one.affiliate_id for one in world.decisions(order)] == [world.affiliates["ada"], world.affiliates["bob"]]
    assert (world.balance("ada"), world.balance("bob")) == (Balance("USD"), Balance("USD", pending_minor=5_000))


def test_what_stays_the_same_keeps_its_commission(world: MoneyWorld) -> None:
    world.program()
    world.arrivals.held_at = world.clock.at
    order = world.order(amount=10_000, affiliate_code="ada")
    world.pass_time(15 * MINUTE)
    before = world.commission(order)
    world.arrivals.held_at = None
    world.desk.decide_due()
    assert world.conversion(order).state.status == "decided"
    assert world.commission(order) == before


def test_a_click_that_was_received_after_the_order_counts_for_nothing(world: MoneyWorld) -> None:
    world.program()
    order = world.order(anonymous_id="visitor", decide=False)
    world.clock.at += MINUTE
    late_click(world)
    accepted_at, click = world.evidence.clicks[-1]
    world.evidence.clicks[-1] = (world.clock.at, click)
    assert accepted_at < world.clock.at
    world.desk.decide_due()
    assert world.decision(order).reason == "no_candidate"
