"""Whatever was spent, the pause ends on the next full beat and never takes longer than one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.kit.pauses import pause_to_beat


@pytest.mark.parametrize(("spent", "pause"), [(0.0, 0.0), (0.01, 0.14), (0.149, 0.001), (0.151, 0.149), (0.31, 0.14)])
def test_a_pause_ends_on_the_next_beat(spent: float, pause: float) -> None:
    assert pause_to_beat(spent, 0.15) == pytest.approx(pause)


@given(st.floats(0, 100))
def test_a_pause_is_no_longer_than_a_beat(spent: float) -> None:
    pause = pause_to_beat(spent, 0.15)
    assert 0 <= pause <= 0.15
    beats = (spent + pause) / 0.15
    assert beats == pytest.approx(round(beats))
