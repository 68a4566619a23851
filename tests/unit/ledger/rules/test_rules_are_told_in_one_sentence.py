"""Each rule is told in one complete sentence, which an affiliate may read without learning of others."""

from datetime import timedelta

import pytest

from tests.support.sales import ADA, BOB, NOON, OTHER_WEBSITE, WEBSITE, terms
from tribute.ledger.rules.telling import Names, rule_sentence
from tribute.ledger.rules.terms import Cap, Condition, Rule, Step, Tiers

_NAMES = Names(websites={WEBSITE: "Course", OTHER_WEBSITE: "Shop"}, affiliates={ADA: "Ada Lovelace", BOB: "Bob Dylan"})


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Rule(percent="50"), "Pays 50 % of every sale."),
        (Rule(flat_minor=500), "Pays 5.00 USD for every sale."),
        (Rule(kind="lead", flat_minor=200), "Pays 2.00 USD for every lead."),
        (Rule(excluded=True, products=("GIFT",)), "Pays nothing for every sale of product GIFT."),
        (Rule(percent="10", lasts="first_sale"), "Pays 10 % of every sale that is the customer's first."),
        (Rule(percent="10", lasts="months", months=1), "Pays 10 % of every sale for 1 month from the customer's first sale."),
        (
            Rule(percent="50", products=("PRO",), lasts="months", months=12, cap=Cap(100_000, "month")),
            "Pays 50 % of every sale of product PRO for 12 months from the customer's first sale, at most 1000.00 USD a month.",
        ),
        (Rule(percent="5", products=("A", "B", "C")), "Pays 5 % of every sale of the products A, B or C."),
        (Rule(percent="5", websites=(WEBSITE, OTHER_WEBSITE)), "Pays 5 % of every sale on Course or Shop."),
        (Rule(percent="5", groups=("gold",)), "Pays 5 % of every sale brought by the group gold."),
        (Rule(percent="5", affiliates=(ADA, BOB)), "Pays 5 % of every sale brought by Ada Lovelace or Bob Dylan."),
        (
            Rule(percent="5", groups=("gold", "silver"), affiliates=(ADA,)),
            "Pays 5 % of every sale brought by the groups gold or silver and by Ada Lovelace.",
        ),
        (
            Rule(
                percent="5",
                when=(
                    Condition("amount_minor", "at_least", 10_000),
                    Condition("metadata.plan", "is_not", "a"),
                    Condition("customer.is_new", "is", True),
                ),
            ),
            'Pays 5 % of every sale when the amount is at least 100.00 USD, metadata.plan is not "a" and the customer is new.',
        ),
        (
            Rule(percent="5", when=(Condition("source", "none_of", ("api", "stripe")), Condition("customer.is_new", "is_not", True))),
            "Pays 5 % of every sale when the source is none of api and stripe and the customer is not new.",
        ),
        (
            Rule(percent="5", when=(Condition("metadata.trial", "is", False), Condition("coupon", "one_of", ("a", "b")))),
            "Pays 5 % of every sale when metadata.trial is no and the coupon is a or b.",
        ),
        (
            Rule(percent="5", tiers=Tiers("volume", "month", (Step(100_000, percent="6"),))),
            "Pays 5 % of every sale; 6 % from 1000.00 USD of earlier sales on in the same calendar month.",
        ),
        (
            Rule(kind="lead", flat_minor=5, tiers=Tiers("count", "ever", (Step(1, flat_minor=6), Step(10, flat_minor=7)))),
            "Pays 0.05 USD for every lead; 0.06 USD after 1 earlier lead and 0.07 USD after 10 earlier leads in all.",
        ),
        (Rule(percent="5", starts_at=NOON), "Pays 5 % of every sale, from 2026-11-20 12:00 UTC on."),
        (Rule(percent="5", ends_at=NOON), "Pays 5 % of every sale, until 2026-11-20 12:00 UTC."),
        (
            Rule(percent="5", starts_at=NOON, ends_at=NOON + timedelta(seconds=61)),
            "Pays 5 % of every sale, from 2026-11-20 12:00 UTC until 2026-11-20 12:01:01 UTC.",
        ),
        (Rule(percent="5", cap=Cap(100, "ever")), "Pays 5 % of every sale, at most 1.00 USD in all."),
    ],
)
def test_sentences(rule: Rule, sentence: str) -> None:
    assert rule_sentence(rule, terms(), _NAMES) == sentence


def test_an_affiliate_reads_of_nobody_else() -> None:
    coupons = (Condition("coupon", "one_of", ("ada15", "bob15")), Condition("quantity", "at_most", 3))
    rule = Rule(percent="5", affiliates=(ADA, BOB), when=coupons)
    assert rule_sentence(rule, terms(), _NAMES, to_affiliate=ADA) == (
        "Pays 5 % of every sale brought by this affiliate when the order carries one of certain coupons and the quantity is at most 3."
    )
    assert rule_sentence(Rule(percent="5", affiliates=(BOB,)), terms(), _NAMES, to_affiliate=ADA).endswith("brought by other affiliates.")


def test_amounts_have_the_programs_currency() -> None:
    assert rule_sentence(Rule(flat_minor=500), terms(currency="JPY"), _NAMES) == "Pays 500 JPY for every sale."


def test_what_has_no_name_is_told_by_id() -> None:
    assert rule_sentence(Rule(percent="5", websites=(WEBSITE,)), terms(), Names()) == f"Pays 5 % of every sale on {WEBSITE}."
