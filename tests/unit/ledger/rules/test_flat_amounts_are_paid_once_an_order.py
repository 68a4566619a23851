"""A flat amount is for the order: on the first line that its rule wins. Leads without an amount earn it too, sales without one do not."""

from tests.support.sales import commissions, earned, order
from tribute.ledger.rules.terms import Rule


def test_the_first_line_of_the_rule_has_it() -> None:
    pro, rest = Rule(flat_minor=500, products=("PRO",)), Rule(percent="10")
    result = earned(order(1000, ("PRO", 1000), ("PRO", 1000)), pro, rest)
    assert commissions(result) == [100, 500, 0]
    assert [line.exact for line in result.lines] == ["100", "500", "0"]
    assert [line.reason for line in result.lines] == [None, None, None]


def test_it_may_exceed_the_line() -> None:
    assert commissions(earned(order(100), Rule(flat_minor=500))) == [500]


def test_a_lead_without_an_amount_earns_its_bounty() -> None:
    result = earned(order(0, kind="lead"), Rule(kind="lead", flat_minor=500), Rule(percent="50"))
    assert (commissions(result), result.reason) == ([500], None)


def test_a_lead_with_lines_earns_it_on_the_first_that_has_an_amount() -> None:
    result = earned(order(0, 100, 100, kind="lead"), Rule(kind="lead", flat_minor=500))
    assert commissions(result) == [0, 500, 0]


def test_a_sale_of_nothing_but_tax_earns_nothing() -> None:
    result = earned(order(0, tax=500), Rule(flat_minor=500))
    assert (commissions(result), result.reason) == ([0], "nothing_commissionable")


def test_a_gift_among_the_lines_earns_nothing() -> None:
    result = earned(order(0, 1000), Rule(flat_minor=500))
    assert [(line.commission_minor, line.reason) for line in result.lines] == [(0, "nothing_commissionable"), (500, None)]
