"""What a page tells of an order, by Segment's and RudderStack's e-commerce events. A hint: shown, and never paid by itself. Pure.

Source: the events "Order Completed" and "Order Refunded" of the e-commerce specification, version 2. Senders may put anything anywhere.
Called by `derive`.
"""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

import msgspec

from tribute.events.record import Properties, text
from tribute.kit.money import LARGEST_MINOR, UnknownCurrencyError, checked_currency, exponent_of


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


_KINDS = {"order completed": OrderKind.COMPLETED, "order refunded": OrderKind.REFUNDED}
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?")
_LONGEST_ID = 256
_LONGEST_COUPON = 64


def order_hint(name: str | None, properties: Properties) -> OrderHint | None:
    """The hint of a track event; None for other events, and for one that does not say which order it is about."""
    kind = _KINDS.get((name or "").strip().lower())
    if kind is None:
        return None
    order_id = _told(properties.order_id) or _told(properties.checkout_id)
    if order_id is None:
        return None
    currency = _currency(_told(properties.currency))
    amounts = (_amount(_told(told), currency) for told in (properties.total, properties.value, properties.revenue))
    return OrderHint(
        kind=kind,
        order_id=order_id[:_LONGEST_ID],
        amount_minor=next((amount for amount in amounts if amount is not None), None),
        currency=currency,
        coupon=text(_told(properties.coupon), _LONGEST_COUPON),
    )


def _told(raw: msgspec.Raw) -> str | None:
    """A string's text, or a number as it is written; None for everything else. A binary fraction never comes between."""
    written = bytes(raw)
    if not written or written[:1] not in b'"-0123456789':
        return None
    try:
        told = msgspec.json.decode(written, type=str) if written[:1] == b'"' else written.decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return text(told.strip())


def _currency(told: str | None) -> str | None:
    try:
        return None if told is None else checked_currency(told)
    except UnknownCurrencyError:
        return None


def _amount(told: str | None, currency: str | None) -> int | None:
    """A number in the currency's main unit as minor units; beyond its decimals to the nearest, a half to the even one.

    Scripts add up in binary fractions and tell 19.989999999999998 for 19.99. A negative number is no amount.
    """
    if told is None or currency is None or not _NUMBER.fullmatch(told):
        return None
    exact = Decimal(told)
    if exact.adjusted() > len(str(LARGEST_MINOR)):
        return None
    minor = int(exact.scaleb(exponent_of(currency)).to_integral_value(ROUND_HALF_EVEN))
    return minor if minor <= LARGEST_MINOR else None
