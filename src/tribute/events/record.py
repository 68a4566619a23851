"""The record: a tracked call as it lies in the spool and in objects. The sender's bytes in an envelope of what only the collector knew.

Written by the collector, read by the loader. One JSON object, one line:

    {"spool":"…","seq":7,"v":1,"website_id":"web_…","message_id":"…","type":"page","received_at":"2026-11-23T04:45:00.677067Z",
     …optional stamps…, "event":{…what the tracker sent, without IP addresses…}}

`spool` and `seq` are put in front at delivery, when the record has got its place. What is decoded holds no circles, so that Python's
collector need not walk through it (`gc=False`).
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, TypeAlias

import msgspec

from tribute.kit.clock import iso

RECORD_VERSION = 1

EVENT_TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias", "merge"})
"""The calls of the tracking protocol."""
CLICK_TYPE = "click"
"""What a redirect link records. No tracker can send it: a click is what the door itself has seen."""

Instant: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone; one without it could not be put in order with the others."""
Sequence: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A place in a spool. Anything beyond 63 bits fits in no store."""
MOST_PAGE_VIEWS = 10**9
"""That one record may stand for; so many records of so many fit into a sum of 63 bits that nobody will ever reach it."""
PageViews: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MOST_PAGE_VIEWS)]
Revision: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]

_BREAKS = re.compile(rb"[\r\n]")
_LINE_FEED, _CARRIAGE_RETURN = b"\n\r"
"""As numbers: Python finds a byte's number in bytes eight times as fast as the same byte as text."""


class Timing(StrEnum):
    """Whose times an event carries."""

    CLIENT = "client"
    """A device's clock, never trusted alone: corrected by `sent_at` and bounded by `received_at`."""
    SERVER = "server"
    """Set by a server that may know the past (an import with the owner's token, a bucket's `receivedAt`): used as it is."""


class Stamps(msgspec.Struct, omit_defaults=True, kw_only=True, forbid_unknown_fields=False, gc=False):
    """Everything in a record but its place in the spool and the sender's own event. Field order is the order on disk."""

    v: int = msgspec.field(default_factory=lambda: RECORD_VERSION)
    website_id: str
    message_id: str
    type: str
    """One of identify, track, page, screen, group, alias, merge: the path's, where the path says it."""
    received_at: Instant
    """When Tribute, or the server that wrote a foreign bucket, received the call."""
    accepted_at: Instant | None = None
    """When Tribute itself took it in, where that is not `received_at` (imports)."""
    timing: Timing = Timing.CLIENT
    sent_at: str | None = None
    """`sentAt` of the request or batch, where the event has none of its own."""
    anonymous_id: str | None = None
    """From the `AnonymousId` header, where the event has none of its own."""
    cookieless_id: str | None = None
    """A keyed hash for this website's day, where the tracker sent no identity at all."""
    user_agent: str | None = None
    """The request's own `User-Agent`, where the event does not tell one."""
    country: str | None = None
    """ISO 3166-1 alpha-2, looked up from the IP address before that was cut out."""
    gpc: bool = False
    """`Sec-GPC: 1` came with the request: identifiers were removed from the event."""
    prefetch: bool = False
    """The browser was fetching ahead (`Sec-Purpose` or `Purpose`): nobody has looked yet."""
    own_visit: bool = False
    """The event carried a good mark of the owner's own browser, which was then taken out of it."""
    value: PageViews = 1
    """How many page views it stands for: a Timestream record of value N is N of them."""
    revision: Revision = 0
    """Of an event's copies the highest revision counts: a Timestream record's `Version`."""


_encode = msgspec.json.Encoder().encode


def encode_record(stamps: Stamps, event: bytes) -> bytes:
    """The bytes for the spool: the stamps with the sender's event, on one line.

    `event` is a valid JSON object; line breaks can stand only between its tokens and become blanks.
    """
    if not is_one_line(event):
        event = _BREAKS.sub(b" ", event)
    return b"".join((_encode(stamps)[:-1], b',"event":', event, b"}"))


def is_one_line(event: bytes) -> bool:
    """Whether there is no line break in it."""
    return _LINE_FEED not in event and _CARRIAGE_RETURN not in event


class Envelope(NamedTuple):
    """What stands around the message id in the records of events with the same stamps: for the many events of one request."""

    front: bytes
    back: bytes

    @classmethod
    def of(cls, stamps: Stamps) -> "Envelope":
        """Of stamps without a message id."""
        front, _, back = _encode(stamps)[:-1].partition(b'"message_id":""')
        return cls(front + b'"message_id":', back + b',"event":')

    def around(self, message_id: str, event: bytes) -> bytes:
        """What `encode_record` makes of the stamps with this message id and an event of one line."""
        return b"".join((self.front, _encode(message_id), self.back, event, b"}"))


def place_record(spool: str, seq: int, payload: bytes) -> bytes:
    """The record with its place in the spool in front, as one line of an object (without the line's end)."""
    return b'{"spool":"%s","seq":%d,' % (spool.encode(), seq) + payload[1:]


class Page(msgspec.Struct, rename="camel", gc=False):
    """What `context.page` tells that the rules read. Any field may hold anything; `text()` decides."""

    url: Any = None
    tab_url: Any = msgspec.field(default=None, name="tab_url")
    referrer: Any = None
    initial_referrer: Any = msgspec.field(default=None, name="initial_referrer")
    title: Any = None
    path: Any = None


class Properties(msgspec.Struct, gc=False):
    """What `properties` of an event tells that the rules read."""

    url: Any = None
    tab_url: Any = None
    referrer: Any = None
    title: Any = None
    path: Any = None
    name: Any = None
    affiliate_id: Any = None
    slug: Any = None
    sub_id: Any = None
    order_id: msgspec.Raw = msgspec.Raw()
    """What is told of an order stays as it was written: an amount must not become a binary fraction on its way."""
    checkout_id: msgspec.Raw = msgspec.Raw()
    total: msgspec.Raw = msgspec.Raw()
    value: msgspec.Raw = msgspec.Raw()
    revenue: msgspec.Raw = msgspec.Raw()
    currency: msgspec.Raw = msgspec.Raw()
    coupon: msgspec.Raw = msgspec.Raw()


class Campaign(msgspec.Struct, gc=False):
    """`context.campaign`, as the SDKs fill it from `utm_…` parameters."""

    source: Any = None
    medium: Any = None
    name: Any = None
    term: Any = None
    content: Any = None


class Library(msgspec.Struct, gc=False):
    name: Any = None


Loose: TypeAlias = bool | int | float | str | list[Any] | None
"""What may stand where an object is expected: senders are hostile or mistaken, and their event still counts."""


class Context(msgspec.Struct, rename="camel", gc=False):
    """What `context` tells that the rules read."""

    page: Page | Loose = None
    campaign: Campaign | Loose = None
    library: Library | Loose = None
    user_agent: Any = None
    ip: Any = None
    affiliate_id: Any = msgspec.field(default=None, name="affiliate_id")
    affiliate_remembered: Any = msgspec.field(default=None, name="affiliate_remembered")
    """True when the snippet kept the code from an earlier page: no new click."""
    consent: Any = None
    """False where the snippet may not identify the visitor."""
    click_id: Any = msgspec.field(default=None, name="click_id")
    """The click that the snippet keeps from an earlier page, or what it names the arrival that it tells of."""
    own_visit: Any = msgspec.field(default=None, name="own_visit")
    """The mark that the console gave the owner's own browser. Read by the collector; nobody else's word counts."""


class Event(msgspec.Struct, rename="camel", gc=False):
    """The sender's event, as far as the rules read it."""

    anonymous_id: Any = None
    user_id: Any = None
    event: Any = None
    name: Any = None
    channel: Any = None
    sent_at: Any = None
    original_timestamp: Any = None
    timestamp: Any = None
    context: Context | Loose = None
    properties: Properties | Loose = None


class Record(Stamps, kw_only=True, gc=False):
    """A record as the loader reads it."""

    spool: str
    seq: Sequence
    event: Event


record_decoder = msgspec.json.Decoder(Record)
"""Decodes one line. Raises msgspec.DecodeError (a ValidationError among them) for what is no record of this or an older version."""


def text(value: object, limit: int = 2048) -> str | None:
    """A field's text: the string itself cut at `limit` characters, NUL removed; None for anything that is not a filled string."""
    if not isinstance(value, str) or not value:
        return None
    if "\x00" in value:
        value = value.replace("\x00", "")
    return value[:limit] or None


__all__ = [
    "CLICK_TYPE",
    "EVENT_TYPES",
    "MOST_PAGE_VIEWS",
    "RECORD_VERSION",
    "Campaign",
    "Context",
    "Envelope",
    "Event",
    "Library",
    "Page",
    "Properties",
    "Record",
    "Stamps",
    "Timing",
    "encode_record",
    "is_one_line",
    "iso",
    "place_record",
    "record_decoder",
    "text",
]
