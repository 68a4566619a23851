"""Tiers are chosen by what the affiliate's orders before this one came to in the calendar period; this order does not lift itself."""

import pytest

from tests.support.sales import commissions, earned, order
from tribute.ledger.rules.commissions import Before
from tribute.ledger.rules.terms import Period, Rule, Step, Tiers

_BY_VOLUME = Rule(percent="10", tiers=Tiers("volume", "month", (Step(100_000, percent="20"), Step(500_000, percent="30"))))
_BY_COUNT = Rule(flat_minor=500, tiers=Tiers("count", "year", (Step(10, flat_minor=700), Step(20, flat_minor=900))))


@pytest.mark.parametrize(
    ("rule", "per", "before", "expected", "step"),
    [
        pytest.param(_BY_VOLUME, "month", Before(), 1000, None, id="nothing before"),
        pytest.param(_BY_VOLUME, "month", Before(99_999, 50), 1000, None, id="a cent below"),
        pytest.param(_BY_VOLUME, "month", Before(100_000, 1), 2000, 100_000, id="exactly there"),
        pytest.param(_BY_VOLUME, "month", Before(499_999, 1), 2000, 100_000, id="a cent below the second"),
        pytest.param(_BY_VOLUME, "month", Before(10**12, 1), 3000, 500_000, id="far beyond"),
        pytest.param(_BY_VOLUME, "year", Before(10**12, 1), 1000, None, id="another period does not count"),
        pytest.param(_BY_COUNT, "year", Before(10**12, 9), 500, None, id="nine sales"),
        pytest.param(_BY_COUNT, "year", Before(0, 10), 700, 10, id="ten sales"),
        pytest.param(_BY_COUNT, "year", Before(0, 20), 900, 20, id="twenty sales"),
    ],
)
def test_steps(rule: Rule, per: Period, before: Before, expected: int, step: int | None) -> None:
    result = earned(order(10_000), rule, before={per: before})
    assert (result.commission_minor, result.lines[0].tier_from) == (expected, step)


def test_a_large_order_does_not_lift_itself() -> None:
    assert commissions(earned(order(200_000, 10_000), _BY_VOLUME)) == [20_000, 1_000]


def test_leads_are_counted_too() -> None:
    rule = Rule(kind="lead", flat_minor=100, tiers=Tiers("count", "ever", (Step(3, flat_minor=200),)))
    assert earned(order(0, kind="lead"), rule, before={"ever": Before(0, 3)}).commission_minor == 200
