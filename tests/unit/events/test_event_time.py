"""When an event happened, by the contract's "Event time"."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import RECEIVED_AT, json_values, record
from tribute.events.derived import TimeMark
from tribute.events.record import Timing
from tribute.events.times import OLDEST_AGE, event_time

SENT = "2020-01-01T00:10:00Z"
AGO = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("event", "stamps", "expected", "mark"),
    [
        ({}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"originalTimestamp": "2020-01-01T00:00:00Z"}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"sentAt": SENT}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"originalTimestamp": "2020-01-01T00:00:00Z", "sentAt": SENT}, {}, RECEIVED_AT - AGO, TimeMark.SKEW_CORRECTED),
        ({"timestamp": "2020-01-01T00:00:00Z", "sentAt": SENT}, {}, RECEIVED_AT - AGO, TimeMark.SKEW_CORRECTED),
        ({"timestamp": "2020-01-01T00:00:00Z"}, {"sent_at": SENT}, RECEIVED_AT - AGO, TimeMark.SKEW_CORRECTED),
        (
            {"originalTimestamp": "2020-01-01T00:09:00Z", "timestamp": "2020-01-01", "sentAt": SENT},
            {},
            RECEIVED_AT - AGO / 10,
            "skew_corrected",
        ),
        ({"timestamp": "2020-01-01T00:09:00Z", "sentAt": SENT}, {"sent_at": "2021-01-01"}, RECEIVED_AT - AGO / 10, TimeMark.SKEW_CORRECTED),
        ({"timestamp": "2020-01-01T00:00:00", "sentAt": SENT}, {}, RECEIVED_AT - AGO, TimeMark.SKEW_CORRECTED),
        ({"timestamp": "2020-01-01T05:30:00+05:30", "sentAt": SENT}, {}, RECEIVED_AT - AGO, TimeMark.SKEW_CORRECTED),
        ({"timestamp": "2020-01-01T00:00:00.000000999Z", "sentAt": SENT}, {}, RECEIVED_AT - AGO, TimeMark.SKEW_CORRECTED),
        ({"timestamp": SENT, "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.SKEW_CORRECTED),
        ({"timestamp": "2020-01-01T00:10:01Z", "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.CLAMPED_TO_RECEIVED),
        ({"timestamp": "9999-12-31T23:59:59Z", "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.CLAMPED_TO_RECEIVED),
        ({"timestamp": "2019-12-25T00:10:00Z", "sentAt": SENT}, {}, RECEIVED_AT - OLDEST_AGE, TimeMark.SKEW_CORRECTED),
        ({"timestamp": "2019-12-25T00:09:59Z", "sentAt": SENT}, {}, RECEIVED_AT - OLDEST_AGE, TimeMark.CLAMPED_TO_LIMIT),
        ({"timestamp": "0001-01-01T00:00:00Z", "sentAt": "9999-12-31T23:59:59Z"}, {}, RECEIVED_AT - OLDEST_AGE, TimeMark.CLAMPED_TO_LIMIT),
        ({"timestamp": "0001-01-01T00:00:00+23:59", "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"timestamp": "9999-12-31T23:59:59-23:59", "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"timestamp": 1577836800000, "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"timestamp": "yesterday", "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"timestamp": "2020-02-30T00:00:00Z", "sentAt": SENT}, {}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"timestamp": "", "sentAt": ["2020-01-01"]}, {"sent_at": ""}, RECEIVED_AT, TimeMark.RECEIVED),
    ],
)
def test_a_device_s_time(event: dict[str, Any], stamps: dict[str, Any], expected: datetime, mark: TimeMark) -> None:
    assert event_time(record(event, **stamps)) == (expected, mark)


@pytest.mark.parametrize(
    ("event", "expected", "mark"),
    [
        ({"timestamp": "2015-06-01T08:00:00Z"}, datetime(2015, 6, 1, 8, tzinfo=UTC), TimeMark.SERVER),
        ({"originalTimestamp": "2015-06-01T08:00:00Z"}, datetime(2015, 6, 1, 8, tzinfo=UTC), TimeMark.SERVER),
        ({"timestamp": "2015-06-01T08:00:00Z", "originalTimestamp": "2015-06-01T09:00:00Z"}, datetime(2015, 6, 1, 8, tzinfo=UTC), "server"),
        ({"timestamp": "2015-06-01T08:00:00Z", "sentAt": "2030-01-01T00:00:00Z"}, datetime(2015, 6, 1, 8, tzinfo=UTC), TimeMark.SERVER),
        ({"timestamp": "2026-11-23T12:00:00.000001Z"}, RECEIVED_AT, TimeMark.CLAMPED_TO_RECEIVED),
        ({"timestamp": "1999-12-31T23:59:59Z"}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"timestamp": "0001-01-01T00:00:00Z"}, RECEIVED_AT, TimeMark.RECEIVED),
        ({"timestamp": "9999-12-31T23:59:59Z"}, RECEIVED_AT, TimeMark.CLAMPED_TO_RECEIVED),
        ({}, RECEIVED_AT, TimeMark.RECEIVED),
    ],
)
def test_a_server_s_time_is_used_as_it_is(event: dict[str, Any], expected: datetime, mark: TimeMark) -> None:
    assert event_time(record(event, timing=Timing.SERVER)) == (expected, mark)


def test_a_server_s_time_may_lie_after_the_foreign_receipt_but_not_after_ours() -> None:
    accepted = RECEIVED_AT + timedelta(hours=1)
    between = record({"timestamp": "2026-11-23T12:30:00Z"}, timing=Timing.SERVER, accepted_at=accepted)
    after = record({"timestamp": "2026-11-23T13:30:00Z"}, timing=Timing.SERVER, accepted_at=accepted)

    assert event_time(between) == (RECEIVED_AT + timedelta(minutes=30), TimeMark.SERVER)
    assert event_time(after) == (accepted, TimeMark.CLAMPED_TO_RECEIVED)


instants = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(-timedelta(hours=11, minutes=30))]))
time_texts = instants.map(datetime.isoformat) | st.datetimes().map(datetime.isoformat) | st.text(max_size=30)
anything = time_texts | json_values()


@given(anything, anything, anything, anything.filter(lambda value: isinstance(value, str)))
def test_a_device_never_moves_an_event_out_of_the_seven_days_before_its_receipt(
    original: object, timestamp: object, sent: object, batch_sent: str
) -> None:
    event = {"originalTimestamp": original, "timestamp": timestamp, "sentAt": sent}

    time, _ = event_time(record(event, sent_at=batch_sent))

    assert RECEIVED_AT - OLDEST_AGE <= time <= RECEIVED_AT


@given(anything, anything)
def test_a_server_s_time_never_lies_after_we_had_the_event(timestamp: object, original: object) -> None:
    time, _ = event_time(record({"timestamp": timestamp, "originalTimestamp": original}, timing=Timing.SERVER))

    assert time <= RECEIVED_AT


near = st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000)).map(lambda distance: RECEIVED_AT + distance)


@given(near, st.timedeltas(timedelta(days=-9), timedelta(days=9)), st.timedeltas(timedelta(days=-30_000), timedelta(days=30_000)))
def test_a_wrong_clock_changes_nothing(original: datetime, took: timedelta, offset: timedelta) -> None:
    def time_by_a_clock_that_is_off(by: timedelta) -> tuple[datetime, TimeMark]:
        return event_time(record({"originalTimestamp": (original + by).isoformat(), "sentAt": (original + took + by).isoformat()}))

    assert time_by_a_clock_that_is_off(offset) == time_by_a_clock_that_is_off(timedelta(0))
