"""Windows that end now, asked again and again while events come in late, copies arrive and codes are registered: all equal a recount."""

import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.events import NOON, make_event
from tests.support.recount import recount
from tests.support.recount_analytics import all_facts
from tribute.analytics.definitions import DAY, HOUR, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import UTC_ZONE, Batch, CodeRegistration, EventStore, RebuildableStore, SeriesQuery
from tribute.analytics.query import AnalyticsQuery, Period
from tribute.events.derived import BotMark, DerivedEvent

CODES = [CodeRegistration("ada", "aff_1", NOON - 9 * DAY), CodeRegistration("eva", "aff_2", NOON - 2 * DAY)]
STEPS = 12


def some_events(dice: random.Random, now: datetime) -> list[DerivedEvent]:
    """Most of the last minutes, some of the hours and days that windows begin in, some of them late; message ids come again."""
    made = []
    for _ in range(dice.randrange(12)):
        at = now - dice.choice([HOUR, 25 * HOUR, timedelta(days=7, hours=12)]) * dice.random()
        made.append(
            make_event(
                f"m{dice.randrange(60)}",
                at,
                received_at=dice.choice([at, now]),
                website_id=dice.choice(["web_a", "web_b"]),
                seq=dice.randrange(1_000_000),
                visitor_id=dice.choice(["v1", "v2", "v3", "v4", None]),
                affiliate_ref=dice.choice(["ada", "eva", None]),
                bot=dice.choice([None, None, None, BotMark.CRAWLER]),
                value=dice.choice([1, 1, 3]),
            )
        )
    return made


def expect_a_recount(store: EventStore, loaded: list[DerivedEvent], codes: list[CodeRegistration], now: datetime) -> None:
    facts = all_facts(loaded, codes)
    for affiliate_id in ("aff_1", "aff_2", None):
        for window in (TimeWindow.LAST_24_HOURS, TimeWindow.LAST_7_DAYS):
            span = window.until(now)
            for metric in (Metric.PAGE_VIEWS, Metric.VISITORS):
                query = SeriesQuery(metric, span, window.grain, affiliate_id=affiliate_id)
                assert store.series(query) == recount(loaded, codes, query)
            mine = [
                fact
                for fact in facts
                if span.start <= fact.at <= span.end and affiliate_id in (None, fact.properties[Dimension.AFFILIATE]) and fact.is_page
            ]
            asked = AnalyticsQuery(
                metrics=[Metric.VISITORS],
                period=Period.of_window(window, now),
                zone=UTC_ZONE,
                dimension=Dimension.WEBSITE,
                affiliate_id=affiliate_id,
                grain=window.grain,
            )
            found = store.analytics(asked)
            alone = replace(asked, dimension=None, grain=None)
            assert store.analytics(alone).totals == found.totals
            for websites in (["web_a"], ["web_a", "web_b"]):
                visitors = {fact.visitor for fact in mine if fact.properties[Dimension.WEBSITE] in websites}
                assert store.analytics(replace(alone, website_ids=websites)).totals[Metric.VISITORS] == len(visitors - {None})
            assert found.totals[Metric.VISITORS] == len({fact.visitor for fact in mine} - {None})
            for row in found.rows:
                visitors = {fact.visitor for fact in mine if fact.properties[Dimension.WEBSITE] == row.value}
                assert row.totals[Metric.VISITORS] == len(visitors - {None})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_every_answer_is_exact_whatever_came_since_the_last_one(event_store: RebuildableStore, seed: int) -> None:
    dice = random.Random(seed)
    now, loaded, codes = NOON, list[DerivedEvent](), list[CodeRegistration]()
    for step in range(STEPS):
        now += timedelta(minutes=dice.randrange(60), days=dice.choice([0, 0, 1]))
        events = some_events(dice, now)
        loaded += events
        event_store.load(Batch(events, []))
        if step in {4, 8}:
            codes.append(CODES[len(codes)])
            event_store.register_codes(codes)
        if step == 6:
            event_store.refresh_aggregates()
        expect_a_recount(event_store, loaded, codes, now)


@pytest.mark.slow
def test_a_bucket_that_a_window_cuts_is_exact_after_each_late_event(event_store: RebuildableStore) -> None:
    """The clock hardly moves, so that all that comes lies in the very buckets that the windows begin in."""
    dice, loaded = random.Random(11), list[DerivedEvent]()
    event_store.register_codes(CODES)
    for step in range(STEPS):
        now = NOON + timedelta(minutes=step)
        begins = [now - window for window in (24 * HOUR, 7 * DAY) for _ in range(dice.randrange(3))]
        late = [
            make_event(f"l{step}-{n}", at + HOUR * dice.random() / 2, received_at=now, affiliate_ref="ada") for n, at in enumerate(begins)
        ]
        events = [*some_events(dice, now), *late]
        loaded += events
        event_store.load(Batch(events, []))
        expect_a_recount(event_store, loaded, CODES, now)


def test_a_visitor_whose_page_view_counts_no_more_is_gone(event_store: RebuildableStore) -> None:
    """An earlier copy of a page view of days ago, with another visitor, takes its place after the day was summed up."""
    event_store.register_codes(CODES)
    first, earlier = (
        make_event("m1", NOON - 2 * DAY, received_at=NOON - 2 * DAY + wait, visitor_id=visitor, affiliate_ref="ada")
        for visitor, wait in (("v1", HOUR), ("v2", timedelta(minutes=1)))
    )
    asked = AnalyticsQuery(
        metrics=[Metric.VISITORS], period=Period.of_window(TimeWindow.LAST_7_DAYS, NOON), zone=UTC_ZONE, affiliate_id="aff_1"
    )
    for number, (event, visitors) in enumerate(
        ((first, 1), (make_event("m2", NOON, visitor_id="v2", affiliate_ref="ada"), 2), (earlier, 1))
    ):
        event_store.load(Batch([event], []))
        assert event_store.analytics(asked).totals[Metric.VISITORS] == visitors, number


def test_readers_beside_a_writer_leave_nothing_stale(event_store: RebuildableStore) -> None:
    """Whatever is read at the moment of a commit, the next question after it has the new number."""
    dice, loaded, stop = random.Random(7), list[DerivedEvent](), threading.Event()
    event_store.register_codes(CODES)
    query = SeriesQuery(Metric.PAGE_VIEWS, TimeWindow.LAST_7_DAYS.until(NOON), TimeWindow.LAST_7_DAYS.grain, affiliate_id="aff_1")

    def read() -> None:
        while not stop.is_set():
            event_store.series(query)
            event_store.series(SeriesQuery(Metric.VISITORS, TimeWindow.LAST_24_HOURS.until(NOON), TimeWindow.LAST_24_HOURS.grain))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(6):
            events = some_events(dice, NOON)
            loaded += events
            event_store.load(Batch(events, []))
            assert event_store.series(query) == recount(loaded, CODES, query)
    finally:
        stop.set()
        reader.join()
