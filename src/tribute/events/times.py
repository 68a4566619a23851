"""When an event happened: a device's clock corrected and bounded, a server's clock taken as it is. Pure.

Source of the rules: the contract's "Event time".
"""

from datetime import UTC, datetime, timedelta

from tribute.events.derived import TimeMark
from tribute.events.record import Record, Timing
from tribute.kit.clock import parse_iso

OLDEST_AGE = timedelta(days=7)
_AT_ONCE = timedelta(0)
FIRST_BELIEVABLE = datetime(2000, 1, 1, tzinfo=UTC)
"""A server's clock that tells an earlier time was not set."""
# An enumeration's members are looked up slowly, and these are asked for at every event.
_SERVER, _SKEW_CORRECTED = Timing.SERVER, TimeMark.SKEW_CORRECTED


def event_time(record: Record) -> tuple[datetime, TimeMark]:
    """The instant of the event, and what had to be done to the sender's clock to get it."""
    if record.timing is _SERVER:
        return _server_time(record)
    received = record.received_at
    ago = _told_ago(record)
    if ago is None:
        return received, TimeMark.RECEIVED
    if ago < _AT_ONCE:
        return received, TimeMark.CLAMPED_TO_RECEIVED
    if ago > OLDEST_AGE:
        return received - OLDEST_AGE, TimeMark.CLAMPED_TO_LIMIT
    return received - ago, _SKEW_CORRECTED


def _told_ago(record: Record) -> timedelta | None:
    """How long before it was sent an event happened, by the sender's own clock; None where it does not say."""
    event = record.event
    try:  # nearly every sender tells both, in UTC: two thirds of the time are saved for them
        original, sent = datetime.fromisoformat(event.original_timestamp), datetime.fromisoformat(event.sent_at)
        if original.tzinfo is UTC and sent.tzinfo is UTC:
            return sent - original
    except (TypeError, ValueError):
        pass
    found, known = instant(event.original_timestamp) or instant(event.timestamp), instant(event.sent_at) or instant(record.sent_at)
    return None if found is None or known is None else known - found


def _server_time(record: Record) -> tuple[datetime, TimeMark]:
    """A server's own time, unless it lies after Tribute itself had the event or in no believable year."""
    told = instant(record.event.timestamp) or instant(record.event.original_timestamp)
    if told is None or told < FIRST_BELIEVABLE:
        return record.received_at, TimeMark.RECEIVED
    accepted = record.accepted_at or record.received_at
    if told > accepted:
        return accepted, TimeMark.CLAMPED_TO_RECEIVED
    return told, TimeMark.SERVER


def instant(value: object) -> datetime | None:
    """The instant that a field tells as ISO 8601 text; None when it tells none."""
    if not isinstance(value, str) or not value:
        return None
    try:
        return parse_iso(value)
    except ValueError:
        return None
