"""Whoever stamps inside the gate reads its time there: a clock that is set back cannot put an event behind a watermark already told."""

from datetime import UTC, datetime, timedelta

from tribute.kit.clock import FixedClock
from tribute.spool.gate import Gate

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_time_inside_is_the_time_of_entering() -> None:
    clock = FixedClock(NOON)
    gate = Gate(clock)
    with gate as entered:
        clock.at = NOON + timedelta(seconds=5)
        assert gate.now() == entered == NOON


def test_a_clock_set_back_is_not_followed() -> None:
    clock = FixedClock(NOON)
    gate = Gate(clock)
    with gate:
        pass
    clock.at = NOON - timedelta(seconds=30)
    with gate as entered:
        assert gate.now() == entered == NOON
