"""An order that cannot be is refused with a field and a fix; what is let in is normalised and adds up."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sales import NOON, order
from tribute.kit.errors import InvalidInputError
from tribute.kit.money import LARGEST_MINOR
from tribute.ledger.rules.orders import Line
from tribute.ledger.rules.orders_checked import checked_amounts, checked_lines, checked_metadata, checked_order, checked_time
from tribute.ledger.rules.terms import Kind


@pytest.mark.parametrize(
    ("kind", "amount", "tax", "shipping", "field"),
    [
        pytest.param("sale", 0, 0, 0, "amount_minor", id="a sale of nothing"),
        pytest.param("sale", -1, 0, 0, "amount_minor", id="negative"),
        pytest.param("lead", -1, 0, 0, "amount_minor", id="a negative lead"),
        pytest.param("sale", 199.0, 0, 0, "amount_minor", id="fractional"),
        pytest.param("sale", True, 0, 0, "amount_minor", id="yes"),
        pytest.param("sale", LARGEST_MINOR + 1, 0, 0, "amount_minor", id="absurd"),
        pytest.param("sale", 100, -1, 0, "tax_minor", id="negative tax"),
        pytest.param("sale", 100, 0, -1, "shipping_minor", id="negative shipping"),
        pytest.param("sale", 100, 60, 41, "tax_minor", id="tax and shipping above the amount"),
    ],
)
def test_amounts_that_are_refused(kind: Kind, amount: Any, tax: int, shipping: int, field: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        checked_amounts(kind, amount, tax, shipping)
    assert error.value.field == field


def test_amounts_that_are_let_in() -> None:
    checked_amounts("lead", 0)
    checked_amounts("sale", LARGEST_MINOR, 1, LARGEST_MINOR - 1)


@pytest.mark.parametrize(
    ("lines", "field", "told"),
    [
        pytest.param(
            [Line("1", 5000), Line("2", 4000)],
            "items",
            r"9000 \(90.00 USD\).* 10000 \(100.00 USD\); give lines after",
            id="both sums are told",
        ),
        pytest.param([Line("1", 5000), Line("1", 5000)], "items[1].id", "two lines", id="one id twice"),
        pytest.param([Line("", 10000)], "items[0].id", "empty", id="no id"),
        pytest.param([Line("1", -1), Line("2", 10001)], "items[0].amount_minor", "give 0 or more", id="negative line"),
        pytest.param([Line("1", 10000, quantity=0)], "items[0].quantity", "from 1 on", id="none of it"),
        pytest.param([Line("1", 10000, product="x" * 257)], "items[0].product", "256 is the most", id="overlong product"),
        pytest.param([Line("1", 10000, name="\x00")], "items[0].name", "no database holds", id="unstorable name"),
        pytest.param([Line(str(number), 20) for number in range(501)], "items", "500 is the most", id="too many"),
    ],
)
def test_lines_that_are_refused(lines: list[Line], field: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told) as error:
        checked_lines(lines, 12000, 1500, 500, "USD")
    assert error.value.field == field


def test_an_order_without_lines_has_one() -> None:
    assert checked_lines([], 12000, 1500, 500, "USD") == (Line("1", 10000),)


def test_lines_are_trimmed() -> None:
    assert checked_lines([Line(" a ", 10, product=" PRO ", name=" ")], 10, 0, 0, "USD") == (Line("a", 10, product="PRO"),)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        pytest.param(NOON + timedelta(minutes=5, seconds=1), "in the future", id="future"),
        pytest.param(NOON.replace(tzinfo=None), "no time zone", id="naive"),
        pytest.param(datetime(1999, 12, 31, 23, 59, tzinfo=UTC), "before the year 2000", id="a mistaken unit"),
        pytest.param(datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=5))), "no time that can be", id="beyond the calendar"),
    ],
)
def test_times_that_are_refused(at: datetime, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        checked_time(at, NOON)


def test_times_are_put_in_utc() -> None:
    local = (NOON + timedelta(minutes=5)).astimezone(timezone(timedelta(hours=9)))
    assert checked_time(local, NOON).tzinfo is UTC
    assert checked_time(local, NOON) == local


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({f"k{number}": 1 for number in range(51)}, id="too many"),
        pytest.param({"": 1}, id="no name"),
        pytest.param({"k" * 501: 1}, id="overlong name"),
        pytest.param({"k": "v" * 501}, id="overlong text"),
        pytest.param({"k": "\ud800"}, id="unstorable"),
        pytest.param({"k": 1.5}, id="fractional"),
        pytest.param({"k": None}, id="nothing"),
        pytest.param({"k": {"deep": 1}}, id="nested"),
        pytest.param({"k": [1]}, id="a list"),
        pytest.param({"k": 10**30}, id="beyond any column"),
    ],
)
def test_metadata_that_is_refused(metadata: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as error:
        checked_metadata(metadata)
    assert error.value.field.startswith("metadata")


def test_metadata_is_kept_as_it_is() -> None:
    told = {"plan": "yearly", "seats": -5, "trial": False, "k" * 500: "v" * 500}
    assert checked_metadata(told) == told


def test_a_whole_order_is_normalised() -> None:
    raw = order(10000, currency="usd", external_id=" 7 ", coupon=" ", affiliate_code=" Ada ")
    checked = checked_order(msgspec.structs.replace(raw, lines=()), NOON)
    assert (checked.currency, checked.external_id, checked.coupon, checked.affiliate_code) == ("USD", "7", None, "Ada")
    assert checked.lines == (Line("1", 10000),)
    assert checked_order(checked, NOON) == checked


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "XXY"}, "currency"),
        ({"external_id": " "}, "external_id"),
        ({"external_id": "x" * 257}, "external_id"),
        ({"source": "\x00"}, "source"),
        ({"click_id": "x" * 257}, "click_id"),
        ({"customer_id": "\ud800"}, "customer_id"),
        ({"occurred_at": NOON + timedelta(days=1)}, "occurred_at"),
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": 7}, "items"),
        ({"metadata": {"k": []}}, "metadata.k"),
    ],
)
def test_a_whole_order_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        checked_order(msgspec.structs.replace(order(10000), **change), NOON)
    assert error.value.field == field


@given(st.lists(st.integers(0, 10**12), max_size=5), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(-3, 3))
def test_lines_are_let_in_exactly_when_they_add_up(amounts: list[int], tax: int, shipping: int, off: int) -> None:
    amount = sum(amounts) + tax + shipping + off
    lines = [Line(str(number), one) for number, one in enumerate(amounts)]
    if amounts and off:
        with pytest.raises(InvalidInputError, match="add up to"):
            checked_lines(lines, amount, tax, shipping, "USD")
    else:
        assert sum(line.amount_minor for line in checked_lines(lines, amount, tax, shipping, "USD")) == amount - tax - shipping
