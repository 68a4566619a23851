"""Which period another is compared with: the same length before, whole days and months on the wall clock, the dates a year earlier."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.analytics.comparison import compared_with
from tribute.analytics.definitions import TimeWindow
from tribute.analytics.query import Comparison, Period
from tribute.analytics.ranges import asked_period
from tribute.kit.errors import InvalidInputError

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def days(first: str, last: str, zone: ZoneInfo = STOCKHOLM) -> Period:
    return asked_period(window=None, start=first, end=last, zone=zone, now=NOW)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2026-11-23", "2026-11-23"), ("2026-11-22", "2026-11-22")),
        (("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15")),
        (("2026-11-03", "2026-11-12"), ("2026-10-24", "2026-11-02")),
        (("2026-03-29", "2026-03-29"), ("2026-03-28", "2026-03-28")),  # 23 hours with 24
        (("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),  # 31 days with 30
        (("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29")),
        (("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
    ],
)
def test_whole_days_weeks_and_months_are_compared_with_as_many_before(period: tuple[str, str], before: tuple[str, str]) -> None:
    assert compared_with(days(*period), STOCKHOLM, Comparison.PREVIOUS_PERIOD) == days(*before)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2026-11-01", "2026-11-23"), ("2025-11-01", "2025-11-23")),
        (("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
        (("2025-02-28", "2025-02-28"), ("2024-02-28", "2024-02-28")),
        (("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),  # the month with the month
        (("2026-10-25", "2026-10-25"), ("2025-10-25", "2025-10-25")),  # 25 hours with 24
    ],
)
def test_the_year_before_has_the_same_dates(period: tuple[str, str], before: tuple[str, str]) -> None:
    assert compared_with(days(*period), STOCKHOLM, Comparison.PREVIOUS_YEAR) == days(*before)


@given(st.sampled_from(TimeWindow), st.sampled_from(["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"]))
def test_a_window_is_compared_with_the_same_length_directly_before(window: TimeWindow, zone: str) -> None:
    period = Period.of_window(window, NOW + timedelta(seconds=1))
    before = compared_with(period, ZoneInfo(zone), Comparison.PREVIOUS_PERIOD)
    assert (before.end, before.length) == (period.start, period.length)


@pytest.mark.parametrize(
    ("first", "now", "before"),
    [
        ("2026-11-23", "2026-11-23T14:00", ("2026-11-22T00:00", "2026-11-22T14:00")),  # today
        ("2026-11-01", "2026-11-23T14:00", ("2026-10-01T00:00", "2026-10-23T14:00")),  # this month
        ("2026-03-01", "2026-03-31T14:00", ("2026-02-01T00:00", "2026-02-28T14:00")),  # a longer one
        ("2026-01-01", "2026-11-23T14:00", ("2025-01-01T00:00", "2025-11-23T14:00")),  # this year
        ("2026-11-10", "2026-11-23T14:00", ("2026-10-27T00:00", "2026-11-09T14:00")),  # some days
        ("2026-10-25", "2026-10-25T14:00", ("2026-10-24T00:00", "2026-10-24T14:00")),  # of 25 hours
        ("2025-12-01", "2026-01-10T14:00", ("2025-10-21T00:00", "2025-11-30T14:00")),  # months, of two years
    ],
)
def test_days_so_far_are_compared_with_the_same_part_of_those_before(first: str, now: str, before: tuple[str, str]) -> None:
    period = asked_period(window=None, start=first, end=now, zone=STOCKHOLM, now=NOW)
    assert compared_with(period, STOCKHOLM, Comparison.PREVIOUS_PERIOD) == days(*before)


def test_a_window_that_begins_at_midnight_is_compared_like_any_other() -> None:
    period = Period.of_window(TimeWindow.LAST_7_DAYS, datetime(2026, 11, 23, tzinfo=UTC))
    assert compared_with(period, ZoneInfo("UTC"), Comparison.PREVIOUS_PERIOD).end == period.start


def test_a_cut_range_keeps_its_wall_clock_a_year_earlier() -> None:
    period = asked_period(window=None, start="2026-03-29T12:00", end="2026-03-30T12:00", zone=STOCKHOLM, now=NOW)
    before = compared_with(period, STOCKHOLM, Comparison.PREVIOUS_YEAR)
    assert before.start == datetime(2025, 3, 29, 11, tzinfo=UTC)
    assert before.end == datetime(2025, 3, 30, 10, tzinfo=UTC)


def test_what_lies_before_the_calendar_is_refused() -> None:
    first = datetime(1, 1, 2, tzinfo=UTC)
    with pytest.raises(InvalidInputError, match="compare"):
        compared_with(Period(first, first + timedelta(days=30)), ZoneInfo("UTC"), Comparison.PREVIOUS_PERIOD)


@pytest.mark.parametrize("hours", [2, 24, 7 * 24])
def test_around_the_29th_of_february_a_period_keeps_its_length(hours: int) -> None:
    end = datetime(2024, 2, 29, 1, tzinfo=UTC)
    period = Period(end - timedelta(hours=hours), end)
    before = compared_with(period, ZoneInfo("UTC"), Comparison.PREVIOUS_YEAR)
    assert before.length == period.length
    assert before.start.year == 2023
