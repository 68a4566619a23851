"""The derived event: what the rules of one version make of a record. This is what the store keeps.

Everything here can be derived again from the objects; a newer version of the rules may answer better, and a rebuild says what changed.
"""

import hashlib
from datetime import datetime
from enum import StrEnum

import msgspec

from tribute.events.orders import OrderKind

DERIVATION_VERSION = 2
"""Grows with every change of a rule that can change a derived value; kept with each event."""


class TimeMark(StrEnum):
    """What had to be done to a client's clock."""

    SKEW_CORRECTED = "skew_corrected"
    RECEIVED = "received"
    """No usable client time: the event time is `received_at`."""
    CLAMPED_TO_RECEIVED = "clamped_to_received"
    """It would have lain after `received_at`."""
    CLAMPED_TO_LIMIT = "clamped_to_limit"
    """It would have lain more than seven days before `received_at`."""
    SERVER = "server"
    """A server set it; used as it is."""


class VisitorKind(StrEnum):
    """What a visitor was told apart by."""

    ANONYMOUS = "anonymous"
    """The tracker's anonymous id."""
    USER = "user"
    """No anonymous id, but a user id: server-side calls."""
    COOKIELESS = "cookieless"
    """A keyed hash that lives for the website's day."""


class BotMark(StrEnum):
    """Why an event is kept and not counted."""

    CRAWLER = "crawler"
    HEADLESS = "headless"
    """A browser that a program drives."""
    MONITORING = "monitoring"
    """Somebody's watch over whether the site is up."""
    PREFETCH = "prefetch"
    """The browser fetched ahead; nobody has looked."""
    OWN_VISIT = "own_visit"
    """The owner's own browser, marked from the console."""


class Channel(StrEnum):
    """How the visitor came, by affiliate, campaign and referrer."""

    DIRECT = "direct"
    """Nothing tells: typed, bookmarked, scanned, or a page or app that keeps quiet."""
    SEARCH = "search"
    """A search engine, unpaid."""
    SOCIAL = "social"
    """A network, a forum or a messenger."""
    EMAIL = "email"
    """A mail, read on the web or in an app that says so, or tagged as one."""
    PAID = "paid"
    """An advertisement, by its click id, its medium or its network's host."""
    REFERRAL = "referral"
    """Another site, or an assistant such as ChatGPT."""
    AFFILIATE = "affiliate"
    """It carries an affiliate's code or id, whatever else it says."""
    INTERNAL = "internal"
    """From another page of the same website."""


class DerivedEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event for the store. Times are aware UTC. Texts are free of NUL and cut to sane lengths."""

    event_key: bytes
    """16 bytes: the event's identity, from website and message id (`event_key`)."""
    website_id: str
    type: str
    name: str | None
    event_time: datetime
    time_mark: TimeMark
    received_at: datetime
    accepted_at: datetime
    """When Tribute took the record in; codes count from their registration by this time."""
    spool: str
    seq: int
    visitor_id: str | None
    visitor_kind: VisitorKind | None
    affiliate_ref: str | None
    """The code, in lower case, or affiliate id that the event carries."""
    click_id: str | None = None
    """The click that the event belongs to: that of the redirect (`tid`), else one of its own."""
    is_click: bool = False
    """Whether the event is its click's arrival; a redirect and its landing are two such events of one click."""
    link_slug: str | None = None
    """The link that was followed; known of redirects."""
    sub_id: str | None = None
    """The affiliate's own tag for a placement."""
    is_landing: bool = False
    """Whether the visitor came from elsewhere: the page of a visit that its referrer does not place on the same website."""
    bot: BotMark | None
    value: int = 1
    """How many page views it stands for."""
    revision: int = 0
    """Of an event's copies the highest counts."""
    host: str | None = None
    path: str | None = None
    title: str | None = None
    referrer_host: str | None = None
    channel: Channel | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    country: str | None = None
    device: str | None = None
    """desktop, mobile, tablet, tv or console; None when unknown."""
    browser: str | None = None
    os: str | None = None
    order_kind: OrderKind | None = None
    """Of an event that tells of an order: what is said to have happened to it."""
    order_id: str | None = None
    order_amount_minor: int | None = None
    order_currency: str | None = None
    order_coupon: str | None = None
    derivation: int = DERIVATION_VERSION

    @property
    def is_counted_page(self) -> bool:
        """Whether it is a page view that counts, if it is the first of its copies."""
        return self.type == "page" and self.bot is None


def event_key(website_id: str, message_id: str) -> bytes:
    """The identity of an event: 128 bits of BLAKE2b over website and message id, out of reach for collisions by chance or by design."""
    return hashlib.blake2b(f"{website_id}\x00{message_id}".encode(), digest_size=16).digest()
