"""What a sender tells of a conversion, a refund or a dispute: the shapes of their bodies, before anything is looked up or checked.

The REST door decodes into these; importers and checkouts make them themselves.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from tribute.ledger.rules.terms import Kind

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class CustomerTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who bought, by the sender's own id, an e-mail address, or both."""

    external_id: str | int | None = None
    email: str | None = None


class ItemTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the order. `amount_minor` is for the whole line: after discounts, without tax and shipping."""

    amount_minor: int
    id: str | int | None = None
    product: str | int | None = None
    product_id: str | int | None = None
    """Another word for `product`."""
    sku: str | int | None = None
    """Likewise; the first of the three that is given counts."""
    name: str | None = None
    quantity: int = 1


class ConversionTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sale or a lead. `amount_minor` is what the customer paid in all, in the currency's minor units, tax and shipping included."""

    website: str
    """Its id, domain or name."""
    external_id: str | int
    source: str = "api"
    kind: Kind = "sale"
    amount_minor: int = 0
    currency: str | None = None
    """ISO 4217; a lead without one has its program's."""
    occurred_at: Aware | None = None
    """When it happened; without it, now."""
    anonymous_id: str | None = None
    click_id: str | None = None
    affiliate_code: str | None = None
    coupon: str | None = None
    payment_reference: str | None = None
    customer: CustomerTold | None = None
    tax_minor: int = 0
    shipping_minor: int = 0
    items: tuple[ItemTold, ...] = ()
    metadata: dict[str, Any] = {}


class RefundedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a line is given back; `id` is the line's, or its number from 1."""

    id: str | int
    amount_minor: int


class RefundTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refund: `amount_minor` is what the customer gets back in all; without `items` it is split over everything they paid for."""

    external_id: str | int
    amount_minor: int
    reason: str = ""
    items: tuple[RefundedItem, ...] = ()
    occurred_at: Aware | None = None


class DisputeTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chargeback, from its opening to its end. Told again with `won` or `lost` it is closed."""

    external_id: str | int
    state: Literal["open", "won", "lost"] = "open"
    reason: str = ""
    occurred_at: Aware | None = None


def fingerprint(told: ConversionTold | RefundTold) -> str:
    """What tells two tellings of one id apart: equal for equal content, whatever the spelling of the body."""
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()
