"""How people's e-mail addresses are recognised without being kept: a keyed hash, and the little that the owner must see."""

import hashlib
import hmac

from tribute.ledger.rules.text import email_key

_PURPOSE = b"tribute customer e-mail 1\x00"


class EmailHashes:
    """Hashes addresses with the installation's secret, so that a copy of the ledger alone tells no addresses and tests no guesses."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.new(secret, _PURPOSE, hashlib.sha256).digest()

    def of(self, email: str) -> str:
        """64 hex digits; equal for addresses that differ in case alone."""
        return hmac.new(self._key, email_key(email).encode(), hashlib.sha256).hexdigest()


def masked(email: str) -> str:
    """`x…@example.com`: enough for an owner who knows the customer, too little to write to."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
