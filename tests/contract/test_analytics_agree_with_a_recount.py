"""Random questions about random events: totals, buckets, rows, others and comparisons equal a naive recount."""

import tempfile
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.support.event_stores import EVENT_STORE_ENGINES
from tests.support.events import NOON
from tests.support.random_events import CODES, OTHER_VALUES, VALUES, events, some_time
from tests.support.recount_analytics import recount_analytics, recount_identification, recount_live
from tests.support.recount_attribution import facts_of_money
from tribute.analytics.clicks import MoneyFact
from tribute.analytics.comparison import midnight
from tribute.analytics.definitions import DAY, Grain, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import Batch, RebuildableStore
from tribute.analytics.query import ANALYTICS_METRICS, AnalyticsQuery, Comparison, Filter, Period
from tribute.events.derived import Channel, DerivedEvent
from tribute.kit.errors import InvalidInputError

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York")]
MONEY = {
    "conversion_id": st.just(""),
    "website_id": st.sampled_from(["web_a", "web_b"]),
    "affiliate_id": st.sampled_from(["aff_1", "aff_2", None]),
    "time": some_time,
    "currency": st.sampled_from(["USD", "USD", "JPY"]),
    "conversions": st.sampled_from([0, 1]),
    "revenue_minor": st.integers(-3, 3) | st.integers(-(10**15), 10**15),
    "commission_minor": st.integers(-3, 3) | st.integers(-(10**15), 10**15),
    "link_slug": st.sampled_from(["go", None]),
    "sub_id": st.sampled_from(["mail", "blog", None]),
    "channel": st.sampled_from([*Channel, None]),
    **{name: st.sampled_from(OTHER_VALUES) for name in ("landing_page", "referrer_host", "utm_source", "country", "device")},
}


@st.composite
def told_money(draw: st.DrawFn) -> dict[str, list[MoneyFact]]:
    """What the ledger tells of some conversions at once; of one without facts, that there is nothing to tell any more."""
    told = {}
    for conversion_id in draw(st.lists(st.sampled_from(["c1", "c2", "c3", "c4"]), unique=True)):
        facts = draw(st.lists(st.builds(MoneyFact, **MONEY), max_size=3))
        told[conversion_id] = [replace(fact, conversion_id=conversion_id) for fact in facts]
    return told


@st.composite
def filters(draw: st.DrawFn) -> list[Filter]:
    dimensions = draw(st.lists(st.sampled_from(Dimension), min_size=1, max_size=2, unique=True))
    return [Filter(each, draw(st.lists(st.sampled_from(VALUES.get(each, OTHER_VALUES)), min_size=1, max_size=4))) for each in dimensions]


@st.composite
def periods(draw: st.DrawFn, zone: ZoneInfo) -> Period:
    """Any two instants, or whole days of the zone."""
    start, end = sorted((draw(some_time), draw(some_time)))
    if draw(st.booleans()):
        start, end = midnight(start.astimezone(zone).date(), zone), midnight(end.astimezone(zone).date() + DAY, zone)
    assume(start < end)
    return Period(start, end)


@st.composite
def queries(draw: st.DrawFn) -> AnalyticsQuery:
    zone = draw(st.sampled_from(ZONES))
    grain = draw(st.sampled_from([None, *Grain]))
    dimension = draw(st.sampled_from([None, *Dimension, *[*VALUES] * 3]))
    try:
        return AnalyticsQuery(
            metrics=draw(st.lists(st.sampled_from(ANALYTICS_METRICS), min_size=1, max_size=4, unique=True)),
            currency=draw(st.sampled_from(["USD", "JPY"])),
            period=draw(periods(zone)),
            zone=zone,
            grain=grain,
            dimension=dimension,
            filters=draw(st.one_of(st.just([]), filters())),
            affiliate_id=draw(st.sampled_from([None, None, "aff_1", "aff_2"])),
            website_ids=draw(st.sampled_from([None, None, ["web_a"], ["web_a", "web_b"]])),
            top=draw(st.integers(1, 4)),
            row_series=grain is not None and dimension is not None and draw(st.booleans()),
            comparison=draw(st.sampled_from([None, *Comparison])),
        )
    except InvalidInputError:
        assume(False)
        raise


@pytest.mark.slow
@pytest.mark.parametrize("engine", EVENT_STORE_ENGINES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(st.lists(events(), min_size=2, max_size=16), min_size=1, max_size=4),
    tellings=st.lists(told_money(), max_size=4),
    asked=st.lists(queries(), min_size=1, max_size=5),
)
def test_every_answer_equals_a_recount(
    engine: str, batches: list[list[DerivedEvent]], tellings: list[dict[str, list[MoneyFact]]], asked: list[AnalyticsQuery]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store: RebuildableStore = EVENT_STORE_ENGINES[engine](Path(folder))
        try:
            for number, batch in enumerate(batches):
                store.load(Batch(batch, []))
                store.register_codes(CODES[: number + 1])
            store.register_codes(CODES)
            loaded = [event for batch in batches for event in batch]
            money: dict[str, list[MoneyFact]] = {}
            for telling in tellings:
                store.tell_money(telling)
                money |= telling
            for query in asked:
                assert store.analytics(query) == recount_analytics(loaded, CODES, query, facts_of_money(money))
                assert store.identification(query) == recount_identification(loaded, CODES, query)
            for affiliate_id in (None, "aff_1"):
                assert store.live(affiliate_id, NOON) == recount_live(loaded, CODES, affiliate_id, NOON)
        finally:
            store.close()


def test_every_metric_can_be_asked_for() -> None:
    assert set(ANALYTICS_METRICS) == set(Metric)
