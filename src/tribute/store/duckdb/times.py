"""Times between Tribute and the file: aware in UTC outside, plain TIMESTAMP that means UTC inside."""

from datetime import UTC, datetime


def naive(at: datetime) -> datetime:
    """An aware time as the file keeps it."""
    return at.astimezone(UTC).replace(tzinfo=None)


def aware(at: datetime) -> datetime:
    """A time of the file as everybody else knows it."""
    return at.replace(tzinfo=UTC)
