"""Makes derived events with just the fields that a test is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tribute.events.derived import DerivedEvent, TimeMark, VisitorKind, event_key

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""When a made event happened, unless told."""


def make_event(message_id: str = "m1", at: datetime = NOON, **fields: Any) -> DerivedEvent:
    """A page view of visitor `v1` on `web_a`, received a second after it happened, as record 1 of spool `s1`."""
    received_at = fields.pop("received_at", at + timedelta(seconds=1))
    made: dict[str, Any] = {
        "website_id": "web_a",
        "type": "page",
        "name": None,
        "event_time": at,
        "time_mark": TimeMark.SKEW_CORRECTED,
        "received_at": received_at,
        "accepted_at": received_at,
        "spool": "s1",
        "seq": 1,
        "visitor_id": "v1",
        "visitor_kind": VisitorKind.ANONYMOUS,
        "affiliate_ref": None,
        "bot": None,
    }
    made.update(fields)
    return DerivedEvent(event_key=event_key(made["website_id"], message_id), **made)
