"""A call of the demo before it becomes JSON: the specification that both the wire and the expected numbers are made of.

Times are whole milliseconds since 1970 in UTC.
"""

from dataclasses import dataclass
from enum import Enum

from tribute.demo.audiences import Audience
from tribute.demo.cast import Page, Website


class Carrier(Enum):
    """Where a later page of a visit says whose visitor it is, as the snippet remembers it."""

    CONTEXT = "context"
    PROPERTIES = "properties"
    NOWHERE = "nowhere"
    """The browser forbids storage."""


@dataclass(slots=True)
class Visitor:
    """A browser that visits one website, and what the snippet keeps in it."""

    anonymous_id: str
    user_agent: str
    audience: Audience
    context: str
    """Members of `context` that every call of this visitor has, as JSON without braces."""
    carrier: Carrier = Carrier.CONTEXT
    code: str | None = None
    """The affiliate code that the snippet remembers, as it was written in the link."""
    tagged_ms: int = 0
    """When it was last remembered."""
    seen_ms: int = 0
    """When the visitor last did anything."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a visit begins: referrer, query string (with `?`, or empty) and the campaign that SDKs read from it (JSON, or empty)."""

    referrer: str = "$direct"
    query: str = ""
    campaign: str = ""


@dataclass(slots=True)
class Call:
    """One call of a tracker, as it will be sent."""

    website: Website
    visitor: Visitor
    message_id: str
    original_ms: int
    """When it happened on the visitor's clock."""
    sent_ms: int
    """When it was sent; days later for a device that was offline."""
    page: Page
    arrival: Arrival
    event: str | None = None
    """The name of a track event; None for a page view."""
    carried: str | None = None
    """The code that the call carries outside its address."""
    affiliate_ref: str | None = None
    """The code, in lower case, that the rules must find; known or not."""
    is_bot: bool = False
    is_copy: bool = False
    """Sent a second time with the same message id."""

    @property
    def is_page(self) -> bool:
        return self.event is None

    @property
    def counts(self) -> bool:
        """Whether it is a page view that every number must hold exactly once."""
        return self.event is None and not self.is_bot and not self.is_copy
