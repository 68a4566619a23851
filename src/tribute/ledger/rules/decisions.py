"""The decision record: what was considered for an order, in which order, what won or why nothing did, and the commission's arithmetic.

It is data, complete by itself: it is stored as JSON beside earlier ones, told in English by `attribution/telling`, and made by
`attribution/deciding` alone. Amounts are minor units of the order's currency.
"""

from datetime import datetime
from typing import Literal

import msgspec

from tribute.ledger.rules.terms import Model

Via = Literal["owner", "affiliate_code", "coupon", "click_id", "click", "customer"]
"""What led to an affiliate, in the order in which it is considered: the owner's own word, the order's code or coupon, the click that the
order names, the visitor's clicks, and the customer's earlier attribution."""

Verdict = Literal[
    "won",
    "not_needed",  # good, but another was considered before it
    "expired",  # before the window; `seconds` says by how much
    "after_order",
    "unknown_code",
    "unknown_click",
    "other_website",  # a click on a website outside the program
    "not_enrolled",  # `detail` is the enrollment's state at that time
    "deactivated",
    "self_referral",
]

Reason = Literal[
    # why nobody was credited
    "no_program",
    "no_candidate",  # no code, no click, no earlier sale
    "expired",
    "after_order",
    "unknown_code",
    "unknown_click",
    "other_website",
    "not_enrolled",
    "deactivated",
    "self_referral",
    "possible_duplicate",  # held until the owner says
    "linked",  # the same order as another, which earns
    "rejected",  # by the owner
    "assigned_to_nobody",  # by the owner
    # why the affiliate who was found earns nothing, or less
    "no_rule",
    "no_rule_in_currency",
    "product_excluded",
    "duration_over",
    "cap_reached",
    "conditions_not_met",
    "nothing_commissionable",
    "rounded_to_nothing",  # less than half of the smallest unit
]


class ClickSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """A click as it was considered, with what the analytics break money down by."""

    click_id: str
    website_id: str
    time: datetime
    code: str | None = None
    affiliate_id: str | None = None
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


class Considered(msgspec.Struct, frozen=True, omit_defaults=True):
    """One candidate and what became of it."""

    via: Via
    verdict: Verdict
    affiliate_id: str | None = None
    code: str | None = None
    """As the order or the address spelled it; for `customer` none."""
    click: ClickSeen | None = None
    earlier_conversion_id: str | None = None
    seconds: int | None = None
    """How much too old an expired click was, or how long after the order a click came; rounded up."""
    detail: str | None = None
    """For `expired` the window's days, for `not_enrolled` the state and the owner's reason for it, for `unknown_click` its id."""


class DecidedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a line earned: `exact` is the product before the one rounding, as `9950` or `19899/2`."""

    line_id: str
    amount_minor: int
    commission_minor: int
    product: str | None = None
    rule: int | None = None
    """The index of the rule in the terms."""
    rule_key: str | None = None
    """What stays the same while a rule's reward or cap changes (`commissions.rule_key`): caps are counted by it."""
    rule_sentence: str | None = None
    percent: str | None = None
    flat_minor: int | None = None
    tier_by: Literal["volume", "count"] | None = None
    tier_from: int | None = None
    """The step of the rule's tiers that was reached, in minor units or orders."""
    exact: str | None = None
    capped_from: int | None = None
    """What it would have been without the cap."""
    reason: Reason | None = None


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was decided about an order, and everything that it followed from."""

    outcome: Literal["attributed", "unattributed", "held"]
    """`held` is a possible duplicate: somebody may be found, but nothing is owed until the owner says."""
    considered: tuple[Considered, ...]
    """At most 50, with the one that won."""
    currency: str
    reason: Reason | None = None
    """Why nobody was credited, or why the affiliate earns nothing."""
    affiliate_id: str | None = None
    via: Via | None = None
    click: ClickSeen | None = None
    """The click that won; for a renewal, the one that the first sale was credited to."""
    program_id: str | None = None
    terms_id: str | None = None
    model: Model | None = None
    window_days: int | None = None
    lines: tuple[DecidedLine, ...] = ()
    commissionable_minor: int = 0
    commission_minor: int = 0
    payable_at: datetime | None = None
    provisional: bool = False
    """Decided while a spool was silent; decided again when it returns."""
    same_as: str | None = None
    """The conversion that this one may be, or is, the same order as."""
    left_out: int = 0
    """How many more were considered than `considered` keeps."""
    note: str | None = None
    """The owner's reason for a decision of their own."""

    @property
    def passed_over(self) -> frozenset[str]:
        """Affiliates who were considered and earn nothing by it."""
        named = {one.affiliate_id for one in self.considered} | {self.affiliate_id}
        earning = {self.affiliate_id} if self.outcome == "attributed" and self.commission_minor else set()
        return frozenset(one for one in named - earning if one is not None)
