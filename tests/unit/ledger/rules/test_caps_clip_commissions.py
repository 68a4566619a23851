"""A cap is the most that a rule pays an affiliate: what is above it is cut off, and the line says from how much."""

import pytest

from tests.support.sales import commissions, earned, order
from tribute.ledger.rules.commissions import CapPer
from tribute.ledger.rules.terms import Cap, Rule

_PERS: tuple[CapPer, ...] = ("customer", "month", "quarter", "year", "ever")


@pytest.mark.parametrize(
    ("earlier", "paid", "capped_from"),
    [
        pytest.param(0, 1000, None, id="far below"),
        pytest.param(4000, 1000, None, id="up to the cap exactly"),
        pytest.param(4500, 500, 1000, id="partly above"),
        pytest.param(5000, 0, 1000, id="reached before"),
        pytest.param(9000, 0, 1000, id="the cap was lowered since"),
    ],
)
@pytest.mark.parametrize("per", _PERS)
def test_caps_over_several_orders(per: CapPer, earlier: int, paid: int, capped_from: int | None) -> None:
    result = earned(order(10_000), Rule(percent="10", cap=Cap(5000, per)), by_rule={(0, per): earlier})
    [line] = result.lines
    assert (line.commission_minor, line.capped_from) == (paid, capped_from)
    assert line.reason == (None if capped_from is None else "cap_reached")
    assert result.reason == ("cap_reached" if paid == 0 else None)


def test_a_cap_on_an_order_is_taken_by_its_lines_in_turn() -> None:
    rule = Rule(percent="10", cap=Cap(1500, "order"))
    assert commissions(earned(order(10_000, 10_000, 10_000), rule)) == [1000, 500, 0]
    assert commissions(earned(order(10_000), rule, by_rule={(0, "order"): 1500})) == [1000], "other orders do not count"


def test_lines_of_other_rules_take_nothing_of_a_cap() -> None:
    capped, other = Rule(percent="10", products=("PRO",), cap=Cap(1500, "month")), Rule(percent="10")
    assert commissions(earned(order(("PRO", 10_000), 10_000, ("PRO", 10_000)), capped, other)) == [1000, 1000, 500]


def test_what_is_capped_is_not_handed_on_to_another_rule() -> None:
    rules = Rule(percent="10", products=("PRO",), cap=Cap(1, "ever")), Rule(percent="50")
    assert commissions(earned(order(("PRO", 10_000)), *rules)) == [1]


def test_a_cap_clips_a_flat_amount() -> None:
    assert commissions(earned(order(10_000), Rule(flat_minor=700, cap=Cap(1000, "month")), by_rule={(0, "month"): 600})) == [400]
