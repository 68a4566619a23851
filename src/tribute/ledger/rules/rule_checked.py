"""One commission rule, checked and normalised. Pure; called by `terms_checked`, which checks the rules against each other.

Everything here raises InvalidInputError, which names the field by its path and the fix, or nothing.
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import msgspec

from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.conditions import checked_condition
from tribute.ledger.rules.orders_checked import checked_minor, checked_text
from tribute.ledger.rules.terms import Cap, Condition, Kind, Lasting, Period, Rule, Step, Tiers

LONGEST_NAME = 100
LONGEST_MONTHS = 120
MOST_CONDITIONS = 20
MOST_SELECTED = 1000
MOST_STEPS = 20

_PERCENT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_CAP_PERS = ("order", "customer", *get_args(Period))


def checked_rule(rule: Rule, field: str, known: Mapping[str, Collection[str] | None]) -> Rule:
    """The rule, valid in itself. `known` holds the groups, websites and affiliates that it may name; None where any may be."""
    if rule.kind not in get_args(Kind):
        raise InvalidInputError(f"{field}.kind", "use sale or lead")
    if len(rule.when) > MOST_CONDITIONS:
        raise InvalidInputError(f"{field}.when", f"has {len(rule.when)} conditions; {MOST_CONDITIONS} is the most")
    _check_reward(rule, field)
    _check_duration(rule, field)
    starts_at, ends_at = _times(rule, field)
    return msgspec.structs.replace(
        rule,
        name=" ".join(checked_text(rule.name, f"{field}.name", most=LONGEST_NAME).split()) if rule.name.strip() else "",
        percent=None if rule.percent is None else checked_percent(rule.percent, f"{field}.percent"),
        products=_selected(rule.products, f"{field}.products", None),
        websites=_selected(rule.websites, f"{field}.websites", known.get("websites")),
        groups=_selected(rule.groups, f"{field}.groups", known.get("groups")),
        affiliates=_selected(rule.affiliates, f"{field}.affiliates", known.get("affiliates")),
        when=_checked_conditions(rule.when, f"{field}.when"),
        tiers=None if rule.tiers is None else _checked_tiers(rule.tiers, rule, f"{field}.tiers"),
        cap=None if rule.cap is None else _checked_cap(rule.cap, f"{field}.cap"),
        starts_at=starts_at,
        ends_at=ends_at,
    )


def checked_percent(text: str, field: str) -> str:
    """A percent as decimal text in its shortest spelling: `12.50` becomes `12.5`. Above 0, at most 100, at most 4 decimals."""
    plain = text.strip() if isinstance(text, str) else ""
    if not _PERCENT.fullmatch(plain):
        raise InvalidInputError(field, "give a percent as a decimal number such as 50 or 12.5, with a point and without a sign")
    value = Decimal(plain)
    if value > 100:
        raise InvalidInputError(field, f"{plain} % is over 100 %; give at most 100")
    if value == 0:
        raise InvalidInputError(field, "is 0; give more than 0, or a rule with excluded to pay nothing")
    if value != round(value, 4):
        raise InvalidInputError(field, f"{plain} has more than 4 decimals; round it")
    return f"{value.normalize():f}"


def _check_reward(rule: Rule, field: str) -> None:
    given = [rule.percent is not None, rule.flat_minor is not None, bool(rule.excluded)]
    if given.count(True) != 1:
        raise InvalidInputError(field, "give exactly one of percent, flat_minor and excluded")
    if rule.flat_minor is not None:
        checked_minor(rule.flat_minor, f"{field}.flat_minor", least=1)
    if rule.kind == "lead" and rule.percent is not None:
        raise InvalidInputError(f"{field}.percent", "a lead has no amount to take a percent of; pay leads with flat_minor")
    if rule.excluded and (rule.tiers is not None or rule.cap is not None):
        raise InvalidInputError(field, "pays nothing, so tiers and a cap say nothing; leave them out")


def _check_duration(rule: Rule, field: str) -> None:
    if rule.lasts not in get_args(Lasting):
        raise InvalidInputError(f"{field}.lasts", "use first_sale, months or lifetime")
    if rule.lasts != "lifetime" and (rule.kind == "lead" or rule.excluded):
        what = "a lead is paid once" if rule.kind == "lead" else "a rule that pays nothing has no duration"
        raise InvalidInputError(f"{field}.lasts", f"{what}; leave it out")
    if rule.lasts == "months":
        if type(rule.months) is not int or not 1 <= rule.months <= LONGEST_MONTHS:
            raise InvalidInputError(f"{field}.months", f"give 1 to {LONGEST_MONTHS} months")
    elif rule.months is not None:
        raise InvalidInputError(f"{field}.months", 'is given, but the rule does not last months; add "lasts": "months", or leave it out')


def _times(rule: Rule, field: str) -> tuple[datetime | None, datetime | None]:
    starts_at = _utc(rule.starts_at, f"{field}.starts_at")
    ends_at = _utc(rule.ends_at, f"{field}.ends_at")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise InvalidInputError(f"{field}.ends_at", "is not after starts_at; give a later time")
    return starts_at, ends_at


def _utc(at: datetime | None, field: str) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise InvalidInputError(field, "has no time zone; end it with Z for UTC, as in 2026-11-20T10:00:00Z")
    try:
        return at.astimezone(UTC)
    except OverflowError:  # the first or last hours that can be written
        raise InvalidInputError(field, "is no time that can be; give one like 2026-11-20T10:00:00Z") from None


def _selected(names: tuple[str, ...], field: str, known: Collection[str] | None) -> tuple[str, ...]:
    if len(names) > MOST_SELECTED:
        raise InvalidInputError(field, f"names {len(names)}; {MOST_SELECTED} is the most")
    checked = [checked_text(name, f"{field}[{index}]") for index, name in enumerate(names)]
    for index, name in enumerate(checked):
        if known is not None and name not in known:
            raise InvalidInputError(f"{field}[{index}]", f"the program has no {name[:60]!r}; correct the name or leave it out")
    return tuple(dict.fromkeys(checked))


def _checked_conditions(conditions: tuple[Condition, ...], field: str) -> tuple[Condition, ...]:
    checked = tuple(checked_condition(one, f"{field}[{index}]") for index, one in enumerate(conditions))
    for index, one in enumerate(checked):
        if one in checked[:index]:
            raise InvalidInputError(f"{field}[{index}]", "stands here twice; leave one out")
    return checked


def _checked_tiers(tiers: Tiers, rule: Rule, field: str) -> Tiers:
    if tiers.by not in {"volume", "count"} or tiers.per not in get_args(Period):
        raise InvalidInputError(field, "give by as volume or count, and per as month, quarter, year or ever")
    if rule.kind == "lead" and tiers.by == "volume":
        raise InvalidInputError(f"{field}.by", "leads are counted; use count")
    if not 0 < len(tiers.steps) <= MOST_STEPS:
        raise InvalidInputError(f"{field}.steps", f"give 1 to {MOST_STEPS} steps")
    steps = tuple(_checked_step(step, rule, f"{field}.steps[{index}]") for index, step in enumerate(tiers.steps))
    for index, (before, after) in enumerate(pairwise(steps), start=1):
        if after.at_least <= before.at_least:
            raise InvalidInputError(
                f"{field}.steps[{index}].at_least",
                f"is {after.at_least} after {before.at_least}; list the steps from the least to the greatest, each once",
            )
    return msgspec.structs.replace(tiers, steps=steps)


def _checked_step(step: Step, rule: Rule, field: str) -> Step:
    checked_minor(step.at_least, f"{field}.at_least", least=1)
    if (step.percent is None) == (step.flat_minor is None):
        raise InvalidInputError(field, "give exactly one of percent and flat_minor")
    if (step.percent is None) != (rule.percent is None):
        raise InvalidInputError(
            field, f"pays otherwise than its rule; give {'percent' if rule.percent is not None else 'flat_minor'} here too"
        )
    if step.flat_minor is not None:
        checked_minor(step.flat_minor, f"{field}.flat_minor", least=1)
        return step
    return msgspec.structs.replace(step, percent=checked_percent(step.percent or "", f"{field}.percent"))


def _checked_cap(cap: Cap, field: str) -> Cap:
    checked_minor(cap.minor, f"{field}.minor", least=1)
    if cap.per not in _CAP_PERS:
        raise InvalidInputError(f"{field}.per", f"use one of {', '.join(_CAP_PERS)}")
    return cap
