"""The same questions asked again while time goes on, events come, money is told and codes are registered: every answer is a recount's."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.contract.test_analytics_agree_with_a_recount import queries, told_money
from tests.support.event_stores import EVENT_STORE_ENGINES
from tests.support.events import NOON, make_event
from tests.support.random_events import CODES, events
from tests.support.recount_analytics import recount_analytics
from tests.support.recount_attribution import facts_of_money
from tribute.analytics.clicks import MoneyFact
from tribute.analytics.definitions import DAY, HOUR, Metric
from tribute.analytics.port import UTC_ZONE, Batch, RebuildableStore
from tribute.analytics.query import AnalyticsQuery, Period
from tribute.events.derived import DerivedEvent
from tribute.kit.errors import InvalidInputError

MINUTE = timedelta(minutes=1)
passing = st.sampled_from([timedelta(0), timedelta(microseconds=1), MINUTE, 59 * MINUTE, HOUR, 7 * HOUR])
"""How much later the questions are asked."""


class History:
    """What a store was told so far, and the store."""

    def __init__(self, store: RebuildableStore) -> None:
        self.store = store
        self.codes = 0
        self.loaded: list[DerivedEvent] = []
        self.money: dict[str, list[MoneyFact]] = {}

    def load(self, batch: list[DerivedEvent]) -> None:
        self.store.load(Batch(batch, []))
        self.loaded += batch

    def tell(self, told: dict[str, list[MoneyFact]]) -> None:
        self.store.tell_money(told)
        self.money |= told

    def register(self, _: None = None) -> None:
        self.codes = min(self.codes + 1, len(CODES))
        self.store.register_codes(CODES[: self.codes])

    def expect_a_recount(self, query: AnalyticsQuery) -> None:
        facts = facts_of_money(self.money)
        assert self.store.analytics(query) == recount_analytics(self.loaded, CODES[: self.codes], query, facts)


CHANGES: st.SearchStrategy[Callable[[History], None]] = st.one_of(
    st.just(lambda _: None),
    st.lists(events(), min_size=1, max_size=4).map(lambda batch: lambda history: history.load(batch)),
    told_money().map(lambda told: lambda history: history.tell(told)),
    st.just(History.register),
)


@pytest.mark.slow
@pytest.mark.parametrize("engine", EVENT_STORE_ENGINES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    first=st.lists(events(), min_size=2, max_size=16),
    steps=st.lists(st.tuples(CHANGES, passing), min_size=2, max_size=6),
    asked=st.lists(queries(), min_size=1, max_size=3),
)
def test_every_answer_is_exact_whatever_came_since_the_last_one(
    engine: str, first: list[DerivedEvent], steps: list[tuple[Callable[[History], None], timedelta]], asked: list[AnalyticsQuery]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store: RebuildableStore = EVENT_STORE_ENGINES[engine](Path(folder))
        try:
            history, passed = History(store), timedelta(0)
            history.register()
            history.load(first)
            for change, later in steps:
                for query in asked:
                    history.expect_a_recount(moved(query, passed))
                change(history)
                for query in asked:
                    history.expect_a_recount(moved(query, passed))
                passed += later
        finally:
            store.close()


def moved(query: AnalyticsQuery, passed: timedelta) -> AnalyticsQuery:
    """The same question as much later."""
    try:
        return replace(query, period=Period(query.period.start + passed, query.period.end + passed))
    except InvalidInputError:
        assume(False)
        raise


@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_page_view_counts_from_the_moment_that_the_period_reaches_it(event_store: RebuildableStore, edge: str) -> None:
    """Nothing is loaded between the answers; the period alone goes on, over the page view at its start or at its end."""
    week = Period(NOON - 7 * DAY, NOON)
    at = getattr(week, edge) + MINUTE
    history = History(event_store)
    history.register()
    history.load([make_event("m1", at, affiliate_ref="ada"), make_event("m2", NOON - DAY, affiliate_ref="ada")])
    query = AnalyticsQuery(metrics=[Metric.PAGE_VIEWS], period=week, zone=UTC_ZONE, affiliate_id="aff_1")
    for passed in (timedelta(0), timedelta(seconds=1), MINUTE, MINUTE + timedelta(microseconds=1), 2 * MINUTE):
        history.expect_a_recount(moved(query, passed))


def test_a_click_without_a_page_view_is_in_the_next_answer(event_store: RebuildableStore) -> None:
    """Redirects tell of clicks alone; a copy that comes late may take one back."""
    history = History(event_store)
    history.register()
    query = AnalyticsQuery(metrics=[Metric.CLICKS], period=Period(NOON - DAY, NOON), zone=UTC_ZONE, affiliate_id="aff_1")
    click = {"type": "click", "affiliate_ref": "ada", "is_click": True, "click_id": "k1"}
    first = make_event("m1", NOON - HOUR, received_at=NOON, **click)
    earlier = make_event("m1", NOON - 2 * DAY, received_at=NOON - HOUR, **click)
    for batch in ([], [first], [earlier]):
        history.load(batch)
        history.expect_a_recount(query)
    assert event_store.analytics(query).totals[Metric.CLICKS] == 0
