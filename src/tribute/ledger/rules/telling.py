"""Rules as English sentences, for owners who check what they typed and affiliates who ask what they are paid.

Pure. Called when terms are shown, and by `commissions`, which keeps the sentence in the decision.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Protocol

import msgspec

from tribute.kit.money import spelled
from tribute.ledger.rules.conditions import AMOUNTS
from tribute.ledger.rules.terms import Cap, Condition, Rule, Step, Terms, Tiers

_FIELDS = {
    "amount_minor": "the amount",
    "commissionable_minor": "the amount without tax and shipping",
    "quantity": "the quantity",
    "currency": "the currency",
    "coupon": "the coupon",
    "source": "the source",
    "product": "the product",
}
_CAP_PER = {
    "order": "an order",
    "customer": "a customer",
    "month": "a month",
    "quarter": "a quarter",
    "year": "a year",
    "ever": "in all",
}


class Names(msgspec.Struct, frozen=True):
    """Ids and what people call them. An id that is missing is shown as it is."""

    websites: Mapping[str, str] = {}
    affiliates: Mapping[str, str] = {}


class Forms(Protocol):
    """How sentences write times and money: for programs as `PLAIN` does, for a person in their language and on their clock."""

    def moment(self, at: datetime) -> str:
        """An instant, to the minute at least."""
        ...

    def money(self, minor: int, currency: str) -> str:
        """An amount of minor units."""
        ...

    def exactly(self, amount: Decimal, currency: str) -> str:
        """An amount in main units with all its decimals."""
        ...


class _Plain:
    """The forms of the APIs and of what is kept: `1234.50 USD`, `2026-08-01 10:00 UTC`."""

    def moment(self, at: datetime) -> str:
        utc = at.astimezone(UTC)
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC" if utc.second else f"{utc:%Y-%m-%d %H:%M} UTC"

    def money(self, minor: int, currency: str) -> str:
        return spelled(minor, currency)

    def exactly(self, amount: Decimal, currency: str) -> str:
        return f"{amount:f} {currency}"


PLAIN: Final[Forms] = _Plain()


def rule_sentence(rule: Rule, terms: Terms, names: Names, *, to_affiliate: str | None = None, forms: Forms = PLAIN) -> str:
    """What the rule pays, for what and how long, complete in one sentence.

    With `to_affiliate`, as that affiliate may read it: without the names of other affiliates and without coupons, which are other people's
    too. A decision keeps this form.
    """
    parts = [_reward_and_sales(rule, terms, forms), *_selectors(rule, names, to_affiliate)]
    if rule.lasts == "first_sale":
        parts.append(" that is the customer's first")
    if rule.lasts == "months":
        parts.append(f" for {_counted(rule.months or 0, 'month')} from the customer's first sale")
    if rule.when:
        parts.append(" when " + _joined((_condition(one, terms, to_affiliate, forms) for one in rule.when), "and"))
    parts.append(_times(rule, forms))
    if rule.tiers is not None:
        parts.append(_tiers(rule.tiers, rule, terms, forms))
    if rule.cap is not None:
        parts.append(_cap(rule.cap, terms, forms))
    return "".join(parts) + "."


def rule_sentences(terms: Terms, names: Names, *, to_affiliate: str | None = None, forms: Forms = PLAIN) -> tuple[str, ...]:
    """Every rule's sentence, in the order in which they are listed."""
    return tuple(rule_sentence(rule, terms, names, to_affiliate=to_affiliate, forms=forms) for rule in terms.rules)


def _reward_and_sales(rule: Rule, terms: Terms, forms: Forms) -> str:
    sales = "every lead" if rule.kind == "lead" else "every sale"
    if rule.excluded:
        return f"Pays nothing for {sales}"
    if rule.percent is not None:
        return f"Pays {rule.percent} % of {sales}"
    return f"Pays {forms.money(rule.flat_minor or 0, terms.currency)} for {sales}"


def _selectors(rule: Rule, names: Names, to_affiliate: str | None) -> Iterable[str]:
    if rule.products:
        yield f" of {'product' if len(rule.products) == 1 else 'the products'} {_joined(rule.products, 'or')}"
    if rule.websites:
        yield f" on {_joined((names.websites.get(one, one) for one in rule.websites), 'or')}"
    if rule.groups:
        yield f" brought by {'the group' if len(rule.groups) == 1 else 'the groups'} {_joined(rule.groups, 'or')}"
    if rule.affiliates:
        and_by = " and" if rule.groups else " brought"
        yield and_by + " by " + _affiliates(rule.affiliates, names, to_affiliate)


def _affiliates(ids: tuple[str, ...], names: Names, to_affiliate: str | None) -> str:
    if to_affiliate is None:
        return _joined((names.affiliates.get(one, one) for one in ids), "or")
    return "this affiliate" if to_affiliate in ids else "other affiliates"


def _condition(condition: Condition, terms: Terms, to_affiliate: str | None, forms: Forms) -> str:
    if condition.field == "customer.is_new":
        return "the customer is new" if condition.value == (condition.op == "is") else "the customer is not new"
    negated = condition.op in {"is_not", "none_of"}
    if condition.field == "coupon" and to_affiliate is not None:
        return f"the order carries {'none' if negated else 'one'} of certain coupons"
    what = _FIELDS.get(condition.field, condition.field)
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    told = [_value(one, condition.field, terms, forms) for one in values]
    match condition.op:
        case "at_least":
            return f"{what} is at least {told[0]}"
        case "at_most":
            return f"{what} is at most {told[0]}"
        case "none_of" if len(told) > 1:
            return f"{what} is none of {_joined(told, 'and')}"
        case _:
            return f"{what} {'is not' if negated else 'is'} {_joined(told, 'or')}"


def _value(value: str | int, field: str, terms: Terms, forms: Forms) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return forms.money(value, terms.currency) if field in AMOUNTS else str(value)
    return f'"{value}"' if field.startswith("metadata.") else value


def _times(rule: Rule, forms: Forms) -> str:
    if rule.starts_at is not None and rule.ends_at is not None:
        return f", from {forms.moment(rule.starts_at)} until {forms.moment(rule.ends_at)}"
    if rule.starts_at is not None:
        return f", from {forms.moment(rule.starts_at)} on"
    return "" if rule.ends_at is None else f", until {forms.moment(rule.ends_at)}"


def _tiers(tiers: Tiers, rule: Rule, terms: Terms, forms: Forms) -> str:
    what = "leads" if rule.kind == "lead" else "sales"
    within = "in all" if tiers.per == "ever" else f"in the same calendar {tiers.per}"
    steps = (f"{_step_reward(one, terms, forms)} {_reached(one, tiers, what, terms, forms)}" for one in tiers.steps)
    return f"; {_joined(steps, 'and')} {within}"


def _step_reward(step: Step, terms: Terms, forms: Forms) -> str:
    return f"{step.percent} %" if step.percent is not None else forms.money(step.flat_minor or 0, terms.currency)


def _reached(step: Step, tiers: Tiers, what: str, terms: Terms, forms: Forms) -> str:
    if tiers.by == "volume":
        return f"from {forms.money(step.at_least, terms.currency)} of earlier {what} on"
    return f"after {_counted(step.at_least, f'earlier {what[:-1]}')}"


def _cap(cap: Cap, terms: Terms, forms: Forms) -> str:
    return f", at most {forms.money(cap.minor, terms.currency)} {_CAP_PER[cap.per]}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _joined(texts: Iterable[str], word: str) -> str:
    """`A`, `A or B`, `A, B or C`."""
    *most, last = texts
    return f"{', '.join(most)} {word} {last}" if most else last
