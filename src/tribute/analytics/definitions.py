"""Each metric defined once, in prose and in code; windows and grains. Pure; everyone above reads these.

Sources: the contract's "What the numbers mean" and the GraphQL enums that are given letter for letter.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

LATE_COPY_LIMIT = timedelta(days=7)
"""Copies of an event received later than this after the one that counts are new events."""

OLDEST_EVENT_AGE = timedelta(days=7)
"""A device's clock may place an event at most this long before it was received."""


class Metric(StrEnum):
    """What is counted. Values are the names in GraphQL and REST."""

    PAGE_VIEWS = "PageViews"
    """Page events that count: type `page`, first of its copies, no bot, no prefetch. A record of value N counts N."""
    VISITORS = "Visitors"
    """Distinct visitors (anonymous ids, or daily cookieless ids) among the counted page views, exactly, within each bucket and series."""
    CLICKS = "Clicks"
    """Distinct click ids, an affiliate, among the click events that count: first of their copies, no bot, no prefetch. A click lies at its
    first event, so a redirect and its landing are one, and a bare affiliate property is one a visitor and affiliate, at first sight."""
    CONVERSIONS = "Conversions"
    """Sales and leads, in whatever currency, by their `occurred_at`: not those held as possible duplicates, nor those whose decision
    awaits events. An affiliate's are those that one of theirs earned; a refund takes none away."""
    REVENUE = "Revenue"
    """What customers paid for conversions, without tax and shipping, by the conversion's `occurred_at`, less refunds by theirs; in one
    currency, in its main unit."""
    COMMISSIONS = "Commissions"
    """Commissions by the conversion's `occurred_at`, less reversals by theirs; in one currency, in its main unit. Those held or rejected
    are left out. Read from the ledger."""
    EPC = "EPC"
    """Earnings per click: the commissions divided by the clicks of the same total, bucket or row; none where there are no clicks."""
    CONVERSION_RATE = "ConversionRate"
    """The conversions divided by the clicks of the same total, bucket or row, as a fraction: 0.02 is 2 %; none where there are no
    clicks. A conversion counts by its own time, not its click's, so that the rate of a short time may exceed 1."""


GIVEN_METRICS = (Metric.PAGE_VIEWS, Metric.VISITORS, Metric.COMMISSIONS)
"""The values of the GraphQL enum `MetricType`, which is given letter for letter."""

CLICK_TOLD_WITHIN = HOUR
"""What a click's first event does not know (a redirect knows the link, a landing knows the page) its events up to this much later tell."""


class Grain(StrEnum):
    """A time step."""

    HOUR = "hour"
    """A wall-clock hour; in the autumn change the repeated hour is two."""
    DAY = "day"
    """From midnight to midnight on the zone's wall clock: 23, 24 or 25 hours."""
    WEEK = "week"
    """From Monday to Monday (ISO 8601)."""
    MONTH = "month"
    """A calendar month."""


class TimeWindow(StrEnum):
    """The given windows: exactly now − N × 24 h to now, both ends included."""

    LAST_24_HOURS = "Last24Hours"
    LAST_7_DAYS = "Last7Days"
    LAST_30_DAYS = "Last30Days"
    LAST_90_DAYS = "Last90Days"
    LAST_365_DAYS = "Last365Days"

    @property
    def days(self) -> int:
        return _WINDOW_DAYS[self]

    @property
    def grain(self) -> Grain:
        """UTC hours for the last 24 hours, UTC days otherwise."""
        return Grain.HOUR if self is TimeWindow.LAST_24_HOURS else Grain.DAY

    def until(self, now: datetime) -> "Span":
        """The window's instants, both included; the first bucket is cut at its start."""
        return Span(now - self.days * DAY, now)


_WINDOW_DAYS = {
    TimeWindow.LAST_24_HOURS: 1,
    TimeWindow.LAST_7_DAYS: 7,
    TimeWindow.LAST_30_DAYS: 30,
    TimeWindow.LAST_90_DAYS: 90,
    TimeWindow.LAST_365_DAYS: 365,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Two instants, both included, aware and in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span needs aware times")
        if self.start > self.end:
            raise ValueError("a span cannot end before it starts")


def bucket_start(at: datetime, grain: Grain, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the bucket of `at` begins on the wall clock of `zone`.

    Hours are wall-clock hours: in the autumn change the repeated hour is two buckets, told apart by their instants. An hour that the
    clocks are changed into begins at the change, as Lord Howe's half hours do. A day lasts 23, 24 or 25 hours and starts at its first
    existing instant, and so do weeks and months.
    """
    local = at.astimezone(zone)
    if grain is Grain.HOUR:
        since = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        start = local.astimezone(UTC) - since
        return start if start.astimezone(zone).utcoffset() == local.utcoffset() else clock_change(start, local.astimezone(UTC), zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if grain is Grain.WEEK:
        midnight -= local.weekday() * DAY  # on the wall clock: the zone's changes are no matter until it is told in UTC
    elif grain is Grain.MONTH:
        midnight = midnight.replace(day=1)
    return midnight.astimezone(UTC)


def clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the wall clock's offset at `after`; its offset at `before`, a different one, holds until then. Both in UTC."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta.resolution:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
