"""Dates are whole days of the zone, times are instants; what is no time is named by its field, and nothing else is raised."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tribute.analytics.definitions import TimeWindow
from tribute.analytics.query import Period
from tribute.analytics.ranges import asked_period, named_zone
from tribute.kit.errors import InvalidInputError

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def read(start: str | None, end: str | None = None, zone: ZoneInfo = KATHMANDU) -> Period:
    return asked_period(window=None, start=start, end=end, zone=zone, now=NOW)


def test_a_date_is_its_whole_day_in_the_zone() -> None:
    assert read("2026-11-22", "2026-11-22") == Period(
        datetime(2026, 11, 21, 18, 15, tzinfo=UTC), datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
    )


def test_a_time_without_an_offset_is_on_the_wall_clock() -> None:
    assert read("2026-11-22T06:00").start == datetime(2026, 11, 22, 0, 15, tzinfo=UTC)
    assert read("2026-11-22T06:00:00Z").start == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert read("2026-11-22T06:00:00+02:00").start == datetime(2026, 11, 22, 4, tzinfo=UTC)


def test_a_range_without_an_end_goes_until_now() -> None:
    assert read("2026-11-22").end == NOW


def test_a_window_and_a_range_exclude_each_other() -> None:
    with pytest.raises(InvalidInputError, match=r"^window"):
        asked_period(window=TimeWindow.LAST_7_DAYS, start="2026-11-22", end=None, zone=KATHMANDU, now=NOW)


@given(st.text(max_size=40), st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]))
@example("9999-12-31", "UTC")
@example("0001-01-01", "Asia/Kathmandu")
@example("0001-01-01T00:00:00+14:00", "UTC")
@example("2026-11-22\x00", "UTC")
@example("２０２６-11-22", "UTC")
def test_any_text_is_a_time_or_refused(text: str, zone: str) -> None:
    for start, end in ((text, None), ("2026-11-01", text)):
        with suppress(InvalidInputError):
            read(start, end, ZoneInfo(zone))


@given(st.text(max_size=80))
@example("")
@example("../UTC")
@example("/etc/localtime")
@example("Europe")
@example("UTC\x00")
def test_any_text_is_a_zone_or_refused(name: str) -> None:
    with suppress(InvalidInputError):
        assert named_zone(name).key == name
