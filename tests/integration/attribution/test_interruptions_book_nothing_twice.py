"""A crash before or after any commit of the ledger, and around telling the analytics: told and run again, all is as if nothing had been."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.crashes import Crash, Steps
from tests.support.ledger import NOON, new_ledger
from tests.support.money import MoneyWorld
from tribute.analytics.definitions import Metric
from tribute.analytics.query import MONEY_METRICS, AnalyticsQuery, Period
from tribute.analytics.results import shown
from tribute.jobs.money_facts import MoneyFeeder, MoneyStore
from tribute.kit.clock import FixedClock
from tribute.ledger.database import Database
from tribute.ledger.proof import prove
from tribute.store.duckdb.store import DuckDBEventStore

WEEK = Period(NOON - timedelta(days=7), NOON + timedelta(days=1))


def work(world: MoneyWorld, store: MoneyStore) -> dict[str, str]:
    """All that is told and done in one life, in order; in the next one it is told and done again. Orders to their ids."""
    feeder = MoneyFeeder(world.database, store, world.clock)
    placed = NOON - timedelta(hours=1)
    first = world.order("order-1", occurred_at=placed, anonymous_id="visitor", customer="x@example.com", decide=False)
    second = world.order("order-2", occurred_at=placed, customer="x@example.com", amount=10_000, decide=False)
    world.desk.decide_due()
    feeder.feed()
    world.refund(first, 5_000, occurred_at=placed + timedelta(minutes=1))
    world.dispute(second, "lost", occurred_at=placed + timedelta(minutes=3))
    world.clock.at = NOON + timedelta(days=40)
    world.desk.approve_due()
    feeder.feed()
    return {"order-1": first, "order-2": second}


@contextmanager
def stepping(database: Database, steps: Steps) -> Iterator[None]:
    """A step before and after every commit."""
    dialect = database.engine.dialect
    commit = dialect.do_commit

    def step_by_step(connection: Any) -> None:
        steps.step()
        commit(connection)
        steps.step()

    dialect.do_commit = step_by_step  # type: ignore[method-assign]
    try:
        yield
    finally:
        dialect.do_commit = commit  # type: ignore[method-assign]


def what_came_of(world: MoneyWorld, store: DuckDBEventStore, orders: dict[str, str]) -> dict[str, Any]:
    """Decisions, commissions, balances, how much was booked, and the analytics' sums."""
    with world.database.reading() as session:
        proof = prove(session)
    assert proof.faults == ()
    found: dict[str, Any] = {"transactions": proof.transactions, "balance": world.balance("ada")}
    for external_id, conversion_id in orders.items():
        commission = world.commission(conversion_id)
        assert commission is not None
        found[external_id] = (len(world.decisions(conversion_id)), commission.status, commission.amount_minor, commission.left_minor)
    asked = AnalyticsQuery(metrics=MONEY_METRICS, period=WEEK, zone=ZoneInfo("UTC"), currency="USD")
    return found | {"analytics": shown(asked, store.analytics(asked).totals)}


def lived(folder: Path, name: str, store: DuckDBEventStore, crash_at: int | None) -> tuple[dict[str, Any], int]:
    """What comes of a life that ends at a step (None: never) and of another one after it; and how many steps there were."""
    database = new_ledger(folder, name)
    store.forget_money()
    world = MoneyWorld(database)
    world.affiliate("ada")
    world.program()
    world.click("ada", "visitor", ago=timedelta(days=1), click_id="click")
    steps = Steps(crash_at)
    with stepping(database, steps), suppress(Crash):
        work(world, steps.around(store))
    database.engine.dispose()  # the process is gone; its connections with it
    again = MoneyWorld(database)
    again.affiliates, again.websites, again.evidence.clicks[:] = world.affiliates, world.websites, world.evidence.clicks
    seen = what_came_of(again, store, work(again, store))
    database.close()
    return seen, steps.taken


@pytest.mark.slow
def test_after_a_crash_at_any_step_all_is_as_without_it(tmp_path: Path) -> None:
    store = DuckDBEventStore(tmp_path / "analytics.duckdb", clock=FixedClock(NOON), threads=1)
    wanted, steps = lived(tmp_path, "undisturbed.db", store, None)
    assert wanted["order-1"] == (1, "approved", 9_950, 7_450)
    assert wanted["order-2"] == (1, "reversed", 5_000, 0)
    assert wanted["analytics"][Metric.COMMISSIONS] == 74.5
    assert steps > 20
    for step in range(steps):
        seen, _ = lived(tmp_path, f"crashed-at-{step}.db", store, step)
        assert seen == wanted, step
    store.close()
