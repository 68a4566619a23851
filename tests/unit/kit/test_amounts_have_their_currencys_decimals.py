"""Amounts are whole minor units, shown with as many decimals as ISO 4217 gives the currency."""

from fractions import Fraction

import pytest

from tribute.kit.money import UnknownCurrencyError, checked_currency, exponent_of, minor_units, rounded, spelled


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        pytest.param(19900, "USD", "199.00 USD", id="two decimals"),
        pytest.param(5, "EUR", "0.05 EUR", id="below one"),
        pytest.param(19900, "JPY", "19900 JPY", id="no decimals"),
        pytest.param(19900, "KWD", "19.900 KWD", id="three decimals"),
        pytest.param(-250, "USD", "-2.50 USD", id="negative"),
        pytest.param(0, "USD", "0.00 USD", id="nothing"),
        pytest.param(10**15, "USD", "10000000000000.00 USD", id="largest"),
    ],
)
def test_amounts_are_shown_with_all_decimals(minor: int, currency: str, shown: str) -> None:
    assert spelled(minor, currency) == shown
    assert minor_units(shown.removesuffix(f" {currency}"), currency) == minor


@pytest.mark.parametrize("text", ["1.005", "1e400", "nan", "ten", "Infinity", "", "99999999999999999"])
def test_what_is_no_whole_number_of_minor_units_is_nothing(text: str) -> None:
    assert minor_units(text, "USD") is None


def test_currencies_are_those_of_iso_4217() -> None:
    assert checked_currency(" usd ") == "USD"
    for unknown in ("XAU", "US", "usdollar", "", "ÄÖÜ"):
        with pytest.raises(UnknownCurrencyError):
            checked_currency(unknown)
    with pytest.raises(UnknownCurrencyError):
        exponent_of("usd")


@pytest.mark.parametrize(("halves", "whole"), [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (4, 2)])
def test_a_half_goes_to_the_even_one(halves: int, whole: int) -> None:
    assert rounded(Fraction(halves, 2)) == whole
