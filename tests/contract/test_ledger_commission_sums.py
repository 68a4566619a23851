"""Sums of commissions: by website, UTC hour or day and currency; reversals at their own times; nothing held, rejected or superseded."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.support.books import World, earned, new_world
from tests.support.ledger import NOON
from tribute.ledger.commission_pages import CommissionPages, CommissionSum
from tribute.ledger.commissions import Commissions, CommissionStatus
from tribute.ledger.database import Database
from tribute.ledger.refunds import Refunds

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


def sums(session: Session, since: datetime, until: datetime, grain: str = "day", **whose: str) -> dict[tuple[str, str], int]:
    found = CommissionPages(session).sums(since, until, grain, **whose)  # type: ignore[arg-type]
    return {(f"{one.bucket:%m-%d %H}", one.currency): one.amount_minor for one in found}


def reverse(session: Session, world: World, commission_id: str, amount: int, occurred_at: datetime) -> None:
    commissions = Commissions(session, world.clock)
    commission = commissions.by_id(commission_id)
    assert commission is not None
    refund, _ = Refunds(session).add(
        commission.conversion_id,
        f"re_{amount}",
        fingerprint="f",
        amount_minor=amount,
        lines={},
        reason="",
        occurred_at=occurred_at,
        received_at=occurred_at,
        by="tok_1",
    )
    commissions.reverse(commission, amount, occurred_at=occurred_at, refund_id=refund.id)


def test_hours_and_days_are_utc_and_cut_at_the_windows_ends(session: Session, world: World) -> None:
    midnight = datetime(2026, 3, 29, tzinfo=UTC)  # on which clocks change in much of Europe
    for n, occurred_at in enumerate((midnight - TICK, midnight, midnight + timedelta(hours=1), midnight + DAY - TICK, midnight + DAY)):
        earned(session, world, f"o{n}", world.ada, 10**n, occurred_at=occurred_at)
    assert sums(session, midnight - DAY, midnight + 2 * DAY) == {
        ("03-28 00", "USD"): 1,
        ("03-29 00", "USD"): 1110,
        ("03-30 00", "USD"): 10000,
    }
    assert sums(session, midnight, midnight + DAY, "hour") == {
        ("03-29 00", "USD"): 10,
        ("03-29 01", "USD"): 100,
        ("03-29 23", "USD"): 1000,
    }
    assert sums(session, midnight + TICK, midnight + DAY) == {("03-29 00", "USD"): 1100}
    (first, *_) = CommissionPages(session).sums(midnight, midnight + DAY, "hour")
    assert first == CommissionSum(world.website, midnight, "USD", 10)


@pytest.mark.parametrize(
    ("status", "counts"),
    [("pending", True), ("approved", True), ("paid", True), ("reversed", True), ("held", False), ("rejected", False)],
)
def test_what_is_not_certain_does_not_count_nor_what_was_taken_back_of_it(
    session: Session, world: World, status: CommissionStatus, counts: bool
) -> None:
    commission = earned(session, world, "o1", world.ada, 100)
    reverse(session, world, commission.id, 30, NOON + DAY)
    Commissions(session, world.clock).move(commission.id, of="pending", to=status)
    wanted = {("11-23 00", "USD"): 100, ("11-24 00", "USD"): -30} if counts else {}
    assert sums(session, NOON - DAY, NOON + 2 * DAY) == wanted


def test_what_is_superseded_counts_nowhere(session: Session, world: World) -> None:
    commission = earned(session, world, "o1", world.ada, 100)
    reverse(session, world, commission.id, 30, NOON + DAY)
    Commissions(session, world.clock).supersede(commission.id)
    assert sums(session, NOON - DAY, NOON + 2 * DAY) == {}


def test_currencies_websites_and_affiliates_are_summed_apart(session: Session, world: World) -> None:
    earned(session, world, "o1", world.ada, 1)
    earned(session, world, "o2", world.ada, 20, currency="EUR")
    earned(session, world, "o3", world.ada, 300, website_id=world.other_website)
    earned(session, world, "o4", world.bob, 4000)
    window = (NOON - DAY, NOON + DAY)
    found = CommissionPages(session).sums(*window, "day", affiliate_id=world.ada)
    assert {(one.website_id, one.currency, one.amount_minor) for one in found} == {
        (world.website, "USD", 1),
        (world.website, "EUR", 20),
        (world.other_website, "USD", 300),
    }
    assert sums(session, *window, affiliate_id=world.bob) == {("11-23 00", "USD"): 4000}
    total: Counter[str] = Counter()
    for one in CommissionPages(session).sums(*window, "day"):
        total[one.currency] += one.amount_minor
    assert total == {"USD": 4301, "EUR": 20}


def test_what_is_taken_back_on_the_same_day_leaves_nothing(session: Session, world: World) -> None:
    commission = earned(session, world, "o1", world.ada, 100)
    reverse(session, world, commission.id, 100, NOON + timedelta(hours=1))
    assert sums(session, NOON - DAY, NOON + DAY) == {}
    assert sums(session, NOON - DAY, NOON + DAY, "hour") == {("11-23 12", "USD"): 100, ("11-23 13", "USD"): -100}
