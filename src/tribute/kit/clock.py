"""Time, passed in: every part that needs "now" takes a `Clock`, so that a test can say what time it is.

Inside Tribute a time is always an aware `datetime` in UTC; zones appear only at the edge.
"""

from datetime import UTC, datetime
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the current time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and for replaying the past."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self.at = at

    def now(self) -> datetime:
        return self.at


def iso(at: datetime) -> str:
    """`2026-11-23T04:44:57.069001Z`: ISO 8601 in UTC with microseconds, which also sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def iso_seconds(at: datetime) -> str:
    """`2026-11-23T04:44:57Z`: ISO 8601 in UTC, cut to whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> datetime:
    """The instant that an ISO 8601 text names; a text without a zone is taken as UTC.

    Raises ValueError for anything that is not such a text or lies outside years 1 to 9999 in UTC.
    """
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is UTC:  # as nearly every text tells it
            return at
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"not a time that can be told in UTC: {text[:40]!r}") from error
