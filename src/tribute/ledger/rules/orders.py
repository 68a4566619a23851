"""An order as attribution sees it: a conversion with everything that its sender told. Pure values, checked at the door."""

from datetime import datetime
from typing import Any

import msgspec

from tribute.ledger.rules.terms import Kind


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of an order. `amount_minor` is for the whole line: after discounts, without tax and shipping."""

    id: str
    """The sender's, or the line's number from 1."""
    amount_minor: int
    product: str | None = None
    name: str | None = None
    quantity: int = 1


class Order(msgspec.Struct, frozen=True):
    """A conversion's facts. An order without lines of its own has one, with its whole commissionable amount; a lead may have 0."""

    conversion_id: str
    program_id: str
    website_id: str
    source: str
    external_id: str
    kind: Kind
    amount_minor: int
    currency: str
    tax_minor: int
    shipping_minor: int
    lines: tuple[Line, ...]
    occurred_at: datetime
    received_at: datetime
    visitor_id: str | None = None
    """The sender's `anonymous_id`, or that of the browser which told of the same order."""
    click_id: str | None = None
    affiliate_code: str | None = None
    coupon: str | None = None
    payment_reference: str | None = None
    customer_id: str | None = None
    customer_email_hash: str | None = None
    metadata: dict[str, Any] = {}

    @property
    def commissionable_minor(self) -> int:
        """What commissions are computed from: the amount without tax and shipping, which the lines add up to."""
        return self.amount_minor - self.tax_minor - self.shipping_minor

    @property
    def place(self) -> tuple[datetime, str, str]:
        """Where the order stands among all: by its time, then by its sender's names, never by the order of arrival."""
        return self.occurred_at, self.source, self.external_id


class Refund(msgspec.Struct, frozen=True):
    """A refund of an order: `amount_minor` in all, of it `lines` (line id to amount) where the sender told; otherwise pro rata."""

    refund_id: str
    amount_minor: int
    occurred_at: datetime
    lines: dict[str, int] = {}
