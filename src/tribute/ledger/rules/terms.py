"""A program's terms: model, window, hold, currency and commission rules, as they are kept, one version after another.

Versions are never changed once made; what held at an instant is found by `effective_from`. Pure values; checked by `terms_checked`.
"""

from datetime import datetime
from typing import Literal

import msgspec

Model = Literal["last-click", "first-click"]
Kind = Literal["sale", "lead"]
Period = Literal["month", "quarter", "year", "ever"]
"""Calendar periods in UTC that a conversion's `occurred_at` lies in."""
Lasting = Literal["first_sale", "months", "lifetime"]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an order must say. `field` is `amount_minor`, `commissionable_minor`, `currency`, `coupon`, `source`, `product`, `quantity`,
    `customer.is_new` or `metadata.<name>`; product and quantity are the line's."""

    field: str
    op: Literal["is", "is_not", "one_of", "none_of", "at_least", "at_most"]
    value: str | int | bool | tuple[str | int, ...]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """From `at_least` on (minor units or a count, what came before the order) the rule pays this instead of its own reward."""

    at_least: int
    percent: str | None = None
    flat_minor: int | None = None


class Tiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Steps by what the affiliate's earlier sales in the period come to: commissionable volume, or how many."""

    by: Literal["volume", "count"]
    per: Period
    steps: tuple[Step, ...]


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that one affiliate earns by a rule, in the program's currency: on one order, from one customer, or in a period."""

    minor: int
    per: Literal["order", "customer", "month", "quarter", "year", "ever"]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is paid for which lines of which orders. Exactly one of `percent`, `flat_minor` and `excluded` is given.

    `percent` is a decimal text ("12.5"), of the line's commissionable amount, in the order's currency. `flat_minor` is paid once an order,
    in the program's currency only, as caps and tiers are. Empty selectors mean all.
    """

    name: str = ""
    kind: Kind = "sale"
    percent: str | None = None
    flat_minor: int | None = None
    excluded: bool = False
    lasts: Lasting = "lifetime"
    """Of a customer: their first sale only; months from their first sale that this affiliate was credited for; or every sale."""
    months: int | None = None
    products: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    """Website ids."""
    groups: tuple[str, ...] = ()
    """Group names of the program."""
    affiliates: tuple[str, ...] = ()
    """Affiliate ids."""
    when: tuple[Condition, ...] = ()
    tiers: Tiers | None = None
    cap: Cap | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    """Orders that occurred from `starts_at` on and before `ends_at`."""


class GroupTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a group has otherwise than its program; its rates are rules that select the group."""

    group: str
    window_days: int | None = None
    hold_days: int | None = None


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a program's terms."""

    currency: str
    rules: tuple[Rule, ...]
    model: Model = "last-click"
    window_days: int = 90
    """Days of 24 hours before the order in which a click counts."""
    hold_days: int = 30
    """Days of 24 hours from the order until its commission is approved."""
    minimum_payout_minor: int = 0
    by_approval: bool = False
    """Whether affiliates must be let in; otherwise all are in unless they were put out."""
    groups: tuple[GroupTerms, ...] = ()
    text: str = ""
    """What affiliates agree to, for people."""
