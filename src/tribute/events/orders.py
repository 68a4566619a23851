"""What a page tells of an order, by Segment's and RudderStack's e-commerce events. A hint: shown, and never paid by itself. Pure.

Source: the "Order Completed" and "Order Refunded" events of the v2 e-commerce specification. Senders may put anything anywhere.
Called by `derive`.
"""

from enum import StrEnum

import msgspec


class OrderKind(StrEnum):
    """What is said to have happened to an order."""

    COMPLETED = "completed"
    REFUNDED = "refunded"


class OrderHint(msgspec.Struct, frozen=True, kw_only=True):
    """An order as a page, or a shop's own server, told of it."""

    kind: OrderKind
    order_id: str
    amount_minor: int | None = None
    """The first of total, value and revenue that is an amount, in minor units; None without one, or without a currency."""
    currency: str | None = None
    """ISO 4217; None where none is told, or one that does not exist."""
    coupon: str | None = None
