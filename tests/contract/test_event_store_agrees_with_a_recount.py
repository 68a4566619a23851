"""Whatever is loaded, in whatever order and pieces, with codes registered in between: every number equals a naive recount."""

import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.event_stores import EVENT_STORE_ENGINES
from tests.support.events import NOON, make_event
from tests.support.recount import counted_copies, distinct_records, recount
from tribute.analytics.definitions import DAY, Grain, Metric, Span
from tribute.analytics.port import Batch, CodeRegistration, RebuildableStore, SeriesQuery
from tribute.events.derived import BotMark, DerivedEvent

ZONES = [
    ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "America/New_York")
]
CHANGES = [
    ZoneInfo("UTC").fromutc(NOON.replace(year=2026, month=month, day=day, tzinfo=ZoneInfo("UTC")))
    for month, day in ((3, 8), (3, 29), (4, 4), (10, 3), (10, 25), (11, 1))
]
CODES = [
    CodeRegistration("ada", "aff_1", NOON - 3 * DAY),
    CodeRegistration("eva", "aff_2", NOON + 5 * DAY),
    CodeRegistration("aff_1", "aff_1", NOON),
]

some_time = st.builds(
    lambda middle, offset: middle + offset,
    st.sampled_from([NOON, *CHANGES]),
    st.timedeltas(min_value=timedelta(hours=-40), max_value=timedelta(hours=40)),
)
lateness = st.one_of(
    st.timedeltas(timedelta(0), timedelta(days=30)), st.sampled_from([timedelta(days=days) for days in (0, 6, 7, 8, 14, 15)])
)


@st.composite
def events(draw: st.DrawFn) -> DerivedEvent:
    at = draw(some_time)
    received_at = at + draw(lateness)
    return make_event(
        draw(st.sampled_from(["m1", "m2", "m3", "m4", "m5", "m6"])),
        at,
        received_at=received_at,
        accepted_at=received_at + draw(st.sampled_from([timedelta(0), timedelta(days=4)])),
        website_id=draw(st.sampled_from(["web_a", "web_b"])),
        spool=draw(st.sampled_from(["s1", "s2"])),
        seq=draw(st.integers(0, 10_000)),
        visitor_id=draw(st.sampled_from(["v1", "v2", "v3", None])),
        affiliate_ref=draw(st.sampled_from(["ada", "eva", "aff_1", "nobody", None])),
        type=draw(st.sampled_from(["page", "page", "page", "track"])),
        bot=draw(st.sampled_from([None, None, None, BotMark.CRAWLER])),
        value=draw(st.sampled_from([1, 1, 3])),
        revision=draw(st.sampled_from([0, 0, 0, 1, 2])),
    )


@st.composite
def queries(draw: st.DrawFn) -> SeriesQuery:
    start, end = sorted((draw(some_time), draw(some_time)))
    return SeriesQuery(
        draw(st.sampled_from([Metric.PAGE_VIEWS, Metric.VISITORS])),
        Span(start, end),
        draw(st.sampled_from(Grain)),
        draw(st.sampled_from(ZONES)),
        draw(st.sampled_from([None, "aff_1", "aff_2"])),
        draw(st.sampled_from([None, None, ["web_a"], ["web_a", "web_b"]])),
    )


@st.composite
def loads(draw: st.DrawFn) -> list[list[DerivedEvent] | CodeRegistration]:
    """Batches and registrations in some order; some events are told again in later batches."""
    first = draw(st.lists(st.lists(events(), max_size=8), min_size=1, max_size=5))
    again = draw(st.lists(st.sampled_from([event for batch in first for event in batch] or [make_event()]), max_size=6))
    return draw(st.permutations([*first, again, *CODES]))


def bring_in(store: RebuildableStore, steps: list[list[DerivedEvent] | CodeRegistration]) -> list[DerivedEvent]:
    told: list[CodeRegistration] = []
    loaded: list[DerivedEvent] = []
    for step in steps:
        if isinstance(step, CodeRegistration):
            told.append(step)
            store.register_codes(told)
        else:
            loaded.extend(step)
            result = store.load(Batch(step, []))
            assert result.events + result.duplicates == len(step)
    return loaded


@pytest.mark.slow
@pytest.mark.parametrize("engine", EVENT_STORE_ENGINES)
@settings(max_examples=40, deadline=None)
@given(steps=loads(), asked=st.lists(queries(), min_size=1, max_size=6))
def test_every_number_equals_a_recount(engine: str, steps: list[list[DerivedEvent] | CodeRegistration], asked: list[SeriesQuery]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = EVENT_STORE_ENGINES[engine](Path(folder))
        try:
            loaded = bring_in(store, steps)
            counts = store.counts()
            assert counts["events"] == len(counted_copies(loaded))
            assert counts["events"] + counts["duplicates"] == len(distinct_records(loaded))
            for query in asked:
                assert store.series(query) == recount(loaded, CODES, query)
            store.refresh_aggregates()
            for query in asked:
                assert store.series(query) == recount(loaded, CODES, query)
        finally:
            store.close()
