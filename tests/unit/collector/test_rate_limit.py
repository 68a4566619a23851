"""A write key may send so many events a second, and a burst at once; over it, 429 says when to come again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.collector import OTHER_KEY, header, make_collector, page, post
from tribute.collector.drops import DropReason
from tribute.collector.exchange import RefusalError
from tribute.collector.limits import RateLimiter


def passes(limiter: RateLimiter, events: int, now: float, key: str = "a") -> bool:
    try:
        limiter.take(key, events, now)
    except RefusalError:
        return False
    return True


def test_over_the_limit_is_429_until_time_has_passed() -> None:
    made = make_collector(limiter=RateLimiter(0.5, 2))
    statuses = [made.collector.receive(post("/v1/page", page())).status for _ in range(3)]
    refused = made.collector.receive(post("/v1/page", page()))
    assert statuses == [200, 200, 429]
    assert header(refused, "retry-after") == "2"
    assert made.collector.receive(post("/v1/page", page(), key=OTHER_KEY)).status == 200
    made.seconds = 2.0
    assert made.collector.receive(post("/v1/page", page())).status == 200
    assert made.collector.stats.drops == {DropReason.RATE_LIMITED: 2}


def test_events_are_counted_not_requests() -> None:
    made = make_collector(limiter=RateLimiter(1, 10))
    batch = post("/v1/batch", {"batch": [page()] * 6})
    assert [made.collector.receive(batch).status for _ in range(2)] == [200, 429]


def test_a_batch_over_the_burst_passes_from_a_full_bucket_and_leaves_a_debt() -> None:
    limiter = RateLimiter(10, 10)
    assert passes(limiter, 50, 0.0)
    assert not passes(limiter, 1, 4.0)
    assert passes(limiter, 1, 4.2)


@given(
    rate=st.floats(0.5, 100),
    burst=st.integers(1, 50),
    takes=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 20)), max_size=40),
)
def test_never_more_than_burst_and_rate_allow(rate: float, burst: int, takes: list[tuple[float, int]]) -> None:
    limiter, now, taken = RateLimiter(rate, burst), 0.0, 0
    for pause, events in takes:
        now += pause
        if passes(limiter, events, now):
            taken += events
            assert taken <= burst + rate * now + max(0, events - burst) + 1e-6


def test_what_is_said_to_wait_is_enough() -> None:
    limiter = RateLimiter(0.3, 1)
    limiter.take("a", 1, 0.0)
    with pytest.raises(RefusalError) as refused:
        limiter.take("a", 1, 0.5)
    assert passes(limiter, 1, 0.5 + refused.value.retry_after)


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(1, 5)
    for number in range(25_000):
        limiter.take(str(number), 1, number / 1e6)
    assert len(limiter._buckets) <= 10_000
