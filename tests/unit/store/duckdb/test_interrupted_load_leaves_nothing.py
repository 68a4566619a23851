"""A load that fails between any two of its statements leaves nothing of itself, and done again it gives what one load gives."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.event_stores import open_duckdb
from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, Grain, Metric, Span
from tribute.analytics.port import Batch, CodeRegistration, Progress, SeriesQuery
from tribute.store.duckdb.store import DuckDBEventStore


class InterruptedLoadError(Exception):
    """What a broken machine does."""


class FailingConnection:
    """A connection that fails before or after its n-th statement."""

    def __init__(self, connection: Any, at: int, *, after: bool) -> None:
        self.connection, self.left, self.after = connection, at, after

    def execute(self, statement: str, *parameters: Any) -> Any:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise InterruptedLoadError
        result = self.connection.execute(statement, *parameters)
        if self.left == 0 and statement != "COMMIT":
            raise InterruptedLoadError
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


FIRST = Batch(
    [make_event("m1", received_at=NOON + DAY, visitor_id="late"), make_event("m2", seq=2, affiliate_ref="ada")],
    [Progress("a", 2, complete=False)],
)
SECOND = Batch(
    [make_event("m1", received_at=NOON, value=3), make_event("m3", NOON + timedelta(hours=30), seq=3, affiliate_ref="ada")],
    [Progress("a", 3, complete=True), Progress("b", 1, complete=False)],
)
CODES = [CodeRegistration("ada", "aff_1", NOON)]


def state(store: DuckDBEventStore) -> object:
    asked = [
        SeriesQuery(metric, Span(NOON - 9 * DAY, NOON + 9 * DAY), grain, affiliate_id=affiliate)
        for metric in (Metric.PAGE_VIEWS, Metric.VISITORS)
        for grain in Grain
        for affiliate in (None, "aff_1")
    ]
    return store.counts(), store.progress(), [store.series(query) for query in asked]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBEventStore]:
    store = open_duckdb(tmp_path)
    yield store
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("work", ["load", "register_codes"])
def test_every_step(store: DuckDBEventStore, tmp_path: Path, work: str, after: bool) -> None:
    (tmp_path / "other").mkdir()
    other = open_duckdb(tmp_path / "other")
    steps = {"load": lambda store: store.load(SECOND), "register_codes": lambda store: store.register_codes(CODES)}
    other.load(FIRST)
    before = state(other)
    steps[work](other)
    wanted = state(other)
    other.close()
    store.load(FIRST)
    failures = 0
    for at in range(1, 100):
        connection = store._writer
        failing = store._writer = FailingConnection(connection, at, after=after)
        try:
            steps[work](store)
        except InterruptedLoadError:
            failures += 1
            assert state(store) == before
        else:  # or what failed was only what follows a load, for which the store took itself another connection
            if store._writer is failing:
                store._writer = connection
            break
    assert failures > 8
    assert state(store) == wanted
    steps[work](store)
    assert state(store) == wanted
