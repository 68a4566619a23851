"""Seals what must be read again, such as the secrets of AWS keys, with the installation's secret. Everything else is kept as a hash.

Invariant: a sealed text opens only under the same installation's secret, for the same purpose, in the same place.
"""

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from tribute.kit.errors import TributeError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORM = b"\x01"
"""The first byte of what is sealed: which of our forms it has."""
_NONCE_BYTES = 12


class SealBrokenError(TributeError):
    """What was sealed cannot be opened: it was sealed under another secret, for something else, or was changed."""


class Sealer:
    """Seals and opens for one purpose (AES-256-GCM under a key that HKDF-SHA256 makes of the secret). Threads may share it.

    The library comes with the first text: 7 MB that no server needs where nothing is sealed.
    """

    def __init__(self, secret: bytes, purpose: str) -> None:
        """`purpose` separates this sealer's key from every other use of the installation's secret; it never changes."""
        self._secret = secret
        self._info = b"tribute sealing\0" + purpose.encode()

    def seal(self, text: str, place: str) -> bytes:
        """The text, sealed for a place, such as the id of its row: put elsewhere, it does not open."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORM + nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """The text. Raises SealBrokenError."""
        from cryptography.exceptions import InvalidTag

        nonce, content = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            if sealed[:1] != _FORM or len(nonce) != _NONCE_BYTES:
                raise InvalidTag
            return self._cipher.decrypt(nonce, content, place.encode()).decode()
        except InvalidTag as error:
            raise SealBrokenError("it was sealed under another SECRET_KEY; set that one again, or make a new key") from error

    @cached_property
    def _cipher(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return AESGCM(HKDF(SHA256(), length=32, salt=None, info=self._info).derive(self._secret))
