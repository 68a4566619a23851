"""Identifiers and secrets. An id says what it names (`web_…`, `aff_…`) and is never shaped like an affiliate's code."""

import re
import secrets
import threading

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_ID_SHAPE = re.compile(r"[a-z]{3}_[0-9a-hjkmnp-tv-z]{20}")
_POOL_BYTES = 4096


def new_id(prefix: str) -> str:
    """A random id with 100 bits behind a three-letter prefix: `web_3k8…`."""
    if len(prefix) != 3:
        raise ValueError("an id's prefix has three letters")
    number = secrets.randbits(100)
    return f"{prefix}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(0, 100, 5))


def is_id(text: str) -> bool:
    """Whether a text has the shape of an id of ours; codes of this shape are refused."""
    return _ID_SHAPE.fullmatch(text) is not None


def new_secret(prefix: str = "") -> str:
    """A random secret with 256 bits, safe in addresses and headers."""
    return prefix + secrets.token_urlsafe(32)


class MessageIds:
    """Makes message ids for records that come without one: 128 random bits in hex.

    Randomness is drawn from the system in pools, because one draw an event is felt at 20,000 events a second.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = b""
        self._at = 0

    def next(self) -> str:
        with self._lock:
            if self._at + 16 > len(self._pool):
                self._pool, self._at = secrets.token_bytes(_POOL_BYTES), 0
            taken = self._pool[self._at : self._at + 16]
            self._at += 16
        return taken.hex()
