"""Each append counts in the first bucket that is as long as it took, and all of them in the sum."""

from hypothesis import given
from hypothesis import strategies as st

from tribute.spool.durable_times import BOUNDS_SECONDS, DurableTimes


@given(st.lists(st.lists(st.floats(0, 20), min_size=1), max_size=5))
def test_each_append_counts_once(commits: list[list[float]]) -> None:
    times, took = DurableTimes(), []
    for commit in commits:
        taken_at = sorted(100 - seconds for seconds in commit)
        times.note(taken_at, 100.0)
        took += [100.0 - at for at in taken_at]

    for bound, count in times.buckets():
        assert count == sum(at >= 100.0 - bound for at in (100.0 - one for one in took))
    assert times.buckets()[-1] == (float("inf"), len(took))
    assert len(times.buckets()) == len(BOUNDS_SECONDS) + 1
    assert abs(times.sum_seconds - sum(took)) < 1e-6
