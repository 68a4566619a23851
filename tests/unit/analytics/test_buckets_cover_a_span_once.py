"""Stretches cover each instant of a span once, with the label `bucket_start` gives it, through every change of the clocks."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.analytics.buckets import MOST_STRETCHES, TICK, Stretch, cover, stretches
from tribute.analytics.definitions import DAY, HOUR, Grain, Metric, Span, bucket_start
from tribute.kit.errors import InvalidInputError

UTC_ZONE = ZoneInfo("UTC")
ZONES = [
    *(ZoneInfo(name) for name in ("UTC", "Europe/London", "America/New_York", "Africa/Casablanca", "Pacific/Apia")),
    *(ZoneInfo(name) for name in ("Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")),
]
instants = st.datetimes(datetime(2005, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants them naive
near_changes = st.builds(
    lambda middle, offset: middle + offset,
    st.sampled_from(
        [
            datetime(*day, tzinfo=UTC)
            for day in ((2010, 11, 7), (2011, 3, 13), (2011, 12, 30), (2026, 3, 29), (2026, 4, 4), (2026, 10, 3), (2026, 10, 25))
        ]
    ),
    st.timedeltas(timedelta(hours=-36), timedelta(hours=36)),
)


@given(
    st.one_of(instants, near_changes),
    st.timedeltas(timedelta(0), timedelta(days=4)),
    st.sampled_from(Grain),
    st.sampled_from(ZONES),
    st.data(),
)
def test_each_instant_lies_in_one_stretch_of_its_bucket(
    start: datetime, length: timedelta, grain: Grain, zone: ZoneInfo, data: st.DataObject
) -> None:
    span = Span(start, start + length)
    pieces = list(stretches(span, grain, zone))
    assert pieces[0].start == span.start
    assert pieces[-1].end == span.end + TICK
    assert all(before.end == after.start and before.label != after.label for before, after in pairwise(pieces))
    piece = data.draw(st.sampled_from(pieces))
    inside = data.draw(st.integers(0, (piece.end - piece.start) // TICK - 1))
    for at in (piece.start, piece.start + inside * TICK, piece.end - TICK):
        assert bucket_start(at, grain, zone) == piece.label


@given(st.one_of(instants, near_changes), st.timedeltas(timedelta(0), timedelta(days=4)), st.sampled_from(ZONES))
def test_an_hour_begins_with_its_first_instant(start: datetime, length: timedelta, zone: ZoneInfo) -> None:
    """Also where the clocks are changed by half an hour, or within one: an hour is not told by an instant of the hour before."""
    _, *whole = stretches(Span(start, start + length), Grain.HOUR, zone)
    assert [piece.label for piece in whole] == [piece.start for piece in whole]


def test_the_hours_of_half_hour_changes() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    spring = stretches(Span(datetime(2026, 10, 3, 14, 30, tzinfo=UTC), datetime(2026, 10, 3, 16, 0, tzinfo=UTC)), Grain.HOUR, lord_howe)
    autumn = stretches(Span(datetime(2026, 4, 4, 14, 0, tzinfo=UTC), datetime(2026, 4, 4, 15, 30, tzinfo=UTC)), Grain.HOUR, lord_howe)
    assert [f"{piece.label.astimezone(lord_howe):%H:%M%z}" for piece in spring] == ["01:00+1030", "02:30+1100", "03:00+1100"]
    assert [f"{piece.label.astimezone(lord_howe):%H:%M%z}" for piece in autumn] == ["01:00+1100", "01:30+1030", "02:00+1030"]


@given(st.one_of(instants, near_changes), st.timedeltas(timedelta(0), timedelta(days=4)), st.sampled_from(Grain), st.sampled_from(ZONES))
def test_a_cover_takes_each_instant_from_one_place(start: datetime, length: timedelta, grain: Grain, zone: ZoneInfo) -> None:
    span = Span(start, start + length)
    for metric in (Metric.PAGE_VIEWS, Metric.VISITORS):
        parts = cover(metric, span, grain, zone)
        everything = sorted((*parts.days, *parts.hours, *parts.events), key=lambda piece: piece.start)
        assert everything[0].start == span.start
        assert everything[-1].end == span.end + TICK
        assert all(before.end == after.start for before, after in pairwise(everything))
        stored = [piece.label for piece in (*parts.days, *parts.hours)]
        if metric is Metric.VISITORS:
            assert len({*stored, *(piece.label for piece in parts.events)}) == len(stored) + len({piece.label for piece in parts.events})
        for piece, step in ((piece, step) for pieces, step in ((parts.days, DAY), (parts.hours, HOUR)) for piece in pieces):
            assert (piece.start - datetime(1970, 1, 1, tzinfo=UTC)) % step == (piece.end - piece.start) % step == timedelta(0)


def test_visitors_of_a_day_in_two_stretches_are_counted_together() -> None:
    """St John's turned its clocks back at one minute past midnight, so that the new day began twice."""
    start = datetime(2010, 11, 7, 2, tzinfo=UTC)
    parts = cover(Metric.VISITORS, Span(start, start + 6 * HOUR), Grain.DAY, ZoneInfo("America/St_Johns"))
    labels = [piece.label for piece in parts.events]
    assert (parts.days, parts.hours) == ((), ())
    assert len(labels) == len(set(labels)) + 2


def test_visitors_of_a_bucket_come_from_one_place() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    span = Span(datetime(2026, 3, 27, 5, 30, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))
    parts = cover(Metric.VISITORS, span, Grain.DAY, berlin)
    assert (parts.days, parts.hours) == ((), ())
    assert [piece.label for piece in parts.events] == [bucket_start(piece.start, Grain.DAY, berlin) for piece in parts.events]


def test_a_years_utc_days_are_read_as_they_are_stored() -> None:
    now = datetime(2026, 3, 10, 12, 34, tzinfo=UTC)
    parts = cover(Metric.VISITORS, Span(now - 365 * DAY, now), Grain.DAY, UTC_ZONE)
    assert (len(parts.days), len(parts.hours), len(parts.events)) == (364, 0, 2)


def test_the_repeated_hour_of_autumn_is_two_buckets() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    span = Span(datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC) - TICK)
    labels = [piece.label.astimezone(berlin).strftime("%H:%M %Z") for piece in stretches(span, Grain.HOUR, berlin)]
    assert labels == ["02:00 CEST", "02:00 CET"]


def test_a_day_that_never_was_has_no_stretch() -> None:
    apia = ZoneInfo("Pacific/Apia")
    span = Span(datetime(2011, 12, 29, 12, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC))
    assert [piece.start.astimezone(apia).day for piece in stretches(span, Grain.DAY, apia)] == [29, 31, 1]


def test_a_moment_is_a_span() -> None:
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert list(stretches(Span(at, at), Grain.HOUR, UTC_ZONE)) == [Stretch(at, at, at + TICK)]


def test_too_many_buckets_are_refused() -> None:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidInputError, match=str(MOST_STRETCHES)):
        cover(Metric.PAGE_VIEWS, Span(start, start + (MOST_STRETCHES + 1) * HOUR), Grain.HOUR, UTC_ZONE)
