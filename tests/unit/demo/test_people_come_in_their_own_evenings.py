"""Traffic follows the clock on the visitor's wall, not the server's."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.support.demo_world import ToldWorld
from tribute.demo.seasons import rhythm


def test_evenings_are_busier_than_nights_everywhere(small: ToldWorld) -> None:
    for zone in ("America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata"):
        hours: Counter[int] = Counter()
        for call in small.calls:
            if call.counts and call.visitor.audience.zone.key == zone:
                hours[datetime.fromtimestamp(call.original_ms / 1000, UTC).astimezone(ZoneInfo(zone)).hour] += 1
        evening = sum(hours[hour] for hour in (19, 20, 21))
        night = sum(hours[hour] for hour in (2, 3, 4))
        assert evening > 6 * night, zone


def test_the_rhythm_turns_with_the_zone() -> None:
    start = datetime(2026, 3, 4, tzinfo=UTC)
    morning_in_tokyo, evening_in_new_york = (rhythm(ZoneInfo(zone), start) for zone in ("Asia/Tokyo", "America/New_York"))
    assert evening_in_new_york[5] / evening_in_new_york[-1] > 1.2 * morning_in_tokyo[5] / morning_in_tokyo[-1]


def test_sundays_are_busier_than_fridays(small: ToldWorld) -> None:
    weekdays: Counter[int] = Counter()
    for call in small.calls:
        if call.counts:
            at = datetime.fromtimestamp(call.original_ms / 1000, UTC)
            weekdays[at.astimezone(call.visitor.audience.zone).weekday()] += 1
    assert weekdays[6] > 1.1 * weekdays[4]
