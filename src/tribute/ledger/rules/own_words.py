"""What people write of themselves in forms: short texts, texts of several lines, countries, websites. Pure; raises InvalidInputError."""

import re
from typing import Final
from urllib.parse import urlsplit

from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.domains import is_host
from tribute.ledger.rules.text import checked_name

MOST_WEBSITES: Final = 10
_LONGEST_ADDRESS: Final = 300
_COUNTRY = re.compile(r"[A-Z]{2}")


def optional_name(text: str, field: str) -> str | None:
    """A short text in one line, or None for an empty one."""
    return checked_name(text, field) if text.strip() else None


def optional_lines(text: str, field: str, *, most: int = 500) -> str | None:
    """A text of several lines, its white space put in order, or None for an empty one."""
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    told = "\n".join(line for line in lines if line)
    if len(told) > most:
        raise InvalidInputError(field, f"is {len(told)} characters long; {most} is the most")
    if not all(sign.isprintable() for sign in told.replace("\n", "")):
        raise InvalidInputError(field, "has characters that cannot be printed; leave them out")
    return told or None


def optional_country(text: str, field: str = "country") -> str | None:
    """A country's two letters of ISO 3166, or None for an empty text."""
    code = text.strip().upper()
    if not code:
        return None
    if not _COUNTRY.fullmatch(code):
        raise InvalidInputError(field, "choose a country from the list")
    return code


def checked_websites(text: str, field: str = "websites") -> list[str]:
    """The addresses of pages where somebody promotes, one a line; `https://` is added where it is missing."""
    told = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(told) > MOST_WEBSITES:
        raise InvalidInputError(field, f"lists {len(told)} addresses; {MOST_WEBSITES} is the most")
    return [_website(line, field) for line in told]


def _website(line: str, field: str) -> str:
    address = line if re.match(r"(?i)https?://", line) else f"https://{line}"
    try:
        parts = urlsplit(address)
        is_good = is_host(parts.hostname or "") and parts.username is None and parts.port in {None, 80, 443}
    except ValueError:
        is_good = False
    if not is_good or len(address) > _LONGEST_ADDRESS or not address.isprintable() or re.search(r"[\s\\<>\"]", address):
        raise InvalidInputError(field, f"{line[:60]!r} is no address of a website; write one such as https://ada.example")
    return address
