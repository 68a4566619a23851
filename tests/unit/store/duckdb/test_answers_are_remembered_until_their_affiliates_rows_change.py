"""What is looked at again is counted once: other affiliates' events, and time in which nothing happened, leave an answer remembered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.event_stores import open_duckdb
from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, HOUR, Grain, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import UTC_ZONE, Batch, CodeRegistration
from tribute.analytics.query import AnalyticsQuery, Comparison, Filter, Period
from tribute.store.duckdb.remembered import RememberedAnswers
from tribute.store.duckdb.store import DuckDBEventStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBEventStore]:
    """A page view each of two affiliates, half an hour ago."""
    opened = open_duckdb(tmp_path)
    assert isinstance(opened, DuckDBEventStore)
    opened.register_codes([CodeRegistration(code, f"aff_{code}", NOON - DAY) for code in ("ada", "eva")])
    opened.load(Batch([make_event(code, NOON - HOUR / 2, affiliate_ref=code) for code in ("ada", "eva")], []))
    yield opened
    opened.close()


def week_of(code: str, now: int = 0) -> AnalyticsQuery:
    """An affiliate's week by day, some seconds after noon."""
    return AnalyticsQuery(
        metrics=[Metric.PAGE_VIEWS, Metric.VISITORS],
        period=Period.of_window(TimeWindow.LAST_7_DAYS, NOON + timedelta(seconds=now)),
        zone=UTC_ZONE,
        grain=Grain.DAY,
        affiliate_id=f"aff_{code}",
        comparison=Comparison.PREVIOUS_PERIOD,
    )


def test_only_the_affiliate_with_new_events_is_counted_anew(store: DuckDBEventStore) -> None:
    for code in ("ada", "eva"):
        store.analytics(week_of(code))
    store.load(Batch([make_event("later", NOON, affiliate_ref="ada")], []))
    assert store._remembered.answer(week_of("ada")) is None
    assert store._remembered.answer(week_of("eva")) == store.analytics(week_of("eva"))


def test_an_answer_lives_on_while_nothing_happens(store: DuckDBEventStore) -> None:
    store.analytics(week_of("ada"))
    assert store._remembered.answer(week_of("ada", now=1)) is None, "nobody has looked yet what lies ahead"
    store.analytics(week_of("ada", now=1))
    later = store._remembered.answer(week_of("ada", now=60))
    assert later is not None
    assert later.period == week_of("ada", now=60).period
    assert store._remembered.answer(week_of("ada", now=24 * 3600)) is None, "further than was looked"


def test_an_answer_counted_while_a_commit_is_under_way_is_not_remembered(store: DuckDBEventStore) -> None:
    store._remembered.changed(store._writer)
    store.analytics(week_of("ada"))
    store._remembered.settle({"aff_ada"})
    assert store._remembered.answer(week_of("ada")) is None


def test_the_answer_not_asked_for_the_longest_is_forgotten(store: DuckDBEventStore) -> None:
    remembered = RememberedAnswers(most_buckets=20)  # a week has eight days, a question ten
    for code in ("ada", "eva"):
        with store._reader() as connection:
            remembered.read(connection, week_of(code))
    assert remembered.answer(week_of("ada")) is None
    assert remembered.answer(week_of("eva")) == store.analytics(week_of("eva"))


def test_a_question_with_very_long_filters_is_counted_each_time(store: DuckDBEventStore) -> None:
    filtered = replace(week_of("ada"), filters=[Filter(Dimension.SUB_ID, ["x" * 1_500, "y" * 1_500])])
    store.analytics(filtered)
    assert store._remembered.answer(filtered) is None


def test_a_load_that_fails_forgets_all(store: DuckDBEventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.analytics(week_of("eva"))
    monkeypatch.setattr(store._kept, "settle", lambda _changes: {}["nobody foresaw this"])
    with pytest.raises(KeyError):
        store.load(Batch([make_event("later", NOON, affiliate_ref="eva")], []))
    assert store._remembered.answer(week_of("eva")) is None


def test_a_store_that_takes_anothers_place_remembers_nothing(store: DuckDBEventStore) -> None:
    before = store.analytics(week_of("ada"))
    store.replace_with(store.new_beside())
    assert store.analytics(week_of("ada")).totals[Metric.PAGE_VIEWS] == 0 != before.totals[Metric.PAGE_VIEWS]
