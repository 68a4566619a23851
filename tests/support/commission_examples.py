"""Examples of rules and refunds that the documents show: each is checked and reckoned by the code when the documents are made."""

import msgspec

from tests.support.sales import earned, order, refund
from tribute.kit.money import spelled
from tribute.ledger.rules.refunds import reversals
from tribute.ledger.rules.telling import Names, rule_sentence
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.rules.terms_checked import checked_terms

_RULES = (
    '{"percent": "50"}',
    '{"percent": "40", "lasts": "months", "months": 3}',
    '{"percent": "30", "lasts": "first_sale", "products": ["PRO"]}',
    '{"percent": "60", "affiliates": ["aff_3k8…"]}',
    '{"percent": "20", "groups": ["partners"], "cap": {"minor": 100000, "per": "month"}}',
    '{"percent": "10", "websites": ["web_5h2…"], "tiers": {"by": "count", "per": "year", "steps": [{"at_least": 20, "percent": "15"}]}}',
    '{"flat_minor": 2500, "when": [{"field": "amount_minor", "op": "at_least", "value": 20000}]}',
    '{"excluded": true, "products": ["GIFT"]}',
    '{"kind": "lead", "flat_minor": 200}',
)
_NAMES = Names(websites={"web_5h2…": "Course"}, affiliates={"aff_3k8…": "Ada"})


def example_rules() -> list[tuple[str, str]]:
    """Rules as JSON and as the sentence that they are told in; together they are terms that pass the check."""
    terms = checked_terms(Terms("USD", tuple(msgspec.json.decode(text, type=Rule) for text in _RULES)), groups={"partners"})
    return [(text, rule_sentence(rule, terms, _NAMES)) for text, rule in zip(_RULES, terms.rules, strict=True)]


def example_refunds() -> list[tuple[str, str, str]]:
    """Three refunds of one order with their reversals: what is refunded, what is reversed, and what of the commission is left."""
    of = order(6000, 4001, tax=1000)
    decided = earned(of, Rule(percent="50"))
    refunds = [refund(2000, number=1, lines={"1": 2000}), refund(3000, number=2), refund(6001, number=3)]
    told = ("20.00 USD of the first line", "30.00 USD without lines", "60.01 USD without lines, the rest")
    rows = []
    left = decided.commission_minor
    for what, reversal in zip(told, reversals(decided.lines, of, refunds), strict=True):
        left -= reversal
        rows.append((what, spelled(reversal, of.currency), spelled(left, of.currency)))
    return rows
