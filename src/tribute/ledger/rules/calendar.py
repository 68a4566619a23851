"""Calendar periods and months in UTC, as tiers, caps and durations count them. Pure; called by `commissions` and by who reads standings."""

from calendar import monthrange
from datetime import UTC, datetime

import msgspec

from tribute.ledger.rules.terms import Period

_MONTHS_IN: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12}


class Span(msgspec.Struct, frozen=True):
    """From `start` on and before `end`, both aware UTC; None where there is no bound."""

    start: datetime | None
    end: datetime | None


def period_of(at: datetime, per: Period) -> Span:
    """The calendar period in UTC that an instant lies in; for `ever` all time."""
    if per == "ever":
        return Span(None, None)
    utc = at.astimezone(UTC)
    length = _MONTHS_IN[per]
    start = datetime(utc.year, (utc.month - 1) // length * length + 1, 1, tzinfo=UTC)
    return Span(start, months_after(start, length))


def months_after(at: datetime, months: int) -> datetime:
    """The same day and time of day so many calendar months later, in UTC; a day that the month lacks becomes its last.

    A month from 31 January ends on 28 February, or on the 29th of a leap year.
    """
    utc = at.astimezone(UTC)
    year, month = divmod(utc.year * 12 + utc.month - 1 + months, 12)
    month += 1
    return utc.replace(year=year, month=month, day=min(utc.day, monthrange(year, month)[1]))
