"""Money: integer minor units with the exponents of ISO 4217. Nothing here, or anywhere in Tribute, keeps an amount as a float.

Called wherever an amount comes in, is computed, or is shown.
"""

from decimal import Decimal
from fractions import Fraction
from functools import cache

from tribute.kit.errors import InvalidInputError

LARGEST_MINOR = 10**15
"""No honest amount is larger; sums of thousands of such amounts still fit a database's 64-bit integer."""


class UnknownCurrencyError(InvalidInputError):
    """A currency that ISO 4217 does not list, or one without minor units, such as gold."""

    def __init__(self, currency: str, field: str = "currency") -> None:
        super().__init__(field, f"{currency[:12]!r} is not a currency of ISO 4217; give its three capital letters, such as USD")


@cache
def _exponents() -> dict[str, int]:
    from iso4217 import Currency  # only here: it reads the published table, which takes a tenth of a second

    return {each.code: each.exponent for each in Currency if each.exponent is not None}


def exponent_of(currency: str) -> int:
    """How many decimals a currency's main unit has: 2 for USD, 0 for JPY, 3 for KWD. Raises UnknownCurrencyError."""
    try:
        return _exponents()[currency]
    except KeyError:
        raise UnknownCurrencyError(currency) from None


def checked_currency(currency: str, field: str = "currency") -> str:
    """A currency's code in capital letters. Raises UnknownCurrencyError, which names the field."""
    code = currency.strip().upper()
    if code not in _exponents():
        raise UnknownCurrencyError(currency, field)
    return code


def main_units(minor: int, currency: str) -> Decimal:
    """An amount in the currency's main unit, exact and with all its decimals: 19900 cents are `199.00`."""
    return Decimal(minor).scaleb(-exponent_of(currency))


def minor_units(amount: Decimal | str, currency: str) -> int | None:
    """An amount in main units, as minor ones; None where it is not a number, not whole minor units, or beyond any honest amount."""
    try:
        minor = Decimal(amount).scaleb(exponent_of(currency))
        whole = minor.to_integral_value()
    except ArithmeticError:  # not a number, or an exponent beyond what decimals have
        return None
    return int(whole) if whole == minor and abs(whole) <= LARGEST_MINOR else None


def spelled(minor: int, currency: str) -> str:
    """An amount for people, in a form that no country misreads: `1234.50 USD`."""
    return f"{main_units(minor, currency)} {currency}"


def rounded(exact: Fraction) -> int:
    """The nearest whole minor unit; a half goes to the even one, so that many roundings do not drift."""
    return round(exact)
