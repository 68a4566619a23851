"""A rule may pay for a customer's first sale only, for calendar months from the first credited one, or for a lifetime."""

from datetime import UTC, datetime

import pytest

from tests.support.sales import earned, order
from tribute.ledger.rules.calendar import months_after
from tribute.ledger.rules.terms import Rule


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "months", "sale", "pays"),
    [
        pytest.param("2026-01-15T10:00:00", 12, "2027-01-15T09:59:59", True, id="last second"),
        pytest.param("2026-01-15T10:00:00", 12, "2027-01-15T10:00:00", False, id="the thirteenth monthly payment"),
        pytest.param("2026-01-31T10:00:00", 1, "2026-02-28T09:59:59", True, id="clamped to February, before"),
        pytest.param("2026-01-31T10:00:00", 1, "2026-02-28T10:00:00", False, id="clamped to February, after"),
        pytest.param("2024-01-31T10:00:00", 1, "2024-02-29T09:59:59", True, id="clamped in a leap year"),
        pytest.param("2024-02-29T10:00:00", 12, "2025-02-28T10:00:00", False, id="a year from a leap day"),
        pytest.param("2026-03-29T00:30:00", 1, "2026-04-29T00:29:59", True, id="across a change of clocks"),
    ],
)
def test_months_from_the_first_credited_sale(first: str, months: int, sale: str, pays: bool) -> None:
    rule = Rule(percent="10", lasts="months", months=months)
    result = earned(order(1000, occurred_at=_at(sale)), rule, customer_is_new=False, first_credited_at=_at(first))
    assert (result.commission_minor, result.reason) == ((100, None) if pays else (0, "duration_over"))


@pytest.mark.parametrize("rule", [Rule(percent="10", lasts="months", months=1), Rule(percent="10", lasts="first_sale")])
def test_the_first_sale_itself_pays(rule: Rule) -> None:
    assert earned(order(1000), rule).commission_minor == 100


def test_months_run_only_from_a_sale_of_this_affiliate() -> None:
    assert earned(order(1000), Rule(percent="10", lasts="months", months=1), customer_is_new=False).commission_minor == 100


def test_a_first_sale_is_the_customers_first_whoever_was_credited() -> None:
    result = earned(order(1000), Rule(percent="10", lasts="first_sale"), customer_is_new=False)
    assert (result.commission_minor, result.reason) == (0, "duration_over")


def test_what_is_over_makes_way_for_the_longer_rule() -> None:
    staged = Rule(percent="40", lasts="months", months=3), Rule(percent="20")
    first = _at("2026-01-01T00:00:00")
    for month, percent in ((1, "40"), (3, "40"), (4, "20"), (12, "20")):
        renewal = order(1000, occurred_at=months_after(first, month - 1))
        assert earned(renewal, *staged, customer_is_new=month == 1, first_credited_at=first).lines[0].percent == percent
