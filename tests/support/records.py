"""Records for tests: a sender's event in the collector's envelope, as the loader reads it, and JSON of every shape."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from tribute.events.record import Record, Stamps, encode_record, place_record, record_decoder

RECEIVED_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WEBSITE = "web_00000000000000000001"


def payload(event: dict[str, Any] | bytes, **stamps: Any) -> bytes:
    """What the collector hands to the spool. `stamps` are fields of `Stamps`."""
    content = event if isinstance(event, bytes) else msgspec.json.encode(event)
    told: dict[str, Any] = {"website_id": WEBSITE, "message_id": "m1", "type": "page", "received_at": RECEIVED_AT}
    return encode_record(Stamps(**(told | stamps)), content)


def record(event: dict[str, Any] | bytes, *, spool: str = "s1", seq: int = 1, **stamps: Any) -> Record:
    """The record as the loader decodes it."""
    return record_decoder.decode(place_record(spool, seq, payload(event, **stamps)))


def page_view(
    number: int,
    *,
    minute: int = 0,
    visitor: int | None = None,
    code: str | None = "ada",
    website: str = WEBSITE,
    at: datetime | None = None,
) -> bytes:
    """The record of one page view, received `minute` minutes after RECEIVED_AT (or `at`), with its own message id."""
    received = at or RECEIVED_AT.replace(hour=12 + minute // 60, minute=minute % 60)
    url = "https://course.example/start" + (f"?via={code}" if code else "")
    event = {
        "type": "page",
        "messageId": f"m{number}",
        "anonymousId": f"v{number if visitor is None else visitor}",
        "properties": {"url": url},
    }
    return payload(event, website_id=website, message_id=f"m{number}", received_at=received)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
"""Any text that UTF-8 can hold, NUL included."""

scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | texts


def json_values(leaves: st.SearchStrategy[Any] = scalars) -> st.SearchStrategy[Any]:
    """Any JSON value, a few levels deep."""
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12)
