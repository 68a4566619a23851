"""Times as people write them, made a period: a window's name, or dates and times on a zone's wall clock. Pure; GraphQL and REST ask alike.

A date is the whole of its day, also as an end; a time ends just before itself.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from tribute.analytics.comparison import midnight
from tribute.analytics.definitions import DAY, TimeWindow
from tribute.analytics.query import Period
from tribute.kit.errors import InvalidInputError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOW = "write a date such as 2026-11-23, or a time such as 2026-11-23T14:00:00Z"


def named_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises InvalidInputError."""
    if name not in _zone_names():
        raise InvalidInputError("zone", f"{name[:60]!r} is no IANA time zone; write one such as Europe/Stockholm or UTC")
    return ZoneInfo(name)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def asked_period(*, window: TimeWindow | None, start: str | None, end: str | None, zone: ZoneInfo, now: datetime) -> Period:
    """The period that is asked for: a window, or from `start` to `end`; without an end, until now. Raises InvalidInputError."""
    if window is not None:
        if start is not None or end is not None:
            raise InvalidInputError("window", "ask for a window, or for `from` and `to`, not for both")
        return Period.of_window(window, now)
    if start is None:
        raise InvalidInputError("from", "say where the range begins, or ask for a `window`")
    return Period(_instant("from", start, zone, timedelta(0)), now if end is None else _instant("to", end, zone, DAY))


def _instant(name: str, text: str, zone: ZoneInfo, after: timedelta) -> datetime:
    """A time, or the midnight so many days after a date. Times without an offset are on the zone's wall clock."""
    try:
        if _DATE.fullmatch(text):
            return midnight(date.fromisoformat(text) + after, zone)
        at = datetime.fromisoformat(text)
        return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(name, f"{text[:40]!r} is no time; {_HOW}") from error
