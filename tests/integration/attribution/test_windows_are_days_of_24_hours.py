"""A click counts to the microsecond of its window's end, which no change of clocks moves."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.money import MoneyWorld

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NEW_YORK = ZoneInfo("America/New_York")
TICK = timedelta(microseconds=1)

CASES = {
    "at the edge": (datetime(2026, 11, 20, 12, tzinfo=STOCKHOLM), timedelta(days=30), True),
    "a microsecond before it": (datetime(2026, 11, 20, 12, tzinfo=STOCKHOLM), timedelta(days=30) + TICK, False),
    "with the order": (datetime(2026, 11, 20, 12, tzinfo=STOCKHOLM), timedelta(0), True),
    "after the order": (datetime(2026, 11, 20, 12, tzinfo=STOCKHOLM), -TICK, False),
    "over the end of summer time": (datetime(2026, 11, 10, 12, tzinfo=STOCKHOLM), timedelta(days=30), True),
    "over the end of summer time, too late": (datetime(2026, 11, 10, 12, tzinfo=STOCKHOLM), timedelta(days=30) + TICK, False),
    "over the beginning of summer time": (datetime(2026, 4, 10, 12, tzinfo=NEW_YORK), timedelta(days=30), True),
    "in the hour that comes twice": (datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=1), timedelta(days=30), True),
}


@pytest.mark.parametrize("case", CASES)
def test_a_click_counts_within_them(world: MoneyWorld, case: str) -> None:
    at, before, counts = CASES[case]
    world.program(window_days=30)
    instant = datetime.fromtimestamp(at.timestamp(), tz=ZoneInfo("UTC"))
    world.click("ada", "visitor", ago=world.clock.at - (instant - before))
    decision = world.decision(world.order(anonymous_id="visitor", occurred_at=at))
    assert (decision.affiliate_id is not None) is counts
    assert decision.reason == (None if counts else "after_order" if before < timedelta(0) else "expired")
