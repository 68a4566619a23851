"""A condition compares what the order says with values of the same kind; what the order does not say is nothing."""

from typing import Any

import pytest

from tests.support.sales import order
from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.conditions import checked_condition, holds
from tribute.ledger.rules.terms import Condition

_ORDER = order(
    ("PRO", 10_000),
    tax=500,
    coupon="ADA15 ",
    source="stripe",
    metadata={"plan": "yearly", "seats": 5, "trial": False, "note": "5", "one": 1},
)


@pytest.mark.parametrize(
    ("field", "op", "value", "expected"),
    [
        ("amount_minor", "at_least", 10_500, True),
        ("amount_minor", "at_least", 10_501, False),
        ("amount_minor", "at_most", 10_500, True),
        ("commissionable_minor", "is", 10_000, True),
        ("commissionable_minor", "at_most", 9_999, False),
        ("currency", "is", "usd", True),
        ("currency", "one_of", ("EUR", "GBP"), False),
        ("currency", "none_of", ("EUR", "GBP"), True),
        ("coupon", "is", "Ada15", True),
        ("coupon", "one_of", ("bob", "ADA15"), True),
        ("source", "is_not", "api", True),
        ("product", "is", "PRO", True),
        ("product", "is", "pro", False),
        ("quantity", "at_least", 2, False),
        ("customer.is_new", "is", True, True),
        ("customer.is_new", "is_not", True, False),
        ("metadata.plan", "is", "yearly", True),
        ("metadata.seats", "at_least", 5, True),
        ("metadata.seats", "is", "5", False),
        ("metadata.note", "at_least", 1, False),
        ("metadata.trial", "is", False, True),
        ("metadata.trial", "is", 0, False),
        ("metadata.one", "is", True, False),
        ("metadata.absent", "is", "x", False),
        ("metadata.absent", "is_not", "x", True),
        ("metadata.absent", "one_of", ("x",), False),
        ("metadata.absent", "none_of", ("x",), True),
        ("metadata.absent", "at_most", 5, False),
    ],
)
def test_what_holds(field: str, op: Any, value: Any, expected: bool) -> None:
    condition = checked_condition(Condition(field, op, value), "when[0]")
    assert holds(condition, _ORDER, _ORDER.lines[0], customer_is_new=True) is expected


@pytest.mark.parametrize(
    ("field", "op", "value", "named"),
    [
        ("colour", "is", "red", "when[0].field"),
        ("metadata.", "is", "red", "when[0].field"),
        ("customer.email", "is", "x", "when[0].field"),
        ("product", "at_least", 5, "when[0].op"),
        ("customer.is_new", "one_of", (1,), "when[0].op"),
        ("customer.is_new", "is", "yes", "when[0].value"),
        ("amount_minor", "is", "100", "when[0].value"),
        ("amount_minor", "at_least", True, "when[0].value"),
        ("amount_minor", "at_least", -1, "when[0].value"),
        ("amount_minor", "at_least", 10**16, "when[0].value"),
        ("metadata.seats", "at_least", "5", "when[0].value"),
        ("metadata.seats", "is", -(10**16), "when[0].value"),
        ("product", "is", 5, "when[0].value"),
        ("product", "is", "", "when[0].value"),
        ("product", "is", "\x00", "when[0].value"),
        ("product", "is", ("A", "B"), "when[0].value"),
        ("product", "one_of", "A", "when[0].value"),
        ("product", "one_of", (), "when[0].value"),
        ("product", "one_of", ("A", ""), "when[0].value[1]"),
        ("currency", "is", "dollars", "when[0].value"),
        ("coupon", "is", "two words", "when[0].value"),
    ],
)
def test_what_cannot_be_asked_is_refused(field: str, op: Any, value: Any, named: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        checked_condition(Condition(field, op, value), "when[0]")
    assert error.value.field == named
