"""A percent is taken of each line exactly and rounded once, half to even, in the currency's smallest unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sales import commissions, earned, order
from tribute.ledger.rules.terms import Rule


@pytest.mark.parametrize(
    ("amounts", "currency", "percent", "expected"),
    [
        pytest.param([19900], "USD", "50", [9950], id="a course at half"),
        pytest.param([101], "USD", "50", [50], id="half a cent goes down to even"),
        pytest.param([103], "USD", "50", [52], id="half a cent goes up to even"),
        pytest.param([101, 101], "USD", "50", [50, 50], id="each line by itself, not their sum"),
        pytest.param([103, 103], "USD", "50", [52, 52], id="each line by itself, upwards"),
        pytest.param([999], "USD", "12.5", [125], id="decimal percent"),
        pytest.param([100], "USD", "33.3333", [33], id="four decimals"),
        pytest.param([1999], "JPY", "15", [300], id="yen have no decimals"),
        pytest.param([1], "JPY", "50", [0], id="half a yen goes to nought"),
        pytest.param([3], "JPY", "50", [2], id="one and a half yen"),
        pytest.param([12345], "KWD", "10", [1234], id="dinars have three decimals"),
        pytest.param([12355], "KWD", "10", [1236], id="dinars, half to even"),
        pytest.param([10**15], "USD", "100", [10**15], id="the largest amount"),
        pytest.param([10**15 - 1], "USD", "0.0001", [10**9], id="the largest amount, the least percent"),
    ],
)
def test_rounding(amounts: list[int], currency: str, percent: str, expected: list[int]) -> None:
    assert commissions(earned(order(*amounts, currency=currency), Rule(percent=percent))) == expected


def test_the_exact_product_is_kept() -> None:
    [line] = earned(order(19899), Rule(percent="50")).lines
    assert (line.exact, line.percent, line.commission_minor, line.rule) == ("19899/2", "50", 9950, 0)


def test_what_rounds_to_nothing_says_so() -> None:
    result = earned(order(1), Rule(percent="10"))
    assert (result.commission_minor, result.reason, result.lines[0].reason) == (0, "rounded_to_nothing", "rounded_to_nothing")


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=8), st.integers(1, 1_000_000))
def test_no_line_is_further_off_than_half_a_unit(amounts: list[int], ten_thousandths: int) -> None:
    percent = f"{ten_thousandths // 10_000}.{ten_thousandths % 10_000:04d}"
    for line in earned(order(*amounts), Rule(percent=percent)).lines:
        exact = Fraction(line.amount_minor * ten_thousandths, 1_000_000)
        assert abs(line.commission_minor - exact) <= Fraction(1, 2)
        assert Fraction(line.exact or "") == exact
        assert 0 <= line.commission_minor <= line.amount_minor
