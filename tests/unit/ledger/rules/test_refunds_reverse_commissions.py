"""Every refund reverses its share of the commission, so that after a full refund exactly nothing is left."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sales import earned, order, refund
from tribute.kit.errors import InvalidInputError
from tribute.kit.money import rounded
from tribute.ledger.rules.orders import Order, Refund
from tribute.ledger.rules.refunds import checked_refund, in_order, reversals, split_refunds
from tribute.ledger.rules.terms import Rule

_HALF = Rule(percent="50")


def _reversed(of: Order, refunds: Sequence[Refund], *rules: Rule) -> list[int]:
    return reversals(earned(of, *(rules or (_HALF,))).lines, of, refunds)


@pytest.mark.parametrize(
    ("of", "refunds", "expected"),
    [
        pytest.param(order(19900), [refund(19900)], [9950], id="in full"),
        pytest.param(order(19900), [refund(5000)], [2500], id="in part"),
        pytest.param(order(10001), [refund(3333, number=n) for n in (1, 2, 3)], [1666, 1667, 1666], id="in parts that round"),
        pytest.param(
            order(10001), [*(refund(3333, number=n) for n in (1, 2, 3)), refund(2, number=4)], [1666, 1667, 1666, 1], id="to the end"
        ),
        pytest.param(order(8000, tax=1500, shipping=500), [refund(5000)], [2000], id="half of all, pro rata over tax and shipping"),
        pytest.param(order(8000, tax=2000), [refund(2000, lines={"1": 2000})], [1000], id="of the line alone"),
        pytest.param(order(8000, tax=2000), [refund(2500, lines={"1": 2000})], [1000], id="of the line, the rest of tax"),
        pytest.param(order(6000, 4000), [refund(4000, lines={"2": 4000})], [2000], id="one line of two"),
        pytest.param(
            order(6000, 4000), [refund(4000, lines={"2": 4000}), refund(3000, number=2)], [2000, 1500], id="a line, then pro rata"
        ),
        pytest.param(
            order(6000, 4000), [refund(5000), refund(5000, number=2, lines={"1": 5000})], [2500, 2500], id="pro rata, then a line"
        ),
        pytest.param(order(3, currency="JPY"), [refund(1, number=n) for n in (1, 2, 3)], [1, 0, 1], id="yen"),
        pytest.param(order(1001, currency="KWD"), [refund(500), refund(501, number=2)], [250, 250], id="dinars"),
        pytest.param(order(19900), [], [], id="none"),
    ],
)
def test_reversals(of: Order, refunds: list[Refund], expected: list[int]) -> None:
    assert _reversed(of, refunds) == expected


def test_a_flat_amount_goes_back_with_the_line_that_earned_it() -> None:
    of, rules = order(("PRO", 1000), 3000), (Rule(flat_minor=500, products=("PRO",)), Rule(percent="10"))
    assert _reversed(of, [refund(3000, lines={"2": 3000})], *rules) == [300]
    assert _reversed(of, [refund(500, lines={"1": 500})], *rules) == [250]
    assert _reversed(of, [refund(2000)], *rules) == [400], "half of 500 and half of 300"


def test_lines_that_earned_nothing_reverse_nothing() -> None:
    of = order(("GIFT", 1000), 1000)
    assert _reversed(of, [refund(1000, lines={"1": 1000})], Rule(excluded=True, products=("GIFT",)), _HALF) == [0]


def test_a_leads_bounty_goes_back_in_the_proportion_of_the_whole() -> None:
    of = order(0, kind="lead", tax=100)
    assert _reversed(of, [refund(50), refund(50, number=2)], Rule(kind="lead", flat_minor=500)) == [250, 250]


def test_refunds_count_by_their_time_not_by_arrival() -> None:
    late, early = refund(3333, number=1, after=timedelta(days=2)), refund(5, number=2, after=timedelta(days=1))
    assert in_order([late, early]) == [early, late]
    assert _reversed(order(10001), [late, early]) == _reversed(order(10001), [early, late])


_AMOUNTS = st.one_of(st.integers(0, 50), st.integers(0, 10**9))


@st.composite
def _refunded_orders(draw: st.DrawFn, *, to_the_end: bool) -> tuple[Order, list[Refund], list[Rule]]:
    """An order under some rule, and refunds that the check lets in, with and without lines."""
    amounts = draw(st.lists(_AMOUNTS, min_size=1, max_size=4).filter(any))
    of = order(*((f"P{index}", amount) for index, amount in enumerate(amounts)), tax=draw(_AMOUNTS), shipping=draw(_AMOUNTS))
    rules = [
        Rule(percent=draw(st.sampled_from(["0.0001", "12.5", "33.3333", "50", "100"]))),
        Rule(flat_minor=draw(st.integers(1, 10**6)), products=("P1",)),
        Rule(excluded=True, products=("P2",)),
    ]
    refunds: list[Refund] = []
    for number in range(draw(st.integers(0, 6))):
        lines = {
            line.id: draw(st.integers(1, line.amount_minor))
            for line in of.lines
            if line.amount_minor and draw(st.sampled_from([True, False, False]))
        }
        amount = sum(lines.values()) + draw(st.integers(0 if lines else 1, of.amount_minor))
        refunds += _let_in(of, refunds, refund(amount, number=number, lines=lines, after=timedelta(hours=draw(st.integers(0, 3)))))
    left = of.amount_minor - sum(one.amount_minor for one in refunds)
    if to_the_end and left:
        refunds.append(refund(left, number=99, after=timedelta(hours=draw(st.integers(0, 3)))))
    return of, refunds, rules


def _let_in(of: Order, earlier: list[Refund], new: Refund) -> list[Refund]:
    try:
        return [checked_refund(of, earlier, new)]
    except InvalidInputError:
        return []


@given(_refunded_orders(to_the_end=True))
def test_a_full_refund_reverses_exactly_all(case: tuple[Order, list[Refund], list[Rule]]) -> None:
    of, refunds, rules = case
    assert sum(_reversed(of, refunds, *rules)) == earned(of, *rules).commission_minor


@given(_refunded_orders(to_the_end=False))
def test_reversals_grow_and_never_exceed(case: tuple[Order, list[Refund], list[Rule]]) -> None:
    of, refunds, rules = case
    each = _reversed(of, refunds, *rules)
    assert len(each) == len(refunds)
    assert all(one >= 0 for one in each)
    assert sum(each) <= earned(of, *rules).commission_minor


@given(_refunded_orders(to_the_end=False))
def test_every_refund_falls_on_parts_that_add_up(case: tuple[Order, list[Refund], list[Rule]]) -> None:
    of, refunds, _ = case
    splits = split_refunds(of, refunds)
    for split, one in zip(splits, in_order(refunds), strict=True):
        assert sum(split.lines.values(), split.tax + split.shipping) == one.amount_minor
    for line in of.lines:
        assert 0 <= sum(split.lines[line.id] for split in splits) <= line.amount_minor
    assert 0 <= sum(split.tax for split in splits) <= of.tax_minor
    assert 0 <= sum(split.shipping for split in splits) <= of.shipping_minor


@given(_refunded_orders(to_the_end=False), st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(case: tuple[Order, list[Refund], list[Rule]], random: Random) -> None:
    of, refunds, rules = case
    shuffled = list(refunds)
    random.shuffle(shuffled)
    assert _reversed(of, shuffled, *rules) == _reversed(of, refunds, *rules)
    taken: list[Refund] = []
    for one in shuffled:
        taken.append(checked_refund(of, taken, one))


@given(_AMOUNTS.filter(bool), _AMOUNTS, st.lists(st.integers(1, 10**9), max_size=6))
def test_one_line_and_pro_rata_refunds_follow_the_contracts_formula(amount: int, tax: int, asked: list[int]) -> None:
    """round(commission × cumulative refunded commissionable ÷ commissionable) − earlier reversals."""
    of = order(amount, tax=tax)
    commission = earned(of, _HALF).commission_minor
    refunds: list[Refund] = []
    for number, one in enumerate(asked):
        refunds += _let_in(of, refunds, refund(one, number=number))
    expected: list[int] = []
    cumulative = 0
    for one in refunds:
        cumulative += one.amount_minor
        commissionable = Fraction(cumulative * amount, of.amount_minor)
        expected.append(rounded(commission * commissionable / amount) - sum(expected))
    assert _reversed(of, refunds, _HALF) == expected
