"""Clicks, hints of orders and money as the event store keeps and tells them: what crosses its port for the ledger's side.

Plain records without rules; the store makes them, attribution, jobs and reports read them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tribute.events.orders import OrderHint


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an arrival came from and landed: what clicks, and money through them, are broken down by. None where nothing told it."""

    link_slug: str | None = None
    sub_id: str | None = None
    landing_page: str | None = None
    referrer_host: str | None = None
    channel: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    country: str | None = None
    device: str | None = None
    browser: str | None = None
    os: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(Placement):
    """An arrival as attribution sees it: what its events tell that the question admits.

    A click id that events of two affiliates carry is a click of each. What its first event does not know, its events up to
    CLICK_TOLD_WITHIN later tell: a redirect knows the link, its landing the page.
    """

    click_id: str
    website_id: str
    visitor_id: str | None
    """Of the first of its events that tells one; never a cookieless id."""
    time: datetime
    """The event time of its first event."""
    code: str | None
    """The affiliate reference as it was seen, in lower case."""
    affiliate_id: str | None
    """None: the code was nobody's when the event was accepted."""


@dataclass(frozen=True, slots=True)
class ClicksAsked:
    """Whose clicks are asked for, and what is admitted: events on these websites that were accepted up to an instant.

    Everything accepted by then being loaded, the same question has the same answer for ever. Any copy of an event is admitted, also
    one that the metrics do not count because another was received before it: which one that is may change with a later import.
    """

    visitor_id: str | None
    click_id: str | None
    website_ids: tuple[str, ...]
    accepted_until: datetime


@dataclass(frozen=True, slots=True)
class ClickPlace:
    """Where a click stands in the list of clicks: by time, then by the numbers and names that tell clicks of one instant apart."""

    time: datetime
    number: int
    affiliate_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedClick:
    """A click as the metric counts it. `affiliate_id` is None while its code is nobody's; the rest is None where nothing told it."""

    place: ClickPlace
    click_id: str
    affiliate_id: str | None
    website_id: str
    time: datetime
    link_slug: str | None
    sub_id: str | None
    landing_page: str | None
    referrer_host: str | None
    channel: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    country: str | None
    device: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickListQuery:
    """Which clicks are listed, the latest first: everything that is given must be so; `since` ≤ time < `until`, after `after`."""

    limit: int
    affiliate_id: str | None = None
    website_id: str | None = None
    link_slug: str | None = None
    sub_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: ClickPlace | None = None


@dataclass(frozen=True, slots=True)
class OrderHintSeen:
    """A hint with where, by whom and when it was told."""

    website_id: str
    visitor_id: str | None
    time: datetime
    """The event time."""
    received_at: datetime
    accepted_at: datetime
    hint: OrderHint


OrderAsked: TypeAlias = tuple[str, str, datetime]
"""A website's id, an order's id, and the instant up to which events must have been accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFact(Placement):
    """What a conversion, or a refund or reversal of it, adds at one time, with the winning click's dimensions (None without a click)."""

    conversion_id: str
    website_id: str
    affiliate_id: str | None
    time: datetime
    """When it counts: the conversion's `occurred_at`, or that of the refund or reversal."""
    currency: str
    conversions: int
    """1 for the conversion itself, 0 for what follows it."""
    revenue_minor: int
    """What the customer paid without tax and shipping; negative for a refund."""
    commission_minor: int
    """What the affiliate earned; negative for a reversal."""
