"""The mark of the owner's own browser: made by the console, kept by the snippet, and known again by the collector. Pure.

A mark is of one website and of one installation, and ends by itself, so that nobody else can hide a visitor's events from the numbers.
"""

import hmac
from datetime import date, timedelta
from typing import Final

OWN_VISIT_FRAGMENT: Final = "tribute-own-visit"
"""What an address carries behind its `#` to give a browser the mark, as `name=mark`, or to take it away, as `name=off`."""
_LIFETIME = timedelta(days=366)
_DAY_LENGTH = 8


class OwnVisits:
    """Makes and knows the marks of an installation by its secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def mark(self, website_id: str, today: date) -> str:
        """A mark for a website that is good for a year from `today` on (UTC): letters, digits and `-`."""
        return self._signed(website_id, f"{today + _LIFETIME:%Y%m%d}")

    def is_own(self, mark: object, website_id: str, today: date) -> bool:
        """Whether that is a mark of this website that is still good. Anything may be asked."""
        if not isinstance(mark, str) or not mark.isascii():
            return False
        last_day = mark[:_DAY_LENGTH]
        return hmac.compare_digest(mark, self._signed(website_id, last_day)) and last_day >= f"{today:%Y%m%d}"

    def _signed(self, website_id: str, last_day: str) -> str:
        told = f"own visit\0{website_id}\0{last_day}".encode()
        return f"{last_day}-{hmac.digest(self._secret, told, 'sha256').hex()[:32]}"
