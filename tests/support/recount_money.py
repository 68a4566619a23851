"""A naive recount of money: whose each order is and what is owed for it, straight from what was told, by the contract's words alone.

It shares no code with the program: plain loops over everything, nothing kept, nothing incremental. Slow, and easy to check by eye.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class ClickTold:
    visitor: str
    affiliate: str | None
    website: str
    time: datetime
    accepted_at: datetime
    id: str


@dataclass(frozen=True)
class TermsTold:
    since: datetime | None
    percent: str
    model: str = "last-click"
    window_days: int = 90
    first_sale_only: bool = False
    monthly_cap_minor: int | None = None
    better_percent: str | None = None
    """From `better_from` sales in a calendar month before this one."""
    better_from: int = 0
    currency: str = "USD"
    key: object = None


@dataclass(frozen=True)
class RefundOf:
    amount_minor: int
    at: datetime
    id: str


@dataclass
class OrderTold:
    source: str
    external_id: str
    amount_minor: int
    currency: str
    at: datetime
    received_at: datetime
    tax_minor: int = 0
    visitor: str | None = None
    code: str | None = None
    coupon: str | None = None
    email: str | None = None
    customer: str | None = None
    payment: str | None = None
    lines: tuple[int, ...] = ()
    refunds: list[RefundOf] = field(default_factory=list)
    assigned: tuple[str | None] | None = None
    rejected: bool = False
    kept_apart: bool = False
    disputes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """Id to (state, closing time)."""

    @property
    def place(self) -> tuple[datetime, str, str]:
        return self.at, self.source, self.external_id

    @property
    def commissionable(self) -> int:
        return self.amount_minor - self.tax_minor


@dataclass
class Told:
    """Everything that anybody told."""

    clicks: list[ClickTold] = field(default_factory=list)
    terms: list[TermsTold] = field(default_factory=list)
    coupons: dict[str, str] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    """Affiliate to address."""
    banned: dict[str, datetime] = field(default_factory=dict)
    orders: dict[tuple[str, str], OrderTold] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """What one order comes to: whose it is (None: nobody's), whether it is held as a duplicate, what it earned, and what is left of it."""

    affiliate: str | None
    held: bool
    earned_minor: int
    left_minor: int


def recount(told: Told) -> dict[tuple[str, str], Due]:
    """Every order by itself, the earliest first, looking back at those before it."""
    return _Recount(told).all()


class _Recount:
    def __init__(self, told: Told) -> None:
        self.told = told
        self.people = _people(told)
        self.due: dict[tuple[str, str], Due] = {}

    def all(self) -> dict[tuple[str, str], Due]:
        for order in sorted(self.told.orders.values(), key=lambda one: one.place):
            before = [one for one in self.told.orders.values() if one.place < order.place]
            self.due[_id(order)] = self._due(order, before)
        return self.due

    def _due(self, order: OrderTold, before: list[OrderTold]) -> Due:
        terms = _terms_of(self.told, order)
        if order.rejected:
            return Due(None, False, 0, 0)
        affiliate = self._whose(order, before, terms)
        if not order.kept_apart and any(_alike(order, one, self.people) and not one.kept_apart and not one.rejected for one in before):
            return Due(None, True, 0, 0)
        if affiliate is None:
            return Due(None, False, 0, 0)
        lines = self._earned(order, affiliate, before, terms)
        return Due(affiliate, False, sum(lines), _left(order, lines))

    def _whose(self, order: OrderTold, before: list[OrderTold], terms: TermsTold) -> str | None:
        if order.assigned is not None:
            return order.assigned[0]
        found: list[str | None] = []
        if order.code is not None:
            found.append(order.code if order.code in self.told.emails else None)
        if order.coupon is not None:
            found.append(self.told.coupons.get(order.coupon))
        clicks = [
            one
            for one in self.told.clicks
            if order.visitor is not None
            and one.visitor == order.visitor
            and one.accepted_at < order.received_at
            and one.time <= order.at
            and one.time >= order.at - terms.window_days * DAY
        ]
        clicks.sort(key=lambda one: one.id)
        clicks.sort(key=lambda one: one.time, reverse=terms.model == "last-click")
        found += [one.affiliate for one in clicks]
        theirs = [
            one for one in before if _same_person(order, one, self.people) and self.due[one.source, one.external_id].affiliate is not None
        ]
        theirs = [one for one in theirs if not self.due[one.source, one.external_id].held]
        if theirs:
            found.append(self.due[_id(min(theirs, key=lambda one: one.place))].affiliate)
        for affiliate in found:
            if affiliate is None or affiliate not in self.told.emails:
                continue
            if affiliate in self.told.banned and self.told.banned[affiliate] <= order.at:
                continue
            if order.email is not None and order.email == self.told.emails[affiliate]:
                continue
            return affiliate
        return None

    def _earned(self, order: OrderTold, affiliate: str, before: list[OrderTold], terms: TermsTold) -> list[int]:
        lines = list(order.lines) or [order.commissionable]
        nothing = [0 for _ in lines]
        standing = [one for one in before if not self.due[_id(one)].held and not one.rejected]
        if terms.first_sale_only and any(_same_person(order, one, self.people) for one in standing):
            return nothing
        in_program_currency = terms.monthly_cap_minor is not None or terms.better_percent is not None
        if in_program_currency and order.currency != terms.currency:
            return nothing
        month = [
            one
            for one in standing
            if self.due[_id(one)].affiliate == affiliate
            and one.currency == terms.currency
            and (one.at.year, one.at.month) == (order.at.year, order.at.month)
        ]
        percent = terms.percent
        if terms.better_percent is not None and len(month) >= terms.better_from:
            percent = terms.better_percent
        earned = [_half_even(Fraction(line) * Fraction(percent) / 100) for line in lines]
        if terms.monthly_cap_minor is None:
            return earned
        used = sum(self.due[_id(one)].earned_minor for one in month if _is_for_the_same(_terms_of(self.told, one), terms))
        left = max(terms.monthly_cap_minor - used, 0)
        clipped = []
        for amount in earned:
            clipped.append(min(amount, left))
            left -= clipped[-1]
        return clipped


def _left(order: OrderTold, earned: list[int]) -> int:
    """Less what refunds took back by the contract's formula, and all of it after a lost dispute."""
    commission = sum(earned)
    takings: list[tuple[datetime, str, int | None]] = [(one.at, one.id, one.amount_minor) for one in order.refunds]
    takings += [(at, key, None) for key, (state, at) in order.disputes.items() if state == "lost"]
    refunded, reversed_so_far, by_formula = 0, 0, 0
    for _, _, amount in sorted(takings, key=lambda one: (one[0], one[1])):
        if amount is None:
            reversed_so_far = commission
            continue
        refunded += amount
        share = Fraction(refunded, order.amount_minor)
        step = _half_even(commission * share) - by_formula
        by_formula += step
        reversed_so_far = min(reversed_so_far + step, commission)
    return commission - reversed_so_far


def _alike(order: OrderTold, other: OrderTold, people: dict[tuple[str, str], int]) -> bool:
    if order.source == other.source:
        return False
    if order.payment is not None and order.payment == other.payment:
        return True
    same_money = (order.amount_minor, order.currency) == (other.amount_minor, other.currency)
    return _same_person(order, other, people) and same_money and abs(order.at - other.at) <= timedelta(hours=1)


def _same_person(order: OrderTold, other: OrderTold, people: dict[tuple[str, str], int]) -> bool:
    mine, theirs = _keys(order), _keys(other)
    return bool(mine and theirs) and people[mine[0]] == people[theirs[0]]


def _people(told: Told) -> dict[tuple[str, str], int]:
    """Each key's person: keys that ever stood on one order are one person's."""
    person: dict[tuple[str, str], int] = {}
    for order in told.orders.values():
        for key in _keys(order):
            person.setdefault(key, len(person))
    changed = True
    while changed:
        changed = False
        for order in told.orders.values():
            numbers = {person[key] for key in _keys(order)}
            if len(numbers) > 1:
                person = {key: min(numbers) if number in numbers else number for key, number in person.items()}
                changed = True
    return person


def _keys(order: OrderTold) -> list[tuple[str, str]]:
    keys = []
    if order.customer is not None:
        keys.append((f"customer of {order.source}", order.customer))
    if order.email is not None:
        keys.append(("email", order.email))
    return keys


def _is_for_the_same(earlier: TermsTold, now: TermsTold) -> bool:
    """Whether what was earned under other terms counts against the cap: by a rule with a cap, for the same orders."""
    return earlier.monthly_cap_minor is not None and earlier.first_sale_only == now.first_sale_only


def _terms_of(told: Told, order: OrderTold) -> TermsTold:
    return [one for one in told.terms if one.since is None or one.since <= order.at][-1]


def _id(order: OrderTold) -> tuple[str, str]:
    return order.source, order.external_id


def _half_even(exact: Fraction) -> int:
    with localcontext() as context:
        context.prec = 60
        return int((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
