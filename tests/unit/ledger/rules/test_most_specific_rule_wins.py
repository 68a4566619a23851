"""Of the rules that apply to a line the most specific wins; what is passed over makes way for the next one, or says why nothing is paid."""

from datetime import timedelta

import pytest

from tests.support.sales import ADA, BOB, NOON, OTHER_WEBSITE, WEBSITE, earned, order
from tribute.ledger.rules.decisions import Reason
from tribute.ledger.rules.terms import Condition, Rule

_ALL = Rule(percent="1")
_CONDITION = Condition("source", "is", "api")


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        pytest.param(Rule(percent="2", affiliates=(ADA,)), Rule(percent="3", groups=("gold",)), id="affiliate before group"),
        pytest.param(Rule(percent="2", groups=("gold",)), Rule(percent="3", products=("PRO",)), id="group before product"),
        pytest.param(Rule(percent="2", products=("PRO",)), Rule(percent="3", websites=(WEBSITE,)), id="product before website"),
        pytest.param(Rule(percent="2", websites=(WEBSITE,)), Rule(percent="3", when=(_CONDITION,)), id="website before conditions"),
        pytest.param(
            Rule(percent="2", when=(_CONDITION, Condition("product", "is", "PRO"))),
            Rule(percent="3", when=(_CONDITION,)),
            id="more conditions before fewer",
        ),
        pytest.param(Rule(percent="2", when=(_CONDITION,)), _ALL, id="a condition before none"),
        pytest.param(
            Rule(percent="2", groups=("gold",), products=("PRO",)), Rule(percent="3", groups=("gold",)), id="two names before one"
        ),
        pytest.param(Rule(percent="2", lasts="first_sale"), Rule(percent="3", lasts="months", months=1), id="first sale before months"),
        pytest.param(Rule(percent="2", lasts="months", months=3), Rule(percent="3", lasts="months", months=12), id="fewer months first"),
        pytest.param(Rule(percent="2", lasts="months", months=120), _ALL, id="months before a lifetime"),
    ],
)
def test_specificity(stronger: Rule, weaker: Rule) -> None:
    for rules in ((stronger, weaker), (weaker, stronger)):
        [line] = earned(order(("PRO", 10000)), *rules, group="gold").lines
        assert line.percent == stronger.percent
        assert line.rule == rules.index(stronger)


def test_of_equally_specific_rules_the_first_listed_wins() -> None:
    first, second = Rule(percent="2", products=("PRO",)), Rule(percent="3", products=("PRO", "LITE"))
    assert earned(order(("PRO", 10000)), first, second).lines[0].percent == "2"
    assert earned(order(("PRO", 10000)), second, first).lines[0].percent == "3"


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        pytest.param(Rule(percent="5", affiliates=(BOB,)), "no_rule", id="another affiliate"),
        pytest.param(Rule(percent="5", groups=("silver",)), "no_rule", id="another group"),
        pytest.param(Rule(percent="5", products=("LITE",)), "no_rule", id="another product"),
        pytest.param(Rule(percent="5", websites=(OTHER_WEBSITE,)), "no_rule", id="another website"),
        pytest.param(Rule(flat_minor=500, kind="lead"), "no_rule", id="another kind"),
        pytest.param(Rule(percent="5", starts_at=NOON + timedelta(seconds=1)), "no_rule", id="not yet"),
        pytest.param(Rule(percent="5", ends_at=NOON), "no_rule", id="ended at this instant"),
        pytest.param(Rule(percent="5", when=(Condition("source", "is", "stripe"),)), "conditions_not_met", id="condition"),
        pytest.param(Rule(excluded=True, products=("PRO",)), "product_excluded", id="excluded"),
    ],
)
def test_why_a_rule_pays_nothing(rule: Rule, reason: Reason) -> None:
    result = earned(order(("PRO", 10000)), rule, group="gold")
    assert (result.commission_minor, result.reason) == (0, reason)
    if reason != "product_excluded":
        assert earned(order(("PRO", 10000)), rule, _ALL, group="gold").commission_minor == 100, "the next rule applies"


def test_a_rule_holds_from_its_start_on() -> None:
    assert earned(order(10000), Rule(percent="5", starts_at=NOON, ends_at=NOON + timedelta(seconds=1))).commission_minor == 500


def test_each_line_has_its_own_rule() -> None:
    pro, free = Rule(percent="20", products=("PRO",)), Rule(excluded=True, products=("GIFT",))
    result = earned(order(("PRO", 1000), ("GIFT", 1000), ("BOOK", 1000), 1000), pro, free, Rule(percent="10"))
    assert [(line.rule, line.commission_minor, line.reason) for line in result.lines] == [
        (0, 200, None),
        (1, 0, "product_excluded"),
        (2, 100, None),
        (2, 100, None),
    ]
    assert result.reason is None, "the order earns, whatever one line says"


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        pytest.param(
            [Rule(flat_minor=5, when=(Condition("source", "is", "x"),)), Rule(flat_minor=5)],
            "no_rule_in_currency",
            id="currency is nearest",
        ),
        pytest.param(
            [Rule(percent="5", when=(Condition("source", "is", "x"),)), Rule(percent="5", lasts="first_sale")],
            "duration_over",
            id="duration is nearer than a condition",
        ),
    ],
)
def test_of_several_misses_the_nearest_is_the_reason(rules: list[Rule], reason: Reason) -> None:
    assert earned(order(1000, currency="EUR"), *rules, customer_is_new=False).reason == reason
