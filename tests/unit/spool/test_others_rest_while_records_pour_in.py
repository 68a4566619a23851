"""While thousands of records a second come, whoever works beside the collector rests in proportion to its work; else never."""

import math
from datetime import timedelta
from pathlib import Path

from tests.support.events import NOON
from tribute.kit.clock import FixedClock
from tribute.spool.rush import Rush
from tribute.spool.spool import Spool


class Machine:
    """A rush with a monotonic clock that is told the time."""

    def __init__(self) -> None:
        self.at = 100.0
        self.rush = Rush(lambda: self.at)

    def take_in(self, records: int, seconds: float) -> None:
        """Records in ten commits, evenly over so long."""
        for _ in range(10):
            self.at += seconds / 10
            self.rush.note(records // 10)


def test_nobody_rests_at_the_load_that_charts_follow_within_a_second() -> None:
    machine = Machine()
    machine.take_in(500, 1.0)

    assert machine.rush.rest_seconds(1.0, 0.1, 0) == 0


def test_in_a_rush_a_tenth_of_the_time_is_work() -> None:
    machine = Machine()
    machine.take_in(2_000, 1.0)

    assert machine.rush.rest_seconds(0.1, 0.1, 0) == 0.9
    assert machine.rush.rest_seconds(60.0, 0.1, 0) == 2.0  # a rest ends, whatever the work was


def test_in_a_flood_nearly_all_work_is_put_off_until_it_ends() -> None:
    machine = Machine()
    machine.take_in(20_000, 1.0)
    assert machine.rush.rest_seconds(0.1, 0.1, 0) == 30.0
    assert machine.rush.rest_seconds(0.1, 0.1, 601) == 0

    machine.take_in(2_000, 1.0)
    assert machine.rush.rest_seconds(0.1, 0.1, 0) == 0.9


def test_nobody_rests_who_is_ten_minutes_behind() -> None:
    machine = Machine()
    machine.take_in(2_000, 1.0)

    assert machine.rush.rest_seconds(0.1, 0.1, 599) == 0.9
    assert machine.rush.rest_seconds(0.1, 0.1, 601) == 0


def test_in_a_rush_that_lasts_the_spool_lets_those_work_who_are_far_behind(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    spool = Spool.open(tmp_path, clock, segment_bytes=10**6, segment_seconds=3600)
    try:
        spool._commits.rush._lasts_until = math.inf
        ages = (None, timedelta(minutes=9), timedelta(minutes=11))
        assert [spool.rest_seconds(0.1, 0.1, None if age is None else NOON - age) for age in ages] == [0.9, 0.9, 0]
    finally:
        spool.close()


def test_a_rush_ends_by_itself() -> None:
    machine = Machine()
    machine.take_in(2_000, 1.0)
    machine.at += 0.6

    assert machine.rush.rest_seconds(0.1, 0.1, 0) == 0


def test_one_large_import_after_a_pause_is_no_rush() -> None:
    machine = Machine()
    machine.at += 3600
    machine.rush.note(50_000)

    assert not machine.rush.is_on
