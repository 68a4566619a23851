"""What every event store does: the port's promises one by one. The recount, SQL and swap have files of their own."""

from collections.abc import Callable
from datetime import UTC, timedelta

import pytest

from tests.support.events import NOON, make_event
from tribute.analytics.definitions import DAY, HOUR, Grain, Metric, Span
from tribute.analytics.port import (
    Batch,
    CodeRegistration,
    Loaded,
    Point,
    Progress,
    RebuildableStore,
    SeriesQuery,
    StoreBusyError,
    UnknownCode,
)
from tribute.events.derived import BotMark, DerivedEvent

SECOND = timedelta(seconds=1)
WEEK = timedelta(days=7)
AROUND = Span(NOON - 30 * DAY, NOON + 30 * DAY)


def load(store: RebuildableStore, *events: DerivedEvent) -> Loaded:
    return store.load(Batch(events, []))


def total(store: RebuildableStore, metric: Metric = Metric.PAGE_VIEWS, affiliate_id: str | None = None) -> int:
    return sum(point.value for point in store.series(SeriesQuery(metric, AROUND, Grain.DAY, affiliate_id=affiliate_id)))


def test_a_loaded_page_view_is_seen(event_store: RebuildableStore) -> None:
    assert load(event_store, make_event()) == Loaded(events=1, duplicates=0)
    midnight = NOON.replace(hour=0)
    assert event_store.series(SeriesQuery(Metric.PAGE_VIEWS, AROUND, Grain.DAY)) == [Point("web_a", midnight, 1)]
    assert event_store.series(SeriesQuery(Metric.VISITORS, AROUND, Grain.HOUR)) == [Point("web_a", NOON, 1)]


def test_the_same_batch_again_changes_nothing(event_store: RebuildableStore) -> None:
    batch = Batch([make_event("m1"), make_event("m2", seq=2)], [Progress("seg-1", 2, complete=False)])
    event_store.load(batch)
    before = event_store.counts(), event_store.progress()
    assert event_store.load(batch) == Loaded(events=0, duplicates=2)
    assert (event_store.counts(), event_store.progress()) == before


def test_the_same_record_twice_in_one_batch_is_one(event_store: RebuildableStore) -> None:
    assert load(event_store, make_event(), make_event()) == Loaded(events=1, duplicates=1)
    assert event_store.counts()["duplicates"] == 0


def test_the_copy_received_first_counts_though_it_comes_last(event_store: RebuildableStore) -> None:
    load(event_store, make_event(received_at=NOON + HOUR, visitor_id="late"))
    assert load(event_store, make_event(received_at=NOON + SECOND, visitor_id="early", website_id="web_a", value=5)) == Loaded(0, 1)
    assert total(event_store) == 5


def test_equal_times_are_decided_by_spool_and_sequence(event_store: RebuildableStore) -> None:
    copies = [make_event(spool=spool, seq=seq, value=value) for spool, seq, value in (("b", 1, 2), ("a", 9, 3), ("a", 10, 4))]
    load(event_store, *copies)
    assert total(event_store) == 3


def test_a_copy_exactly_seven_days_later_is_a_duplicate_and_a_moment_more_is_new(event_store: RebuildableStore) -> None:
    load(event_store, make_event(received_at=NOON))
    assert load(event_store, make_event(received_at=NOON + WEEK, seq=2)).events == 0
    assert load(event_store, make_event(received_at=NOON + WEEK + timedelta(microseconds=1), seq=3)).events == 1


def test_an_early_copy_moves_a_whole_chain_of_weeks(event_store: RebuildableStore) -> None:
    for days, value in ((0, 1), (6, 10), (8, 100), (14, 1_000), (16, 10_000)):
        load(event_store, make_event(received_at=NOON + days * DAY, seq=days, value=value))
    assert total(event_store) == 10_101
    load(event_store, make_event(received_at=NOON - 2 * DAY, seq=99, value=100_000))
    assert total(event_store) == 101_010


def test_bots_and_other_events_are_kept_and_not_counted(event_store: RebuildableStore) -> None:
    load(event_store, make_event("m1", bot=BotMark.CRAWLER), make_event("m2", type="track", name="Bought"), make_event("m3"))
    counts = event_store.counts()
    assert (counts["events"], counts["bots"], counts["page_views"]) == (3, 1, 1)
    assert total(event_store, Metric.VISITORS) == 1


def test_page_views_without_a_visitor_count_and_make_no_visitor(event_store: RebuildableStore) -> None:
    load(event_store, make_event(visitor_id=None, visitor_kind=None))
    assert (total(event_store), total(event_store, Metric.VISITORS)) == (1, 0)


def test_a_record_of_a_value_counts_as_many(event_store: RebuildableStore) -> None:
    load(event_store, make_event(value=7))
    assert (total(event_store), event_store.counts()["page_views"]) == (7, 7)


def test_progress_is_kept_and_never_goes_back(open_event_store: Callable[[], RebuildableStore]) -> None:
    store = open_event_store()
    store.load(Batch([], [Progress("seg-1", 10, complete=True), Progress("seg-2", 3, complete=False)]))
    store.load(Batch([], [Progress("seg-1", 4, complete=False)]))
    store.close()
    assert open_event_store().progress() == {"seg-1": Progress("seg-1", 10, complete=True), "seg-2": Progress("seg-2", 3, complete=False)}


def test_what_was_loaded_is_there_after_a_restart(open_event_store: Callable[[], RebuildableStore]) -> None:
    store = open_event_store()
    load(store, make_event())
    counts = store.counts()
    store.close()
    assert open_event_store().counts() == counts


def test_a_registered_code_gives_its_events_to_the_affiliate(event_store: RebuildableStore) -> None:
    assert event_store.register_codes([CodeRegistration("ada", "aff_1", NOON - DAY)]) == 0
    load(event_store, make_event("m1", affiliate_ref="ada"), make_event("m2", affiliate_ref="other"))
    assert total(event_store, affiliate_id="aff_1") == 1
    assert event_store.counts()["without_affiliate"] == 1


def test_a_code_registered_later_counts_from_its_registration(event_store: RebuildableStore) -> None:
    load(
        event_store, *(make_event(f"m{hour}", NOON + hour * HOUR, received_at=NOON + hour * HOUR, affiliate_ref="ada") for hour in range(4))
    )
    told = [CodeRegistration("ada", "aff_1", NOON + 2 * HOUR)]
    assert event_store.register_codes(told) == 2
    assert event_store.register_codes(told) == 0
    assert (total(event_store, affiliate_id="aff_1"), total(event_store)) == (2, 4)
    assert total(event_store, Metric.VISITORS, "aff_1") == 1


def test_events_accepted_before_a_registration_stay_without_affiliate(event_store: RebuildableStore) -> None:
    event_store.register_codes([CodeRegistration("ada", "aff_1", NOON)])
    load(event_store, make_event(affiliate_ref="ada", accepted_at=NOON - SECOND))
    assert total(event_store, affiliate_id="aff_1") == 0


def test_unknown_codes_come_with_the_most_page_views_first(event_store: RebuildableStore) -> None:
    event_store.register_codes([CodeRegistration("ada", "aff_1", NOON - DAY)])
    codes = ["typo", "typo", "eva", "ada", None]
    load(event_store, *(make_event(f"m{index}", NOON + index * SECOND, affiliate_ref=code) for index, code in enumerate(codes)))
    assert event_store.unknown_codes(AROUND) == [UnknownCode("typo", 2, NOON + SECOND), UnknownCode("eva", 1, NOON + 2 * SECOND)]
    assert len(event_store.unknown_codes(AROUND, limit=1)) == 1


def test_both_ends_of_a_span_are_included_to_the_microsecond(event_store: RebuildableStore) -> None:
    tick = timedelta(microseconds=1)
    start, end = NOON + timedelta(minutes=7), NOON + 2 * DAY + timedelta(minutes=9)
    load(event_store, *(make_event(f"m{index}", at) for index, at in enumerate((start - tick, start, end, end + tick))))
    for metric in (Metric.PAGE_VIEWS, Metric.VISITORS):
        points = event_store.series(SeriesQuery(metric, Span(start, end), Grain.DAY))
        assert [(point.bucket.day, point.value) for point in points] == [(NOON.day, 1), (NOON.day + 2, 1)]


def test_points_are_ordered_by_bucket_then_website(event_store: RebuildableStore) -> None:
    for website_id, hours in (("web_b", 0), ("web_a", 5), ("web_a", 0)):
        load(event_store, make_event(f"{website_id}{hours}", NOON + hours * HOUR, website_id=website_id))
    points = event_store.series(SeriesQuery(Metric.PAGE_VIEWS, AROUND, Grain.HOUR))
    assert [(point.bucket.hour, point.website_id) for point in points] == [(12, "web_a"), (12, "web_b"), (17, "web_a")]
    assert all(point.bucket.tzinfo is UTC for point in points)


def test_chosen_websites_alone_are_answered(event_store: RebuildableStore) -> None:
    load(event_store, make_event("m1"), make_event("m2", website_id="web_b"))
    chosen = SeriesQuery(Metric.PAGE_VIEWS, AROUND, Grain.DAY, website_ids=["web_b"])
    assert [point.website_id for point in event_store.series(chosen)] == ["web_b"]
    assert event_store.series(SeriesQuery(Metric.PAGE_VIEWS, AROUND, Grain.DAY, website_ids=[])) == []


def test_commissions_are_not_asked_of_the_event_store(event_store: RebuildableStore) -> None:
    with pytest.raises(ValueError, match="Commissions"):
        event_store.series(SeriesQuery(Metric.COMMISSIONS, AROUND, Grain.DAY))


def test_since_ever_is_a_span_like_any_other(event_store: RebuildableStore) -> None:
    ever = Span(NOON - 700_000 * DAY, NOON + 2_000_000 * DAY)
    assert event_store.series(SeriesQuery(Metric.VISITORS, ever, Grain.HOUR)) == []
    load(event_store, make_event())
    assert event_store.series(SeriesQuery(Metric.VISITORS, ever, Grain.HOUR)) == [Point("web_a", NOON, 1)]


def test_deferred_sums_are_right_after_the_refresh(event_store: RebuildableStore) -> None:
    event_store.register_codes([CodeRegistration("ada", "aff_1", NOON - 90 * DAY)])
    events = [make_event(f"m{index}", NOON - index * 5 * DAY, affiliate_ref="ada" if index % 2 else None) for index in range(6)]
    event_store.load(Batch(events, [], defer_aggregates=True))
    event_store.refresh_aggregates()
    assert (total(event_store), total(event_store, affiliate_id="aff_1")) == (6, 3)


def test_a_closed_store_says_so(event_store: RebuildableStore) -> None:
    event_store.close()
    event_store.close()
    for use in (lambda: load(event_store, make_event()), event_store.counts, event_store.checkpoint):
        with pytest.raises(StoreBusyError, match="closed"):
            use()
