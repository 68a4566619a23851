"""Payout details: where an affiliate is paid, checked as they are typed, and masked for everyone who need not read them. Pure.

The IBAN's checksum is ISO 7064's mod 97-10 and its lengths are those of SWIFT's IBAN registry; a routing number's is that of the ABA.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal, get_args

import msgspec

from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.own_words import optional_lines, optional_name
from tribute.ledger.rules.text import checked_email

Method = Literal["iban", "account", "paypal", "other"]
SEALING_PURPOSE: Final = "payout details"
"""What their seal is for; it never changes."""
METHODS: Final[tuple[Method, ...]] = get_args(Method)

# By country, as SWIFT's registry has them.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE", "BI"), 16),
    **dict.fromkeys(("DK", "FI", "FK", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "CR", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "MR", "SM", "DJ"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV", "YE"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU",), 33),
}
_ACCOUNT = re.compile(r"[0-9A-Z-]{4,34}")
_ROUTING = re.compile(r"[0-9A-Z-]{4,20}")
_TAX_ID = re.compile(r"[0-9A-Za-z ./-]{4,32}")
_SHOWN_AT_THE_END: Final = 4


class PayoutDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Where to pay, and to whom. Of `iban`, `account` with `routing`, `paypal` and `other` the one of the method is there."""

    method: Method
    iban: str | None = None
    account: str | None = None
    routing: str | None = None
    paypal: str | None = None
    other: str | None = None
    legal_name: str
    address: str | None = None
    tax_id: str | None = None

    def masked(self) -> dict[str, str]:
        """What may be shown to who looks over a shoulder: enough to recognise, not to use. Keys are the fields that are there."""
        told = {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}
        masks = {"iban": _end, "account": _end, "routing": _end, "tax_id": _end, "paypal": _email, "other": _hidden, "address": _hidden}
        return {name: masks[name](value) if name in masks else value for name, value in told.items()}


def checked_payout_details(told: Mapping[str, str], before: PayoutDetails | None) -> PayoutDetails:
    """The details that a form tells; what it leaves empty stays as it was `before`, while the method stays. Raises InvalidInputError."""
    method = told.get("method", "")
    if method not in METHODS:
        raise InvalidInputError("method", "choose how you want to be paid")
    kept = before if before is not None and before.method == method else None

    def field(name: str, *, needed: str | None = None) -> str | None:
        text = told.get(name, "").strip()
        value = _CHECKS[name](text) if text else getattr(kept if name in _OF_METHOD else before, name, None)
        if value is None and needed is not None:
            raise InvalidInputError(name, needed)
        return value

    return PayoutDetails(
        method=method,
        iban=field("iban", needed="give the IBAN of your account") if method == "iban" else None,
        account=field("account", needed="give the number of your account") if method == "account" else None,
        routing=field("routing", needed="give the bank's routing number, sort code or BIC") if method == "account" else None,
        paypal=field("paypal", needed="give the e-mail address of your PayPal account") if method == "paypal" else None,
        other=field("other", needed="say how you can be paid") if method == "other" else None,
        legal_name=field("legal_name", needed="give the name that the account is in") or "",
        address=field("address"),
        tax_id=field("tax_id"),
    )


def checked_iban(text: str) -> str:
    """An IBAN without its spaces, in capitals. Raises InvalidInputError for a wrong length or checksum."""
    iban = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", iban):
        raise InvalidInputError("iban", "is no IBAN; it begins with two letters and two digits, such as DE89 3704 0044 0532 0130 00")
    if iban[:2] not in _IBAN_LENGTHS:
        raise InvalidInputError("iban", f"no country with IBANs has the letters {iban[:2]}; check the first two")
    if len(iban) != _IBAN_LENGTHS[iban[:2]]:
        raise InvalidInputError("iban", f"has {len(iban)} characters; one from {iban[:2]} has {_IBAN_LENGTHS[iban[:2]]}")
    if int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 != 1:
        raise InvalidInputError("iban", "has a mistyped digit or letter: its checksum is wrong")
    return iban


def _checked_account(text: str) -> str:
    account = re.sub(r"\s", "", text).upper()
    if not _ACCOUNT.fullmatch(account):
        raise InvalidInputError("account", "has 4 to 34 digits and letters")
    return account


def _checked_routing(text: str) -> str:
    routing = re.sub(r"\s", "", text).upper()
    if not _ROUTING.fullmatch(routing):
        raise InvalidInputError("routing", "has 4 to 20 digits and letters: a routing number, sort code or BIC")
    if re.fullmatch(r"[0-9]{9}", routing) and sum(int(sign) * (3, 7, 1)[place % 3] for place, sign in enumerate(routing)) % 10:
        raise InvalidInputError("routing", "has a mistyped digit: the checksum of a nine-digit routing number is wrong")
    return routing


def _checked_tax_id(text: str) -> str:
    tax_id = " ".join(text.split())
    if not _TAX_ID.fullmatch(tax_id):
        raise InvalidInputError("tax_id", "has 4 to 32 letters, digits, spaces, dots, slashes and hyphens")
    return tax_id


_CHECKS = {
    "iban": checked_iban,
    "account": _checked_account,
    "routing": _checked_routing,
    "paypal": lambda text: checked_email(text, "paypal"),
    "other": lambda text: optional_lines(text, "other"),
    "legal_name": lambda text: optional_name(text, "legal_name"),
    "address": lambda text: optional_lines(text, "address"),
    "tax_id": _checked_tax_id,
}
_OF_METHOD = frozenset({"iban", "account", "routing", "paypal", "other"})


def _end(text: str) -> str:
    return f"•••• {text[-_SHOWN_AT_THE_END:]}" if len(text) > 2 * _SHOWN_AT_THE_END else "••••"


def _email(text: str) -> str:
    local, _, domain = text.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _hidden(_text: str) -> str:
    return "••••"
