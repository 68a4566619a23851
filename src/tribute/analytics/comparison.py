"""Which period another one is compared with. Pure; on the wall clock, so that a day is compared with a day whatever the clocks do.

Called by the engines, which align the two by bucket.
"""

from calendar import monthrange
from datetime import UTC, date, datetime
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from tribute.analytics.buckets import TICK
from tribute.analytics.definitions import DAY
from tribute.analytics.query import Comparison, Period
from tribute.kit.errors import InvalidInputError

_MIDNIGHT = wall_time()


def compared_with(period: Period, zone: ZoneInfo, comparison: Comparison) -> Period:
    """The period to compare with. Raises InvalidInputError when it would lie before the calendar's beginning."""
    try:
        if comparison is Comparison.PREVIOUS_YEAR:
            return _year_before(period, zone)
        return _directly_before(period, zone)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError("compare", "there is no such time to compare with; begin later") from error


def _directly_before(period: Period, zone: ZoneInfo) -> Period:
    days = _whole_days(period, zone)
    if days is None:
        return _same_part_before(period, zone)
    first, after = days
    if first.day == after.day == 1:
        return Period(midnight(_months_later(first, -_months_between(first, after)), zone), period.start)
    return Period(midnight(first - (after - first), zone), period.start)


def _same_part_before(period: Period, zone: ZoneInfo) -> Period:
    """What a period that ends within a day is compared with.

    A day, month or year so far has the same part of the one before, on the wall clock; other days so far, as many days before by the same
    time. A window that began within a day has the same length directly before.
    """
    first, last = period.start.astimezone(zone).date(), period.end.astimezone(zone).date()
    if midnight(first, zone) != period.start or period.length % DAY == TICK:  # N × 24 h to now, if now is a midnight
        return Period(period.start - period.length, period.start)
    if first.day == 1 and last != first and first.year == last.year and first.month in {last.month, 1}:
        months = 1 if first.month == last.month else 12
        return Period(midnight(_months_later(first, -months), zone), _on(_months_later(last, -months), period.end, zone))
    days = last - first + DAY
    return Period(midnight(first - days, zone), _on(last - days, period.end, zone))


def _year_before(period: Period, zone: ZoneInfo) -> Period:
    days = _whole_days(period, zone)
    if days is None:
        start, end = _wall_year_before(period.start, zone), _wall_year_before(period.end, zone)
        # Around 29 February both ends can fall on the 28th, and the period would shrink or turn around: its length counts then.
        return Period(start, end if abs(end - start - period.length) < DAY / 2 else start + period.length)
    first, after = days
    if first.day == after.day == 1:
        return Period(midnight(_months_later(first, -12), zone), midnight(_months_later(after, -12), zone))
    last = after - DAY
    return Period(midnight(_months_later(first, -12), zone), midnight(_months_later(last, -12) + DAY, zone))


def _whole_days(period: Period, zone: ZoneInfo) -> tuple[date, date] | None:
    """The first day and the day after the last, of a period from one of the zone's midnights to another; None for any other."""
    first, after = period.start.astimezone(zone).date(), period.end.astimezone(zone).date()
    if midnight(first, zone) != period.start or midnight(after, zone) != period.end:
        return None
    return first, after


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day on a zone's wall clock."""
    return datetime.combine(day, _MIDNIGHT, zone).astimezone(UTC)


def _wall_year_before(at: datetime, zone: ZoneInfo) -> datetime:
    return _on(_months_later(at.astimezone(zone).date(), -12), at, zone)


def _on(day: date, at: datetime, zone: ZoneInfo) -> datetime:
    """The instant of another day at which the wall clock says what it says at `at`."""
    local = at.astimezone(zone)
    return datetime.combine(day, local.time(), zone).replace(fold=local.fold).astimezone(UTC)


def _months_between(first: date, after: date) -> int:
    return 12 * (after.year - first.year) + after.month - first.month


def _months_later(day: date, months: int) -> date:
    """The same day of another month; the last one where the month is shorter."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
