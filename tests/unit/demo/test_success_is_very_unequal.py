"""Affiliates differ as in life: few bring most, some start late, some stop, and one has a viral day."""

from collections import Counter
from statistics import median

from tests.support.demo_world import ToldWorld
from tribute.demo.cast import AFFILIATES
from tribute.demo.seasons import LAUNCHES, SLOTS, VIRAL_AT, VIRAL_CODE
from tribute.demo.wire import DAY_MS, milliseconds


def _slot(told: ToldWorld, at_ms: int) -> int:
    return (at_ms - milliseconds(told.world.start)) // DAY_MS


def test_the_first_has_more_than_ten_times_the_median(small: ToldWorld) -> None:
    views = Counter(call.affiliate_ref for call in small.calls if call.counts)
    by_affiliate = [views[affiliate.code] for affiliate in AFFILIATES]
    assert len(AFFILIATES) == 40
    assert by_affiliate[0] == max(by_affiliate) > 10 * median(by_affiliate)


def test_who_starts_late_or_stops_has_no_links_out_at_other_times(small: ToldWorld) -> None:
    outside = {affiliate.code: affiliate for affiliate in AFFILIATES if affiliate.since > 0 or affiliate.until < 1}
    assert len(outside) > 10
    for call in small.calls:
        affiliate = outside.get(call.affiliate_ref or "")
        if affiliate is not None and call.arrival.query and call.counts:
            assert affiliate.since * SLOTS - 1 <= _slot(small, call.original_ms) <= affiliate.until * SLOTS + 1


def test_the_viral_day_stands_out(small: ToldWorld) -> None:
    days = Counter(_slot(small, call.original_ms) for call in small.calls if call.counts and call.affiliate_ref == VIRAL_CODE)
    assert days.most_common(1)[0][0] == int(VIRAL_AT * SLOTS)


def test_launches_lift_their_website(small: ToldWorld) -> None:
    days = Counter((call.website.domain, _slot(small, call.original_ms)) for call in small.calls if call.counts)
    for launch in LAUNCHES:
        at = int(launch.at * SLOTS)
        before = sum(days[launch.domain, day] for day in range(at - 7, at)) / 7
        after = sum(days[launch.domain, day] for day in range(at, at + 3)) / 3
        assert after > 1.5 * before, launch


def test_the_year_grows(small: ToldWorld) -> None:
    slots = [_slot(small, call.original_ms) for call in small.calls if call.counts]
    assert sum(slot >= SLOTS / 2 for slot in slots) > 1.3 * sum(slot < SLOTS / 2 for slot in slots)
