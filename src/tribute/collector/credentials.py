"""Who sends: write keys and owners' tokens, wherever a tracker puts them.

Where they disagree, the header goes before the query and the query before the body. Called by the core.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qs

_LONGEST_REMEMBERED = 256
"""Credentials of more bytes are read each time: a cache must not hold what hostile senders make long."""


def basic_user(authorization: bytes) -> str | None:
    """The user of Basic credentials, which is the write key; any password is tolerated. None for anything else."""
    return _known_user(authorization) if len(authorization) <= _LONGEST_REMEMBERED else _user(authorization)


@lru_cache(maxsize=1024)
def _known_user(authorization: bytes) -> str | None:
    return _user(authorization)


def _user(authorization: bytes) -> str | None:
    scheme, _, encoded = authorization.strip().partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user = b64decode(encoded.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user.strip() or None


def query_key(query: bytes) -> str | None:
    """The write key in a query."""
    if b"writeKey" not in query:
        return None
    try:
        values = parse_qs(query.decode("latin-1"), max_num_fields=1000).get("writeKey", [""])
    except ValueError:
        return None
    return values[0].strip() or None


def token_of(headers: Mapping[bytes, bytes]) -> str | None:
    """The token of `x-api-key`, `Authorization: Bearer TOKEN` or bare `Authorization: TOKEN`; None where there is none."""
    own = headers.get(b"x-api-key", b"").decode("latin-1").strip()
    if own:
        return own
    scheme, _, rest = headers.get(b"authorization", b"").decode("latin-1").strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    return scheme or None if not rest else None
