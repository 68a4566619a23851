"""A thread that tries again waits longer each time, up to a bound, however often it has failed."""

import pytest

from tribute.kit.pauses import growing_pause


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0.5), (1, 1.0), (3, 4.0), (6, 30.0), (1023, 30.0), (1024, 30.0), (10**6, 30.0)])
def test_a_pause_doubles_with_each_failure_up_to_the_longest(failures: int, seconds: float) -> None:
    assert growing_pause(0.5, failures, 30.0) == seconds
