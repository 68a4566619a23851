"""A refund that cannot be is refused with its field and the fix, and what is let in does not depend on the order of arrival."""

from datetime import timedelta

import pytest

from tests.support.sales import order, refund
from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.orders import Order, Refund
from tribute.ledger.rules.refunds import checked_refund

_TWO_LINES = order(6000, 4000, tax=1000)


@pytest.mark.parametrize(
    ("of", "earlier", "new", "field", "told"),
    [
        pytest.param(_TWO_LINES, [], refund(0), "amount_minor", "above 0", id="nothing"),
        pytest.param(_TWO_LINES, [], refund(-1), "amount_minor", "above 0", id="negative"),
        pytest.param(_TWO_LINES, [], refund(1.5), "amount_minor", "whole number", id="fractional"),
        pytest.param(_TWO_LINES, [], refund(True), "amount_minor", "whole number", id="yes"),
        pytest.param(_TWO_LINES, [], refund(11_001), "amount_minor", "give at most 11000", id="above the order"),
        pytest.param(
            _TWO_LINES, [refund(6000)], refund(5001, number=2), "amount_minor", "50.00 USD of the order's 110.00 USD", id="above the rest"
        ),
        pytest.param(_TWO_LINES, [], refund(1, after=-timedelta(seconds=1)), "occurred_at", "before the order", id="before the order"),
        pytest.param(_TWO_LINES, [], refund(1, lines={"3": 1}), "items[3]", "its lines are 1, 2", id="unknown line"),
        pytest.param(_TWO_LINES, [], refund(6001, lines={"1": 6001}), "items[1].amount_minor", "give at most 6000", id="above the line"),
        pytest.param(
            _TWO_LINES,
            [refund(5000, lines={"1": 5000})],
            refund(1001, number=2, lines={"1": 1001}),
            "items[1].amount_minor",
            "give at most 1000",
            id="above the rest of the line",
        ),
        pytest.param(_TWO_LINES, [], refund(5, lines={"1": 0}), "items[1].amount_minor", "above 0", id="nothing of a line"),
        pytest.param(_TWO_LINES, [], refund(5, lines={"1": 6}), "items", "add up to 6", id="lines above the refund"),
        pytest.param(_TWO_LINES, [], refund(3001, lines={"1": 2000}), "items", "of which 1000 are left", id="beyond tax and shipping"),
        pytest.param(
            _TWO_LINES,
            [refund(2600, lines={"1": 2000})],
            refund(2401, number=2, lines={"2": 2000}),
            "items",
            "of which 400 are left",
            id="beyond the rest of tax and shipping",
        ),
        pytest.param(order(0, kind="lead"), [], refund(1), "amount_minor", "give at most 0", id="of a lead without an amount"),
    ],
)
def test_what_is_refused(of: Order, earlier: list[Refund], new: Refund, field: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told) as error:
        checked_refund(of, earlier, new)
    assert error.value.field == field


@pytest.mark.parametrize(
    "new",
    [
        refund(11_000),
        refund(1, after=timedelta(0)),
        refund(11_000, lines={"1": 6000, "2": 4000}),
        refund(1000, lines={"1": 1, "2": 999}),
    ],
)
def test_what_is_let_in(new: Refund) -> None:
    assert checked_refund(_TWO_LINES, [], new) == new
