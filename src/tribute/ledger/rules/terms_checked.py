"""Terms checked as a whole and normalised, before they are kept. Pure; called where an owner makes or changes a program's terms.

Everything here raises InvalidInputError, which names the field by its path (`rules[2].percent`) and the fix, or nothing.
"""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime

import msgspec

from tribute.kit.errors import InvalidInputError
from tribute.kit.money import checked_currency
from tribute.ledger.rules.commissions import rule_key
from tribute.ledger.rules.landing import checked_window_days
from tribute.ledger.rules.orders_checked import checked_minor
from tribute.ledger.rules.rule_checked import LONGEST_NAME, checked_rule
from tribute.ledger.rules.terms import GroupTerms, Model, Rule, Terms
from tribute.ledger.rules.text import is_storable

LONGEST_HOLD_DAYS = 365
LONGEST_TERMS_TEXT = 50_000
MOST_RULES = 200
MOST_GROUPS = 200


def checked_terms(
    terms: Terms,
    *,
    groups: Collection[str] = (),
    websites: Collection[str] | None = None,
    affiliates: Collection[str] | None = None,
) -> Terms:
    """The rule set, valid as a whole, in one spelling: percents without needless zeros, lists without repetitions, times in UTC.

    `groups` are the program's group names; `websites` and `affiliates` the ids that rules may name, where given. Beside what is wrong in
    itself, two rules are refused that contradict each other: equal kind, selectors, conditions and duration at overlapping times.
    """
    currency = checked_currency(terms.currency)
    if terms.model not in {"last-click", "first-click"}:
        raise InvalidInputError("model", "use last-click or first-click")
    if not 0 < len(terms.rules) <= MOST_RULES:
        raise InvalidInputError("rules", f"has {len(terms.rules)} rules; give 1 to {MOST_RULES}")
    known = {"groups": groups, "websites": websites, "affiliates": affiliates}
    rules = tuple(checked_rule(rule, f"rules[{index}]", known) for index, rule in enumerate(terms.rules))
    _check_contradictions(rules)
    if len(terms.text) > LONGEST_TERMS_TEXT or not is_storable(terms.text):
        raise InvalidInputError("text", f"give at most {LONGEST_TERMS_TEXT} characters that a database can hold")
    return msgspec.structs.replace(
        terms,
        currency=currency,
        rules=rules,
        window_days=checked_window_days(terms.window_days),
        hold_days=_checked_hold_days(terms.hold_days, "hold_days"),
        minimum_payout_minor=checked_minor(terms.minimum_payout_minor, "minimum_payout_minor"),
        groups=_checked_groups(terms.groups, groups),
    )


def simple_terms(
    *,
    currency: str,
    percent: str | None = None,
    flat_minor: int | None = None,
    model: Model = "last-click",
    window_days: int = 90,
    hold_days: int = 30,
    minimum_payout_minor: int = 0,
    by_approval: bool = False,
) -> Terms:
    """Terms with one rule for every sale, a percent or a flat amount. Raises InvalidInputError as `checked_terms`, naming bare fields."""
    if (percent is None) == (flat_minor is None):
        raise InvalidInputError("percent", "give either a percent or a flat amount")
    terms = Terms(
        currency=currency,
        rules=(Rule(percent=percent, flat_minor=flat_minor),),
        model=model,
        window_days=window_days,
        hold_days=hold_days,
        minimum_payout_minor=minimum_payout_minor,
        by_approval=by_approval,
    )
    try:
        return checked_terms(terms)
    except InvalidInputError as error:
        raise InvalidInputError(error.field.removeprefix("rules[0]."), error.problem) from None


def _check_contradictions(rules: tuple[Rule, ...]) -> None:
    seen: dict[str, list[int]] = {}
    for index, rule in enumerate(rules):
        for other in seen.setdefault(rule_key(rule), []):
            if _overlap(rule, rules[other]):
                raise InvalidInputError(
                    f"rules[{index}]",
                    f"is for the same orders as {_named(other, rules[other])}, so that one contradicts the other; "
                    "leave one out, or let it select otherwise or end before the other starts",
                )
        seen[rule_key(rule)].append(index)


def _named(index: int, rule: Rule) -> str:
    return f"rules[{index}] ({rule.name})" if rule.name else f"rules[{index}]"


def _overlap(one: Rule, other: Rule) -> bool:
    return _starts(one) < _ends(other) and _starts(other) < _ends(one)


def _starts(rule: Rule) -> datetime:
    return rule.starts_at or datetime.min.replace(tzinfo=UTC)


def _ends(rule: Rule) -> datetime:
    return rule.ends_at or datetime.max.replace(tzinfo=UTC)


def _checked_hold_days(days: int, field: str) -> int:
    if type(days) is not int or not 0 <= days <= LONGEST_HOLD_DAYS:
        raise InvalidInputError(field, f"give 0 to {LONGEST_HOLD_DAYS} days")
    return days


def _checked_groups(given: tuple[GroupTerms, ...], known: Collection[str]) -> tuple[GroupTerms, ...]:
    if len(given) > MOST_GROUPS:
        raise InvalidInputError("groups", f"has {len(given)} groups; {MOST_GROUPS} is the most")
    times = Counter(one.group for one in given)
    for index, one in enumerate(given):
        field = f"groups[{index}]"
        if one.group not in known:
            raise InvalidInputError(
                f"{field}.group", f"the program has no group {one.group[:LONGEST_NAME]!r}; make it first, or name another"
            )
        if times[one.group] > 1:
            raise InvalidInputError(f"{field}.group", f"{one.group!r} stands here twice; put its terms into one")
        if one.window_days is None and one.hold_days is None:
            raise InvalidInputError(field, "says nothing; give window_days or hold_days, or leave it out")
        if one.window_days is not None:
            checked_window_days(one.window_days, f"{field}.window_days")
        if one.hold_days is not None:
            _checked_hold_days(one.hold_days, f"{field}.hold_days")
    return given
