"""How much happens when: growth, the seasons, launches, one viral day, and the rhythm of weeks and days on people's own clocks.

Pure arithmetic on a slot (the 24 hours that begin a whole number of days after the year's start). Called by the world.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tribute.demo.cast import Affiliate, Website

SLOTS = 365


@dataclass(frozen=True, slots=True)
class Launch:
    """A new course at one website: a spike that fades over about two weeks."""

    at: float
    """Part of the year, 0 to 1."""
    domain: str
    strength: float
    """How many times the usual traffic comes on top at the peak, for an affiliate of average keenness."""


LAUNCHES = (
    Launch(0.22, "pottery-at-home.example", 3.0),
    Launch(0.47, "sourdough-school.example", 3.5),
    Launch(0.70, "piano-after-work.example", 4.0),
    Launch(0.94, "pottery-at-home.example", 2.5),
)

VIRAL_AT = 0.83
VIRAL_CODE = "noor"
VIRAL_DOMAIN = "sourdough-school.example"
_VIRAL_DAYS = (160.0, 55.0, 18.0, 7.0, 3.0)
"""How many times the usual traffic comes on top, by day."""


def growth(progress: float) -> float:
    """The slow rise over the year: about threefold."""
    return 0.5 + 1.05 * math.pow(progress, 1.2)


def season(at: datetime) -> float:
    """Resolutions in January, people outdoors in summer, gifts in late November."""
    turn = math.cos(2 * math.pi * (at.timetuple().tm_yday - 15) / 365.25)
    gifts = 0.45 if at.month == 11 and at.day >= 22 else 0.0
    return 1 + 0.18 * turn + gifts


def launches(slot: int, website: Website, keenness: float) -> float:
    """How many times the usual traffic comes on top because of launches."""
    extra = 0.0
    for launch in LAUNCHES:
        days = slot - int(launch.at * SLOTS)
        if launch.domain == website.domain and 0 <= days < 18:
            extra += launch.strength * keenness * math.exp(-days / 4)
    return extra


def viral(slot: int, website: Website, affiliate: Affiliate) -> float:
    """How many times the usual traffic comes on top because of one short film that everybody passed on."""
    days = slot - int(VIRAL_AT * SLOTS)
    hit = affiliate.code == VIRAL_CODE and website.domain == VIRAL_DOMAIN and 0 <= days < len(_VIRAL_DAYS)
    return _VIRAL_DAYS[days] if hit else 0.0


_HOURS = (0.9, 0.5, 0.3, 0.2, 0.2, 0.4, 1.0, 1.8, 2.4, 2.7, 2.9, 3.0, 3.4, 3.1, 2.9, 2.9, 3.1, 3.5, 4.0, 4.9, 5.6, 5.3, 3.9, 2.1)
"""By hour of people's own day: a lunch-time rise, and evenings, when courses are chosen."""
_WEEKDAYS = (1.02, 1.0, 0.98, 0.95, 0.84, 1.05, 1.24)
"""Monday first: Sunday is the day for hobbies, Friday is not."""


@lru_cache(maxsize=64)
def rhythm(zone: ZoneInfo, slot_start: datetime) -> tuple[float, ...]:
    """Running sums of how busy each of the slot's 24 hours is for people in a zone."""
    total, sums = 0.0, []
    for hour in range(24):
        local = (slot_start + timedelta(hours=hour, minutes=30)).astimezone(zone)
        total += _HOURS[local.hour] * _WEEKDAYS[local.weekday()]
        sums.append(total)
    return tuple(sums)


def week_factor(slot_start: datetime) -> float:
    """How busy the slot is as a whole, by the weekday of its middle in UTC."""
    return _WEEKDAYS[(slot_start + timedelta(hours=12)).astimezone(UTC).weekday()]
