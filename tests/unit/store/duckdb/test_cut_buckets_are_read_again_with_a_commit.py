"""The bucket in which a window begins is read again with the commit that changes it, for who asks again, as far as bounds allow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.event_stores import open_duckdb
from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, HOUR, Metric, TimeWindow
from tribute.analytics.port import Batch, CodeRegistration, SeriesQuery
from tribute.store.duckdb import kept
from tribute.store.duckdb.store import DuckDBEventStore

NOW = NOON + HOUR / 2
WINDOW = TimeWindow.LAST_24_HOURS
QUERY = SeriesQuery(Metric.PAGE_VIEWS, WINDOW.until(NOW), WINDOW.grain, affiliate_id="aff_ada")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBEventStore]:
    opened = open_duckdb(tmp_path)
    opened.register_codes([CodeRegistration("ada", "aff_ada", NOON - 9 * DAY)])
    opened.load(Batch([make_event("now", NOW, affiliate_ref="ada")], []))
    yield opened
    opened.close()


def late(store: DuckDBEventStore, name: str) -> None:
    """A page view at the very end of the hour in which the window begins."""
    store.load(Batch([make_event(name, NOON - DAY + HOUR - HOUR / 60, affiliate_ref="ada")], []))


def in_memory(store: DuckDBEventStore) -> float | None:
    points = store._kept.answer(QUERY)
    return None if points is None else sum(point.value for point in points)


def test_who_asked_is_answered_from_memory_after_a_late_event(store: DuckDBEventStore) -> None:
    store.series(QUERY)
    for number in range(1, 4):
        late(store, f"late-{number}")
        assert in_memory(store) == 1 + number


def test_what_nobody_asked_for_since_is_not_read_again(store: DuckDBEventStore) -> None:
    store.series(QUERY)
    late(store, "late-1")
    late(store, "late-2")
    assert in_memory(store) is None
    assert sum(point.value for point in store.series(QUERY)) == 3


def test_a_commit_is_held_up_no_longer_than_its_bound(store: DuckDBEventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_RENEWED", 999)
    store.series(QUERY)
    late(store, "late-1")
    assert in_memory(store) is None
    assert sum(point.value for point in store.series(QUERY)) == 2
