"""Of an event's copies within seven days the first of the highest revision counts, in whatever order they come."""

from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from tests.support.events import NOON, make_event
from tribute.analytics.port import Batch
from tribute.events.derived import DerivedEvent
from tribute.kit.clock import FixedClock
from tribute.store.duckdb.store import DuckDBEventStore


def copy(minutes: int, value: int, revision: int) -> DerivedEvent:
    return make_event("one", NOON, received_at=NOON + timedelta(minutes=minutes), seq=minutes, value=value, revision=revision)


@pytest.mark.slow
def test_the_order_of_loading_does_not_matter(tmp_path: Path) -> None:
    copies = [copy(0, 5, 1), copy(1, 8, 3), copy(2, 9, 3), copy(3, 7, 2)]
    for number, order in enumerate(permutations(copies)):
        store = DuckDBEventStore(tmp_path / f"{number}.duckdb", clock=FixedClock(NOON), threads=1)
        for one in order:
            store.load(Batch([one], []))
        assert (store.counts()["events"], store.counts()["page_views"]) == (1, 8)
        store.close()


def test_a_stretch_of_seven_days_has_its_own(tmp_path: Path) -> None:
    store = DuckDBEventStore(tmp_path / "store.duckdb", clock=FixedClock(NOON), threads=1)
    later = make_event("one", NOON, received_at=NOON + timedelta(days=8), value=1)
    store.load(Batch([copy(0, 5, 1), copy(1, 8, 2), later], []))
    assert (store.counts()["events"], store.counts()["page_views"]) == (2, 9)
    store.close()
