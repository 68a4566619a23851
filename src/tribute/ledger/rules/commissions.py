"""What an affiliate earns on an order: the most specific rule of each line, its reward, tier and cap, and one rounding a line.

Pure. The caller reads what stood before the order (`needs_of` says what) and stores what `earn` returns in the decision.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Literal

import msgspec

from tribute.kit.money import rounded
from tribute.ledger.rules.calendar import months_after
from tribute.ledger.rules.conditions import AMOUNTS, IS_NEW, holds
from tribute.ledger.rules.decisions import DecidedLine, Reason
from tribute.ledger.rules.orders import Line, Order
from tribute.ledger.rules.telling import Names, rule_sentence
from tribute.ledger.rules.terms import Condition, Period, Rule, Terms

CapPer = Literal["order", "customer", "month", "quarter", "year", "ever"]

_NEAREST_MISS: tuple[Reason, ...] = ("no_rule_in_currency", "duration_over", "conditions_not_met")
"""Why the rules of a line were passed over; of several reasons the first here is told, as only it stood in the way."""


class Earner(msgspec.Struct, frozen=True):
    """The affiliate who is credited, with the group they were in at the order's time."""

    affiliate_id: str
    group: str | None = None


class Before(msgspec.Struct, frozen=True):
    """What an affiliate's earlier orders in a period come to: commissionable minor units of the program's currency, and how many."""

    volume_minor: int = 0
    count: int = 0


class Standing(msgspec.Struct, frozen=True):
    """What stood before an order. "Before" is by `Order.place`, never by arrival; refunds change none of it.

    Orders count that were attributed in the same program and are not held, linked or rejected.
    """

    before: Mapping[Period, Before] = {}
    """The affiliate's earlier orders of the same kind, in the program's currency, within the order's calendar period."""
    by_rule: Mapping[tuple[int, CapPer], int] = {}
    """What the affiliate earned by a rule (its index) before: in the order's period, or for `customer` from the same customer."""
    customer_is_new: bool = True
    """Whether the customer had no earlier sale in the program, whoever was credited. An order without a customer is taken for a first."""
    first_credited_at: datetime | None = None
    """When the customer's first sale was that this affiliate was credited for."""


class CapNeed(msgspec.Struct, frozen=True):
    """A sum that `Standing.by_rule` must hold under `(rule, per)`: of decided lines with this `rule_key`."""

    rule: int
    rule_key: str
    per: CapPer


class Needs(msgspec.Struct, frozen=True):
    """Which parts of a `Standing` the terms ask for; the rest may be left empty."""

    periods: tuple[Period, ...] = ()
    caps: tuple[CapNeed, ...] = ()
    customer: bool = False


class Earned(msgspec.Struct, frozen=True):
    """An order's lines with what each earned, in the order's currency."""

    lines: tuple[DecidedLine, ...]

    @property
    def commission_minor(self) -> int:
        return sum(line.commission_minor for line in self.lines)

    @property
    def reason(self) -> Reason | None:
        """Why the order earns nothing: what its first line with a reason says. None where it earns."""
        if self.commission_minor:
            return None
        return next((line.reason for line in self.lines if line.reason is not None), "nothing_commissionable")


def needs_of(terms: Terms) -> Needs:
    """What must be read before `earn` is called under these terms."""
    rules = terms.rules
    return Needs(
        periods=tuple(dict.fromkeys(rule.tiers.per for rule in rules if rule.tiers is not None)),
        caps=tuple(
            CapNeed(index, rule_key(rule), rule.cap.per)
            for index, rule in enumerate(rules)
            if rule.cap is not None and rule.cap.per != "order"
        ),
        customer=any(rule.lasts != "lifetime" or any(one.field == IS_NEW for one in rule.when) for rule in rules),
    )


def rule_key(rule: Rule) -> str:
    """16 hex digits that name what a rule pays for: kind, selectors, conditions, duration; not how much, when, or up to what.

    Two rules of one version never share one at any instant (`checked_terms`), and a later version's rule that pays for the same keeps it,
    so that what was earned in a month still counts against a cap after the terms changed.
    """
    parts = (
        rule.kind,
        rule.lasts,
        rule.months,
        *(sorted(names) for names in (rule.products, rule.websites, rule.groups, rule.affiliates)),
        sorted(msgspec.json.encode(_in_one_order(one)).decode() for one in rule.when),
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def specificity(rule: Rule) -> tuple[bool, bool, bool, bool, int, float]:
    """How specific a rule is; the greatest that applies to a line wins, of equal ones the one that is listed first.

    What counts, in this order: naming affiliates, groups, products, websites; then the number of conditions; then the shorter duration, so
    that "40 % for 3 months" goes before "20 % for a lifetime".
    """
    lasts = {"first_sale": 0.0, "months": float(rule.months or 0), "lifetime": float("inf")}[rule.lasts]
    return bool(rule.affiliates), bool(rule.groups), bool(rule.products), bool(rule.websites), len(rule.when), -lasts


def earn(order: Order, earner: Earner, terms: Terms, standing: Standing, names: Names | None = None) -> Earned:
    """What each line of the order earns the affiliate under the terms.

    A line gets the most specific rule that applies to it. A rule is passed over whose conditions fail, whose duration is over, or that
    speaks in the program's currency (flat amounts, tiers, caps, amounts in conditions) while the order is in another; then the next one is
    looked at. A flat amount is paid once an order, on the first line that its rule wins. A cap clips, it does not hand on to another rule.
    """
    earning = _Earning(order, earner, terms, standing, names or Names())
    return Earned(tuple(earning.of(line) for line in order.lines))


class _Earning:
    """One order on its way through the rules: what its earlier lines took of flat amounts and caps."""

    def __init__(self, order: Order, earner: Earner, terms: Terms, standing: Standing, names: Names) -> None:
        self._order = order
        self._earner = earner
        self._terms = terms
        self._standing = standing
        self._names = names
        # Sorting keeps equal ones as they are listed.
        self._ranked = sorted(self._for_order(), key=lambda index: specificity(terms.rules[index]), reverse=True)
        self._products = {index: frozenset(terms.rules[index].products) for index in self._ranked}
        self._told: dict[int, tuple[str, str]] = {}
        self._flat_paid: set[int] = set()
        self._taken: dict[int, int] = {}
        self._amountless_lead = order.kind == "lead" and order.commissionable_minor == 0

    def of(self, line: Line) -> DecidedLine:
        """What a line earns; lines must be asked for in the order's order."""
        bare = DecidedLine(line_id=line.id, amount_minor=line.amount_minor, commission_minor=0, product=line.product)
        if not line.amount_minor and not self._amountless_lead:
            return msgspec.structs.replace(bare, reason="nothing_commissionable")
        winner = self._winner(line)
        if not isinstance(winner, int):
            return msgspec.structs.replace(bare, reason=winner)
        rule = self._terms.rules[winner]
        key, sentence = self._key_and_sentence(winner, rule)
        ruled = msgspec.structs.replace(bare, rule=winner, rule_key=key, rule_sentence=sentence)
        if rule.excluded:
            return msgspec.structs.replace(ruled, reason="product_excluded")
        return self._capped(self._rewarded(ruled, winner, rule), winner, rule)

    def _key_and_sentence(self, index: int, rule: Rule) -> tuple[str, str]:
        """What names and tells a rule; made once, however many lines it wins."""
        if index not in self._told:
            self._told[index] = rule_key(rule), rule_sentence(rule, self._terms, self._names, to_affiliate=self._earner.affiliate_id)
        return self._told[index]

    def _for_order(self) -> Iterator[int]:
        """The rules that can be for this order, whatever the line: kind, time, affiliate, group, website."""
        order, earner = self._order, self._earner
        for index, rule in enumerate(self._terms.rules):
            if (
                rule.kind == order.kind
                and (rule.starts_at is None or order.occurred_at >= rule.starts_at)
                and (rule.ends_at is None or order.occurred_at < rule.ends_at)
                and (not rule.affiliates or earner.affiliate_id in rule.affiliates)
                and (not rule.groups or earner.group in rule.groups)
                and (not rule.websites or order.website_id in rule.websites)
            ):
                yield index

    def _winner(self, line: Line) -> int | Reason:
        """The rule that applies, or why none does."""
        misses: set[Reason] = set()
        for index in self._ranked:
            rule = self._terms.rules[index]
            if rule.products and line.product not in self._products[index]:
                continue
            miss = self._miss(rule, line)
            if miss is None:
                return index
            misses.add(miss)
        return next((reason for reason in _NEAREST_MISS if reason in misses), "no_rule")

    def _miss(self, rule: Rule, line: Line) -> Reason | None:
        """Why a rule that is for this line does not apply to it."""
        if not self._all_hold((one for one in rule.when if one.field not in AMOUNTS), line):
            return "conditions_not_met"
        if self._is_over(rule):
            return "duration_over"
        if self._order.currency != self._terms.currency and speaks_in_currency(rule):
            return "no_rule_in_currency"
        # Amounts are compared last: in another currency they mean nothing.
        return None if self._all_hold((one for one in rule.when if one.field in AMOUNTS), line) else "conditions_not_met"

    def _all_hold(self, conditions: Iterable[Condition], line: Line) -> bool:
        return all(holds(one, self._order, line, customer_is_new=self._standing.customer_is_new) for one in conditions)

    def _is_over(self, rule: Rule) -> bool:
        first = self._standing.first_credited_at
        if rule.lasts == "first_sale":
            return not self._standing.customer_is_new
        if rule.lasts == "months" and first is not None:
            return self._order.occurred_at >= months_after(first, rule.months or 0)
        return False

    def _rewarded(self, line: DecidedLine, index: int, rule: Rule) -> DecidedLine:
        """The line with what the rule, or the step of it that was reached, pays before any cap."""
        percent, flat_minor, tier_from = self._reward(rule)
        if percent is not None:
            exact = Fraction(line.amount_minor) * Fraction(percent) / 100
        else:
            exact = Fraction(0 if index in self._flat_paid else flat_minor or 0)
            self._flat_paid.add(index)
        commission = rounded(exact)
        return msgspec.structs.replace(
            line,
            commission_minor=commission,
            percent=percent,
            flat_minor=flat_minor,
            tier_by=rule.tiers.by if rule.tiers is not None and tier_from is not None else None,
            tier_from=tier_from,
            exact=str(exact),
            reason="rounded_to_nothing" if exact and not commission else None,
        )

    def _reward(self, rule: Rule) -> tuple[str | None, int | None, int | None]:
        """Percent, flat amount and the step they come from."""
        if rule.tiers is not None:
            before = self._standing.before.get(rule.tiers.per, Before())
            reached = before.volume_minor if rule.tiers.by == "volume" else before.count
            steps = [step for step in rule.tiers.steps if step.at_least <= reached]
            if steps:
                step = max(steps, key=lambda one: one.at_least)
                return step.percent, step.flat_minor, step.at_least
        return rule.percent, rule.flat_minor, None

    def _capped(self, line: DecidedLine, index: int, rule: Rule) -> DecidedLine:
        if rule.cap is None:
            return line
        taken = self._taken.get(index, 0)
        earlier = 0 if rule.cap.per == "order" else self._standing.by_rule.get((index, rule.cap.per), 0)
        commission = min(line.commission_minor, max(rule.cap.minor - earlier - taken, 0))
        self._taken[index] = taken + commission
        if commission == line.commission_minor:
            return line
        return msgspec.structs.replace(line, commission_minor=commission, capped_from=line.commission_minor, reason="cap_reached")


def speaks_in_currency(rule: Rule) -> bool:
    """Whether a rule says amounts, which are in the program's currency, so that it is passed over for orders in another."""
    return rule.flat_minor is not None or rule.tiers is not None or rule.cap is not None or any(one.field in AMOUNTS for one in rule.when)


def _in_one_order(condition: Condition) -> Condition:
    """A condition whose list of values says the same in any order."""
    value = condition.value
    if not isinstance(value, tuple):
        return condition
    return msgspec.structs.replace(condition, value=tuple(sorted(value, key=lambda one: (isinstance(one, int), str(one)))))
