"""A set of rules is valid as a whole or refused by the path of a field with a fix; what is let in has one spelling."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.support.sales import ADA, BOB, NOON, WEBSITE, terms
from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.terms import Cap, Condition, GroupTerms, Rule, Step, Terms, Tiers
from tribute.ledger.rules.terms_checked import checked_terms, simple_terms

_ALL = Rule(percent="10", products=("fallback",))


def _tiers(*steps: Step, by: Any = "volume", per: Any = "month") -> Tiers:
    return Tiers(by=by, per=per, steps=steps)


@pytest.mark.parametrize(
    ("rule", "field", "told"),
    [
        pytest.param(Rule(), "rules[1]", "exactly one of", id="no reward"),
        pytest.param(Rule(percent="5", flat_minor=5), "rules[1]", "exactly one of", id="two rewards"),
        pytest.param(Rule(percent="5", excluded=True), "rules[1]", "exactly one of", id="excluded and paid"),
        pytest.param(Rule(percent="100.0001"), "rules[1].percent", "over 100 %", id="over 100 percent"),
        pytest.param(Rule(percent="150"), "rules[1].percent", "over 100 %", id="far over 100 percent"),
        pytest.param(Rule(percent="0.00"), "rules[1].percent", "more than 0", id="nought percent"),
        pytest.param(Rule(percent="-5"), "rules[1].percent", "without a sign", id="negative percent"),
        pytest.param(Rule(percent="1e1"), "rules[1].percent", "decimal number", id="exponent"),
        pytest.param(Rule(percent="12,5"), "rules[1].percent", "with a point", id="comma"),
        pytest.param(Rule(percent="٥"), "rules[1].percent", "decimal number", id="other digits"),
        pytest.param(Rule(percent="nan"), "rules[1].percent", "decimal number", id="no number"),
        pytest.param(Rule(percent="12.12345"), "rules[1].percent", "4 decimals", id="too fine"),
        pytest.param(Rule(percent=12.5), "rules[1].percent", "decimal number", id="a float"),
        pytest.param(Rule(flat_minor=0), "rules[1].flat_minor", "1 or more", id="flat nothing"),
        pytest.param(Rule(flat_minor=10**16), "rules[1].flat_minor", "honest", id="flat absurd"),
        pytest.param(Rule(kind="lead", percent="5"), "rules[1].percent", "flat_minor", id="percent of a lead"),
        pytest.param(Rule(kind="click", flat_minor=5), "rules[1].kind", "sale or lead", id="unknown kind"),
        pytest.param(Rule(percent="5", lasts="months"), "rules[1].months", "1 to 120", id="months without a number"),
        pytest.param(Rule(percent="5", lasts="months", months=121), "rules[1].months", "1 to 120", id="too many months"),
        pytest.param(Rule(percent="5", months=3), "rules[1].months", "lasts", id="months without lasting them"),
        pytest.param(Rule(percent="5", lasts="weeks"), "rules[1].lasts", "lifetime", id="unknown duration"),
        pytest.param(Rule(kind="lead", flat_minor=5, lasts="first_sale"), "rules[1].lasts", "paid once", id="a lead that lasts"),
        pytest.param(Rule(excluded=True, lasts="first_sale"), "rules[1].lasts", "no duration", id="excluded for a while"),
        pytest.param(Rule(excluded=True, cap=Cap(5, "order")), "rules[1]", "leave them out", id="excluded with a cap"),
        pytest.param(Rule(percent="5", cap=Cap(0, "order")), "rules[1].cap.minor", "1 or more", id="cap of nothing"),
        pytest.param(Rule(percent="5", cap=Cap(5, "week")), "rules[1].cap.per", "month", id="unknown cap"),
        pytest.param(Rule(percent="5", tiers=_tiers()), "rules[1].tiers.steps", "1 to 20", id="no steps"),
        pytest.param(Rule(percent="5", tiers=_tiers(per="week")), "rules[1].tiers", "quarter", id="unknown period"),
        pytest.param(Rule(percent="5", tiers=_tiers(Step(1))), "rules[1].tiers.steps[0]", "exactly one", id="step of nothing"),
        pytest.param(Rule(percent="5", tiers=_tiers(Step(1, flat_minor=5))), "rules[1].tiers.steps[0]", "percent", id="mixed rewards"),
        pytest.param(
            Rule(percent="5", tiers=_tiers(Step(1, percent="101"))), "rules[1].tiers.steps[0].percent", "over 100 %", id="step over 100"
        ),
        pytest.param(
            Rule(percent="5", tiers=_tiers(Step(0, percent="6"))), "rules[1].tiers.steps[0].at_least", "1 or more", id="step at 0"
        ),
        pytest.param(
            Rule(percent="5", tiers=_tiers(Step(9, percent="6"), Step(9, percent="7"))),
            "rules[1].tiers.steps[1].at_least",
            "once",
            id="equal",
        ),
        pytest.param(
            Rule(percent="5", tiers=_tiers(Step(9, percent="6"), Step(8, percent="7"))),
            "rules[1].tiers.steps[1].at_least",
            "least to the greatest",
            id="descending",
        ),
        pytest.param(
            Rule(kind="lead", flat_minor=5, tiers=_tiers(Step(1, flat_minor=6))), "rules[1].tiers.by", "use count", id="volume of leads"
        ),
        pytest.param(Rule(percent="5", groups=("silver",)), "rules[1].groups[0]", "no 'silver'", id="unknown group"),
        pytest.param(Rule(percent="5", websites=("web_x",)), "rules[1].websites[0]", "no 'web_x'", id="unknown website"),
        pytest.param(Rule(percent="5", affiliates=(ADA, BOB)), "rules[1].affiliates[1]", "no 'aff_", id="unknown affiliate"),
        pytest.param(Rule(percent="5", products=("PRO", " ")), "rules[1].products[1]", "empty", id="empty product"),
        pytest.param(Rule(percent="5", name="x" * 101), "rules[1].name", "100 is the most", id="overlong name"),
        pytest.param(Rule(percent="5", when=(Condition("colour", "is", "red"),)), "rules[1].when[0].field", "metadata", id="condition"),
        pytest.param(Rule(percent="5", when=(Condition("source", "is", "x"),) * 2), "rules[1].when[1]", "twice", id="condition twice"),
        pytest.param(Rule(percent="5", starts_at=NOON, ends_at=NOON), "rules[1].ends_at", "later", id="ends when it starts"),
        pytest.param(Rule(percent="5", starts_at=NOON.replace(tzinfo=None)), "rules[1].starts_at", "time zone", id="naive time"),
    ],
)
def test_rules_that_are_refused(rule: Rule, field: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told) as error:
        checked_terms(terms(_ALL, rule), groups={"gold"}, websites={WEBSITE}, affiliates={ADA})
    assert error.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "ZZZ"}, "currency"),
        ({"model": "linear"}, "model"),
        ({"rules": ()}, "rules"),
        ({"rules": tuple(Rule(percent="5", products=(str(number),)) for number in range(201))}, "rules"),
        ({"window_days": 0}, "window_days"),
        ({"window_days": 3651}, "window_days"),
        ({"hold_days": -1}, "hold_days"),
        ({"hold_days": 366}, "hold_days"),
        ({"minimum_payout_minor": -1}, "minimum_payout_minor"),
        ({"text": "\x00"}, "text"),
        ({"groups": (GroupTerms("silver", window_days=5),)}, "groups[0].group"),
        ({"groups": (GroupTerms("gold"),)}, "groups[0]"),
        ({"groups": (GroupTerms("gold", window_days=5), GroupTerms("gold", hold_days=5))}, "groups[0].group"),
        ({"groups": (GroupTerms("gold", window_days=0),)}, "groups[0].window_days"),
        ({"groups": (GroupTerms("gold", hold_days=400),)}, "groups[0].hold_days"),
    ],
)
def test_terms_that_are_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        checked_terms(Terms(**({"currency": "USD", "rules": (_ALL,)} | change)), groups={"gold"})
    assert error.value.field == field


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(Rule(percent="5"), Rule(percent="6"), id="two rates for everything"),
        pytest.param(Rule(percent="5"), Rule(excluded=True), id="paid and excluded"),
        pytest.param(Rule(percent="5", products=("A", "B")), Rule(percent="6", products=("B", "A", "B")), id="in another order"),
        pytest.param(
            Rule(percent="5", when=(Condition("coupon", "one_of", ("A", "b")),)),
            Rule(percent="6", when=(Condition("coupon", "one_of", ("B", "a")),)),
            id="values in another spelling",
        ),
        pytest.param(Rule(percent="5", ends_at=NOON), Rule(percent="6", starts_at=NOON - timedelta(seconds=1)), id="overlapping times"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(one: Rule, other: Rule) -> None:
    with pytest.raises(InvalidInputError, match=r"rules\[0\]") as error:
        checked_terms(terms(one, _ALL, other))
    assert error.value.field == "rules[2]"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(Rule(percent="5", ends_at=NOON), Rule(percent="6", starts_at=NOON), id="one after the other"),
        pytest.param(Rule(percent="5"), Rule(kind="lead", flat_minor=6), id="other kinds"),
        pytest.param(Rule(percent="5"), Rule(percent="6", products=("A",)), id="one more specific"),
        pytest.param(Rule(percent="5"), Rule(percent="6", lasts="months", months=3), id="one shorter"),
    ],
)
def test_rules_that_go_together_are_let_in(one: Rule, other: Rule) -> None:
    assert len(checked_terms(terms(one, other)).rules) == 2


def test_terms_have_one_spelling() -> None:
    tokyo = timezone(timedelta(hours=9))
    rule = Rule(
        name="  Spring   sale ",
        percent="012.50",
        products=(" A ", "B", "A"),
        when=(Condition("currency", "one_of", ("usd", "USD")),),
        tiers=_tiers(Step(5, percent="20.0")),
        starts_at=datetime(2026, 4, 1, 9, tzinfo=tokyo),
    )
    checked = checked_terms(terms(rule, currency=" usd "))
    assert checked.currency == "USD"
    assert checked.rules[0] == Rule(
        name="Spring sale",
        percent="12.5",
        products=("A", "B"),
        when=(Condition("currency", "one_of", ("USD",)),),
        tiers=_tiers(Step(5, percent="20")),
        starts_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    assert checked_terms(checked) == checked


def test_simple_terms_have_one_rule() -> None:
    assert simple_terms(currency="usd", percent="50.0").rules == (Rule(percent="50"),)
    assert simple_terms(currency="jpy", flat_minor=500, window_days=30, by_approval=True).window_days == 30


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "percent"),
        ({"percent": "5", "flat_minor": 5}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"flat_minor": 0}, "flat_minor"),
        ({"percent": "5", "hold_days": 366}, "hold_days"),
        ({"percent": "5", "currency": "dollars"}, "currency"),
    ],
)
def test_simple_terms_are_refused_by_option(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        simple_terms(**({"currency": "USD"} | given))
    assert error.value.field == field
