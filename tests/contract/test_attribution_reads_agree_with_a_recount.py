"""Clicks, order hints and the visitors of orders equal a naive recount, and an answer stays true whatever is accepted later."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.event_stores import EVENT_STORE_ENGINES
from tests.support.random_events import CODES, events, some_time
from tests.support.recount_attribution import recount_clicks, recount_hints, recount_visitor_of_order
from tribute.analytics.clicks import ClicksAsked, OrderAsked
from tribute.analytics.definitions import Span
from tribute.analytics.port import Batch, RebuildableStore
from tribute.events.derived import DerivedEvent

WEBSITES = [("web_a",), ("web_a", "web_b"), ("web_b", "web_c"), ()]
some_instant = st.builds(lambda at, later: at + later, some_time, st.timedeltas(timedelta(0), timedelta(days=12)))
some_clicks = st.builds(
    ClicksAsked,
    st.sampled_from(["v1", "v2", "v3", "v4", None]),
    st.sampled_from(["k1", "k2", "k3", None, None]),
    st.sampled_from(WEBSITES),
    some_instant,
)
some_orders = st.tuples(st.sampled_from(["web_a", "web_b"]), st.sampled_from(["o1", "o2", "o3"]), some_instant)


@pytest.mark.slow
@pytest.mark.parametrize("engine", EVENT_STORE_ENGINES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(st.lists(events(), min_size=2, max_size=16), min_size=1, max_size=4),
    clicks=st.lists(some_clicks, max_size=6),
    orders=st.lists(some_orders, max_size=4),
    ends=st.tuples(some_time, some_time),
    websites=st.sampled_from([None, *WEBSITES]),
    again=st.booleans(),
)
def test_every_answer_equals_a_recount(
    *,
    engine: str,
    batches: list[list[DerivedEvent]],
    clicks: list[ClicksAsked],
    orders: list[OrderAsked],
    ends: tuple[datetime, datetime],
    websites: tuple[str, ...] | None,
    again: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store: RebuildableStore = EVENT_STORE_ENGINES[engine](Path(folder))
        try:
            for number, batch in enumerate(batches):
                store.load(Batch(batch, []))
                store.register_codes(CODES[: number + 1])
            store.register_codes(CODES)
            if again:
                store.refresh_aggregates()
            loaded = [event for batch in batches for event in batch]
            span = Span(*sorted(ends))
            assert store.clicks_for(clicks) == [recount_clicks(loaded, CODES, asked) for asked in clicks]
            assert store.order_hints(span, 3, websites) == recount_hints(loaded, span, 3, websites)
            assert store.visitors_of_orders(orders) == [recount_visitor_of_order(loaded, asked) for asked in orders]
        finally:
            store.close()


@pytest.mark.slow
@pytest.mark.parametrize("engine", EVENT_STORE_ENGINES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    loaded=st.lists(events(), max_size=24),
    until=some_instant,
    visitor=st.sampled_from(["v1", "v2"]),
    click=st.sampled_from(["k1", None]),
)
def test_what_is_accepted_later_changes_no_answer(
    engine: str, loaded: list[DerivedEvent], until: datetime, visitor: str, click: str | None
) -> None:
    asked, order = [ClicksAsked(visitor, click, ("web_a", "web_b"), until)], [("web_a", "o1", until)]
    with tempfile.TemporaryDirectory() as folder:
        store: RebuildableStore = EVENT_STORE_ENGINES[engine](Path(folder))
        try:
            store.register_codes(CODES)
            store.load(Batch([event for event in loaded if event.accepted_at <= until], []))
            answers = store.clicks_for(asked), store.visitors_of_orders(order)
            store.load(Batch([event for event in loaded if event.accepted_at > until], []))
            assert (store.clicks_for(asked), store.visitors_of_orders(order)) == answers
        finally:
            store.close()
