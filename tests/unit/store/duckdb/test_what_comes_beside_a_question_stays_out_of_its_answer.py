"""A window that ends before a page view has it in no answer, wherever between the question and the answer the page view comes in."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.event_stores import open_duckdb
from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, HOUR, Metric, Span, TimeWindow
from tribute.analytics.port import UTC_ZONE, Batch, CodeRegistration, SeriesQuery
from tribute.analytics.query import AnalyticsQuery, Period
from tribute.store.duckdb.store import DuckDBEventStore
from tribute.store.duckdb.visitors import visitors

MINUTE = timedelta(minutes=1)
WINDOW = TimeWindow.LAST_24_HOURS
UP_TO_NOON = SeriesQuery(Metric.PAGE_VIEWS, WINDOW.until(NOON), WINDOW.grain)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBEventStore]:
    store = open_duckdb(tmp_path)
    store.load(Batch([make_event("m1", NOON)], []))
    yield store
    store.close()


def load_a_later_one(store: DuckDBEventStore) -> None:
    store.load(Batch([make_event("m2", NOON + MINUTE, seq=2)], []))


def page_views(store: DuckDBEventStore) -> int:
    return sum(point.value for point in store.series(UP_TO_NOON))


class Interrupted:
    """A lock that lets something happen right before it is taken for the first time."""

    def __init__(self, lock: Any, put_back: Callable[[], None], happen: Callable[[], None]) -> None:
        self.lock, self.put_back, self.happen = lock, put_back, happen

    def __enter__(self) -> None:
        self.put_back()
        self.happen()
        self.lock.acquire()

    def __exit__(self, *problem: object) -> None:
        self.lock.release()


class InterruptedConnection:
    """A connection on which something happens right before the first look into the file."""

    def __init__(self, connection: Any, happen: Callable[[], None]) -> None:
        self.connection, self.waits = connection, [happen]

    def execute(self, statement: str, *parameters: Any) -> Any:
        if self.waits and not statement.startswith("BEGIN"):
            self.waits.pop()()
        return self.connection.execute(statement, *parameters)


def test_it_comes_while_an_answer_waits_for_what_is_kept(store: DuckDBEventStore) -> None:
    assert page_views(store) == 1
    kept, lock = store._kept, store._kept._lock
    kept._lock = Interrupted(lock, lambda: setattr(kept, "_lock", lock), lambda: load_a_later_one(store))  # type: ignore[assignment]

    assert page_views(store) == 1


def test_it_comes_while_an_answer_is_read(store: DuckDBEventStore) -> None:
    with store._reader() as connection:
        points = store._kept.read(InterruptedConnection(connection, lambda: load_a_later_one(store)), UP_TO_NOON)  # type: ignore[arg-type]

    assert sum(point.value for point in points) == 1


def test_it_comes_with_the_load_that_opens_a_broken_file_again(store: DuckDBEventStore) -> None:
    store._broken = True
    load_a_later_one(store)

    assert (page_views(store), page_views(store)) == (1, 1)


def test_it_comes_to_count_after_a_start_because_an_earlier_copy_of_another_came(store: DuckDBEventStore, tmp_path: Path) -> None:
    first, last = (make_event("m3", NOON + wait * MINUTE, received_at=NOON + wait * DAY, seq=2 + wait, visitor_id="v3") for wait in (1, 6))
    store.load(Batch([last, first], []))
    store.close()
    store = open_duckdb(tmp_path)
    try:
        store.load(Batch([make_event("m3", NOON - HOUR, received_at=NOON - 2 * DAY, seq=9, visitor_id="v3")], []))
        up_to_two_minutes = SeriesQuery(Metric.PAGE_VIEWS, Span(NOON - DAY, NOON + 2 * MINUTE), WINDOW.grain)
        assert sum(point.value for point in store.series(up_to_two_minutes)) == 2
    finally:
        store.close()


def test_visitors_are_sealed_through_a_later_midnight_than_the_periods_end(store: DuckDBEventStore) -> None:
    store.register_codes([CodeRegistration("ada", "aff_1", NOON - 9 * DAY)])
    seen = [make_event(f"m{hours}", NOON + hours * HOUR, seq=hours, visitor_id=f"v{hours}", affiliate_ref="ada") for hours in (3, 6, 14)]
    store.load(Batch(seen, []))
    asked = AnalyticsQuery(metrics=[Metric.VISITORS], period=Period(NOON, NOON + 4 * HOUR), zone=UTC_ZONE, affiliate_id="aff_1")

    with store._reader() as connection:
        assert visitors(connection, asked, asked.period) is None
    assert store.analytics(asked).totals[Metric.VISITORS] == 1
