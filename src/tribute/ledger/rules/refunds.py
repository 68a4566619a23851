"""What refunds take back of an order's commission, so that a full refund reverses exactly all of it.

Pure. Called where a refund is taken in (`checked_refund`) and where entries are made (`refunded_by_any`, `reversals`).
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm

import msgspec

from tribute.kit.errors import InvalidInputError
from tribute.kit.money import LARGEST_MINOR, rounded, spelled
from tribute.ledger.rules.decisions import DecidedLine
from tribute.ledger.rules.orders import Order, Refund


class Split(msgspec.Struct, frozen=True):
    """How one refund falls on an order's parts, in exact minor units that add up to the refund's amount."""

    refund_id: str
    lines: dict[str, Fraction]
    tax: Fraction
    shipping: Fraction


def in_order(refunds: Sequence[Refund]) -> list[Refund]:
    """The refunds as they count: by their time, then by id, never by arrival."""
    return sorted(refunds, key=lambda refund: (refund.occurred_at, refund.refund_id))


def refunded_by_any(order: Order, own: Sequence[Refund], linked: Sequence[tuple[Order, Sequence[Refund]]]) -> list[Refund]:
    """What was refunded of an order that several sources told of, as refunds of that order, in the order of `in_order`.

    Sources may tell of the same refund, so that theirs are not added up: what is refunded at any time is the largest sum that one of them
    told of until then, at most the order's amount. A refund counts with what it raises that by, and not at all where it raises nothing;
    of one instant, the order's own go first. Its lines count where it is the order's own and counts whole. Sums of a linked order in
    another currency count by their share of its amount.
    """
    sums = [0 for _ in (own, *linked)]
    told = [(refund.occurred_at, 0, refund.refund_id, refund, order) for refund in own]
    for source, (other, refunds) in enumerate(linked, 1):
        told += [(refund.occurred_at, source, refund.refund_id, refund, other) for refund in refunds]
    counted, refunded = [], 0
    for _, source, _, refund, teller in sorted(told, key=lambda one: one[:3]):
        sums[source] += refund.amount_minor
        raised = min(_in_money_of(order, teller, sums[source]), order.amount_minor) - refunded
        if raised > 0:
            refunded += raised
            whole = source == 0 and raised == refund.amount_minor
            counted.append(msgspec.structs.replace(refund, amount_minor=raised, lines=refund.lines if whole else {}))
    return in_order(counted)


def _in_money_of(order: Order, teller: Order, amount_minor: int) -> int:
    if teller.currency == order.currency:
        return amount_minor
    return rounded(Fraction(amount_minor * order.amount_minor, teller.amount_minor))


def split_refunds(order: Order, refunds: Sequence[Refund]) -> list[Split]:
    """How each refund falls on lines, tax and shipping, in the order of `in_order`.

    A refund takes what it says of its lines; the rest of its amount goes pro rata to what is left of tax and shipping. One without lines
    goes pro rata to what is left of all parts. What no longer fits where it was meant, because an earlier one went pro rata over the same
    line, goes pro rata to what is left of everything; so nothing is refunded twice, and the whole order is when its amount is.
    """
    before = tuple(Fraction(amount) for amount in _amounts(order))
    splits = []
    for refund, left in zip(in_order(refunds), _left_after_each(order, refunds), strict=True):
        after = tuple(Fraction(part, left.over) for part in left.parts)
        *lines, tax, shipping = (one - other for one, other in zip(before, after, strict=True))
        splits.append(Split(refund.refund_id, {line.id: taken for line, taken in zip(order.lines, lines, strict=True)}, tax, shipping))
        before = after
    return splits


def reversals(commission_lines: Sequence[DecidedLine], order: Order, refunds: Sequence[Refund]) -> list[int]:
    """What each refund reverses, in minor units from 0 on, in the order of `in_order`.

    After every refund the sum is round(Σ commission × refunded ÷ amount, over the lines), half to even, so that the last of a full refund
    takes what is left to the unit. A line of amount 0 with a commission, a lead's bounty, is reversed in the proportion of the whole order.
    """
    commissions = {line.line_id: line.commission_minor for line in commission_lines}
    paid = [(index, line.amount_minor, commissions.get(line.id, 0)) for index, line in enumerate(order.lines) if commissions.get(line.id)]
    common = lcm(*(amount or order.amount_minor or 1 for _, amount, _ in paid))
    total = sum(commission for _, _, commission in paid)
    reversed_before = 0
    each = []
    for left in _left_after_each(order, refunds):
        kept = sum(
            commission * (left.parts[index] * (common // amount) if amount else sum(left.parts) * (common // order.amount_minor))
            for index, amount, commission in paid
        )
        cumulative = rounded(total - Fraction(kept, common * left.over))
        each.append(cumulative - reversed_before)
        reversed_before = cumulative
    return each


def checked_refund(order: Order, earlier: Sequence[Refund], new: Refund) -> Refund:
    """The refund, when it fits the order and the refunds that are known of it, in whatever order they came.

    Raises InvalidInputError, which names field and fix: not positive, above what is left, before the order, a line that the order does not
    have or above its amount, lines above the refund, a rest beyond tax and shipping.
    """
    if type(new.amount_minor) is not int or not 0 < new.amount_minor <= LARGEST_MINOR:
        raise InvalidInputError("amount_minor", "give the refunded amount in minor units, a whole number above 0")
    if new.occurred_at < order.occurred_at:
        raise InvalidInputError("occurred_at", f"is before the order, which occurred at {order.occurred_at.isoformat()}; correct the time")
    left = order.amount_minor - sum(refund.amount_minor for refund in earlier)
    if new.amount_minor > left:
        asked, rest, whole = (spelled(amount, order.currency) for amount in (new.amount_minor, left, order.amount_minor))
        raise InvalidInputError("amount_minor", f"{asked} is more than is left, {rest} of the order's {whole}; give at most {left}")
    _check_lines(order, earlier, new)
    return new


def _check_lines(order: Order, earlier: Sequence[Refund], new: Refund) -> None:
    if not new.lines:
        return
    amounts = {line.id: line.amount_minor for line in order.lines}
    for line_id, amount in new.lines.items():
        field = f"items[{line_id[:60]}].amount_minor"
        if line_id not in amounts:
            raise InvalidInputError(f"items[{line_id[:60]}]", f"the order has no such line; its lines are {_listed(list(amounts))}")
        if type(amount) is not int or amount <= 0:
            raise InvalidInputError(field, "give the refunded amount in minor units, a whole number above 0")
        left = amounts[line_id] - sum(refund.lines.get(line_id, 0) for refund in earlier)
        if amount > left:
            raise InvalidInputError(field, f"{amount} is more than is left of the line's {amounts[line_id]}; give at most {left}")
    rest = _beside_lines(new)
    if rest < 0:
        told = new.amount_minor - rest
        raise InvalidInputError("items", f"add up to {told}, more than the refund's {new.amount_minor}; correct one of them")
    beside = order.tax_minor + order.shipping_minor - sum(_beside_lines(refund) for refund in earlier if refund.lines)
    if rest > beside:
        raise InvalidInputError(
            "items", f"leave {rest} of the refund for tax and shipping, of which {beside} are left; say which line the rest is of"
        )


def _beside_lines(refund: Refund) -> int:
    """What a refund with lines leaves for tax and shipping."""
    return refund.amount_minor - sum(refund.lines.values())


class _Left:
    """What is left of an order's lines, tax and shipping: whole numbers `over` one denominator, which stay exact and are quick to add."""

    def __init__(self, amounts: Sequence[int]) -> None:
        self.parts = list(amounts)
        self.over = 1

    def take(self, amount_minor: int, parts: Sequence[int]) -> None:
        """Take an amount pro rata from what is left of some parts, at most all of it."""
        self._take(amount_minor * self.over, parts)

    def take_down_to(self, amount_minor: int) -> None:
        """Take pro rata from all parts until so much is left."""
        self._take(sum(self.parts) - amount_minor * self.over, range(len(self.parts)))

    def _take(self, amount: int, parts: Sequence[int]) -> None:
        available = sum(self.parts[part] for part in parts)
        amount = min(amount, available)
        if amount <= 0:
            return
        if len(parts) == 1:
            self.parts[parts[0]] -= amount
            return
        chosen = frozenset(parts)
        self.parts = [value * (available - amount if index in chosen else available) for index, value in enumerate(self.parts)]
        self.over *= available
        shared = gcd(self.over, *self.parts)
        self.parts = [value // shared for value in self.parts]
        self.over //= shared


def _left_after_each(order: Order, refunds: Sequence[Refund]) -> Iterator[_Left]:
    """What is left after each refund, in the order of `in_order`; one and the same object that goes on changing."""
    left = _Left(_amounts(order))
    index_of = {line.id: index for index, line in enumerate(order.lines)}
    beside = range(len(order.lines), len(left.parts))
    remaining = order.amount_minor
    for refund in in_order(refunds):
        for line_id, amount in refund.lines.items():
            left.take(amount, [index_of[line_id]])
        if refund.lines:
            left.take(_beside_lines(refund), beside)
        remaining -= refund.amount_minor
        left.take_down_to(remaining)
        yield left


def _amounts(order: Order) -> list[int]:
    return [*(line.amount_minor for line in order.lines), order.tax_minor, order.shipping_minor]


def _listed(ids: list[str]) -> str:
    shown = ", ".join(one[:60] for one in ids[:10])
    return shown if len(ids) <= 10 else f"{shown} and {len(ids) - 10} more"
