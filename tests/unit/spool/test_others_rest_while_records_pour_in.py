"""While thousands of records a second come, whoever works beside the collector rests in proportion to its work; else never."""

from tribute.spool.rush import Rush


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

    assert machine.rush.rest_seconds(1.0, 0.1) == 0


def test_in_a_rush_a_tenth_of_the_time_is_work() -> None:
    machine = Machine()
    machine.take_in(20_000, 1.0)

    assert machine.rush.rest_seconds(0.1, 0.1) == 0.9
    assert machine.rush.rest_seconds(60.0, 0.1) == 2.0  # a rest ends, whatever the work was


def test_a_rush_ends_by_itself() -> None:
    machine = Machine()
    machine.take_in(20_000, 1.0)
    machine.at += 0.6

    assert machine.rush.rest_seconds(0.1, 0.1) == 0


def test_one_large_import_after_a_pause_is_no_rush() -> None:
    machine = Machine()
    machine.at += 3600
    machine.rush.note(5_000)

    assert not machine.rush.is_on
