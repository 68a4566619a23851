"""What the headers of a request tell of whoever sends it. Read once for all requests of a connection that have the same head.

Called by the shells and the core.
"""

from collections.abc import Mapping

import msgspec

from tribute.collector.credentials import basic_user
from tribute.events.record import text

_LONGEST_AGENT = 512
_LONGEST_TIME = 64


class Marks(msgspec.Struct, frozen=True, eq=False):
    """What holds for every event of a request, whatever stands in its body."""

    write_key: str | None
    """That of the credentials."""
    user_agent: str
    anonymous_id: bytes | None
    """The `AnonymousId` header, still in base64: browsers' trackers send it beside an event that tells the same."""
    sent_at: str | None
    gpc: bool
    prefetch: bool


def marks_in(headers: Mapping[bytes, bytes]) -> Marks:
    """The marks of a request with these headers."""
    told = headers.get
    authorization = told(b"authorization")
    purpose = told(b"sec-purpose") or told(b"purpose") or told(b"x-purpose") or told(b"x-moz")
    sent = told(b"sentat")
    return Marks(
        write_key=basic_user(authorization) if authorization else None,
        user_agent=told(b"user-agent", b"")[:_LONGEST_AGENT].decode("utf-8", "replace"),
        anonymous_id=told(b"anonymousid"),
        sent_at=text(sent.decode("latin-1"), _LONGEST_TIME) if sent else None,
        gpc=told(b"sec-gpc") == b"1",
        prefetch=purpose is not None and purpose.strip().lower().startswith((b"prefetch", b"preview")),
    )


def sent_at_of(marks: Marks, told: object) -> Marks:
    """The marks with what a batch tells of when it was sent, which goes before the header."""
    sent_at = text(told, _LONGEST_TIME)
    return marks if sent_at is None else msgspec.structs.replace(marks, sent_at=sent_at)
