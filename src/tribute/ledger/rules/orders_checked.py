"""Orders as they come in, checked and normalised before anything is kept. Pure; called at every door that takes conversions.

Everything here raises InvalidInputError, which names field and fix, or nothing. `now` is passed in.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tribute.kit.errors import InvalidInputError
from tribute.kit.money import LARGEST_MINOR, checked_currency, spelled
from tribute.ledger.rules.orders import Line, Order
from tribute.ledger.rules.terms import Kind
from tribute.ledger.rules.text import is_storable

MOST_LINES = 500
LONGEST_TEXT = 256
"""As long as the ids of events, which orders are matched with."""
MOST_METADATA = 50
LONGEST_METADATA = 500
MOST_AHEAD = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No order is older: a time before it is a mistaken unit or an empty field."""

_TEXTS = ("source", "external_id")
_OPTIONAL_TEXTS = ("visitor_id", "click_id", "affiliate_code", "coupon", "payment_reference", "customer_id", "customer_email_hash")


def checked_order(order: Order, now: datetime) -> Order:
    """The whole order: texts bounded and trimmed, amounts and lines that add up, times in UTC, its currency in capital letters."""
    currency = checked_currency(order.currency)
    texts: dict[str, Any] = {name: checked_text(getattr(order, name), name) for name in _TEXTS}
    texts |= {name: checked_optional_text(getattr(order, name), name) for name in _OPTIONAL_TEXTS}
    checked_amounts(order.kind, order.amount_minor, order.tax_minor, order.shipping_minor)
    return msgspec.structs.replace(
        order,
        currency=currency,
        lines=checked_lines(order.lines, order.amount_minor, order.tax_minor, order.shipping_minor, currency),
        occurred_at=checked_time(order.occurred_at, now),
        metadata=checked_metadata(order.metadata),
        **texts,
    )


def checked_amounts(kind: Kind, amount_minor: int, tax_minor: int = 0, shipping_minor: int = 0) -> None:
    """A sale's amount is above 0, a lead's may be 0; tax and shipping are parts of it."""
    checked_minor(amount_minor, "amount_minor")
    checked_minor(tax_minor, "tax_minor")
    checked_minor(shipping_minor, "shipping_minor")
    if kind == "sale" and amount_minor == 0:
        raise InvalidInputError("amount_minor", "a sale has an amount above 0; send an order without one as a lead")
    if tax_minor + shipping_minor > amount_minor:
        raise InvalidInputError(
            "tax_minor",
            f"tax and shipping are {tax_minor + shipping_minor}, more than the amount of {amount_minor}; the amount includes them",
        )


def checked_minor(amount: object, field: str, least: int = 0) -> int:
    """An amount in minor units: a whole number from `least` to the largest honest one."""
    if type(amount) is not int:
        raise InvalidInputError(field, "give a whole number of minor units, such as 19900 for 199.00 USD")
    if amount < least:
        raise InvalidInputError(
            field, f"is {amount}; give {least} or more" + ("; for money given back send a refund" if amount < 0 else "")
        )
    if amount > LARGEST_MINOR:
        raise InvalidInputError(field, f"is larger than any honest amount; {LARGEST_MINOR} minor units are the most")
    return amount


def checked_lines(
    lines: Sequence[Line], amount_minor: int, tax_minor: int, shipping_minor: int, currency: str, *, field: str = "items"
) -> tuple[Line, ...]:
    """The lines, which add up to the amount without tax and shipping; without any, one line of all of it with the id `1`."""
    commissionable = amount_minor - tax_minor - shipping_minor
    if not lines:
        return (Line(id="1", amount_minor=commissionable),)
    if len(lines) > MOST_LINES:
        raise InvalidInputError(field, f"has {len(lines)} lines; {MOST_LINES} is the most, so join some")
    checked = tuple(_checked_line(line, f"{field}[{index}]") for index, line in enumerate(lines))
    seen: set[str] = set()
    for index, line in enumerate(checked):
        if line.id in seen:
            raise InvalidInputError(f"{field}[{index}].id", f"{line.id[:60]!r} is the id of two lines; give each its own")
        seen.add(line.id)
    total = sum(line.amount_minor for line in checked)
    if total != commissionable:
        raise InvalidInputError(
            field,
            f"add up to {total} ({spelled(total, currency)}), but the amount without tax and shipping is {commissionable} "
            f"({spelled(commissionable, currency)}); give lines after discounts, without tax and shipping, or correct the amount",
        )
    return checked


def checked_time(at: datetime, now: datetime, field: str = "occurred_at") -> datetime:
    """The instant in UTC; not more than five minutes ahead of now, and not before the year 2000."""
    if at.tzinfo is None:
        raise InvalidInputError(field, "has no time zone; end it with Z for UTC, as in 2026-11-20T10:00:00Z")
    try:
        utc = at.astimezone(UTC)
    except OverflowError:  # the last hours of the year 9999
        raise InvalidInputError(field, "is no time that can be; give one like 2026-11-20T10:00:00Z") from None
    if utc > now + MOST_AHEAD:
        raise InvalidInputError(field, f"is in the future, here it is {now:%Y-%m-%dT%H:%M:%SZ}; check the sender's clock and time zone")
    if utc < EARLIEST:
        raise InvalidInputError(field, "is before the year 2000; give the time of the order, like 2026-11-20T10:00:00Z")
    return utc


def checked_text(text: object, field: str, most: int = LONGEST_TEXT) -> str:
    """A text without white space around it, neither empty nor too long, that a database can hold."""
    if not isinstance(text, str):
        raise InvalidInputError(field, "give a text")
    plain = text.strip()
    if not plain:
        raise InvalidInputError(field, "is empty; give a text or leave it out")
    if len(plain) > most:
        raise InvalidInputError(field, f"is {len(plain)} characters long; {most} is the most")
    if not is_storable(plain):
        raise InvalidInputError(field, "has characters that no database holds; leave them out")
    return plain


def checked_optional_text(text: str | None, field: str, most: int = LONGEST_TEXT) -> str | None:
    """As `checked_text`; nothing, and a text of white space alone, is None: shops send empty fields."""
    return None if text is None or not text.strip() else checked_text(text, field, most)


def checked_metadata(metadata: Mapping[str, Any], field: str = "metadata") -> dict[str, str | int | bool]:
    """Names to texts, whole numbers or yes and no, one level deep and bounded."""
    if len(metadata) > MOST_METADATA:
        raise InvalidInputError(field, f"has {len(metadata)} entries; {MOST_METADATA} is the most")
    for name, value in metadata.items():
        if not name.strip() or len(name) > LONGEST_METADATA or not is_storable(name):
            raise InvalidInputError(field, f"has a name that is empty, over {LONGEST_METADATA} characters, or cannot be stored; change it")
        where = f"{field}.{name[:60]}"
        if not isinstance(value, str | int):
            raise InvalidInputError(where, "give a text, a whole number, true or false; write anything else as a text")
        if isinstance(value, str) and (len(value) > LONGEST_METADATA or not is_storable(value)):
            raise InvalidInputError(where, f"give a text of at most {LONGEST_METADATA} characters that a database can hold")
        if isinstance(value, int) and abs(value) > LARGEST_MINOR:
            raise InvalidInputError(where, f"is too large; {LARGEST_MINOR} is the most, so write it as a text")
    return dict(metadata)


def _checked_line(line: Line, field: str) -> Line:
    checked_minor(line.amount_minor, f"{field}.amount_minor")
    if type(line.quantity) is not int or not 1 <= line.quantity <= LARGEST_MINOR:
        raise InvalidInputError(f"{field}.quantity", "give a whole number from 1 on")
    return msgspec.structs.replace(
        line,
        id=checked_text(line.id, f"{field}.id"),
        product=checked_optional_text(line.product, f"{field}.product"),
        name=checked_optional_text(line.name, f"{field}.name", most=500),
    )
