"""The links that end mails without a sign-in: who and which mails, under the installation's secret. Pure.

Invariant: nobody makes one without the secret, and one tells no more than an id; it never expires, because old mails are opened, too.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from tribute.kit.ids import is_id

PATH: Final = "/unsubscribe/"
KINDS: Final[Mapping[str, str]] = {"c": "mails_conversions", "a": "mails_approvals", "w": "mails_weekly"}
"""What each mail is called in links, and the preference that it goes by."""
_MAC_BYTES: Final = 16


class Unsubscribing:
    """Makes and reads the tokens of such links."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"tribute unsubscribing\0" + secret).digest()

    def token(self, affiliate_id: str, kind: str) -> str:
        """The token that ends this kind of mails to an affiliate."""
        told = f"{kind}.{affiliate_id}"
        return f"{told}.{self._mac(told)}"

    def read(self, token: str) -> tuple[str, str] | None:
        """The affiliate's id and the kind; None for what we did not make."""
        told, _, mac = token.rpartition(".")
        kind, _, affiliate_id = told.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(told).encode()) or kind not in KINDS or not is_id(affiliate_id):
            return None
        return affiliate_id, kind

    def _mac(self, told: str) -> str:
        made = hmac.new(self._key, told.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made[:_MAC_BYTES]).decode().rstrip("=")
