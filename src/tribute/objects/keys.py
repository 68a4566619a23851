"""Which texts are object keys: the port's rule, the same for every engine. Called by the engines before they touch anything."""

import re

from tribute.kit.errors import InvalidInputError

MAX_KEY_LENGTH = 1024
MAX_PART_LENGTH = 255
RESERVED_PART = ".unfinished"

_PRINTABLE = re.compile(r"[\x20-\x7e]+")


def check_key(key: str) -> str:
    """The key itself. Raises InvalidInputError for what is no key: such a text could name something outside the store."""
    problem = _problem(key)
    if problem is not None:
        raise InvalidInputError("key", problem)
    return key


def is_key(text: str) -> bool:
    return _problem(text) is None


def _problem(key: str) -> str | None:
    if not _PRINTABLE.fullmatch(key):
        return "an object key is printable ASCII and not empty"
    if len(key) > MAX_KEY_LENGTH:
        return f"an object key has at most {MAX_KEY_LENGTH} characters"
    parts = key.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "an object key has no empty, '.' or '..' part"
    if any(len(part) > MAX_PART_LENGTH for part in parts):
        return f"a part of an object key has at most {MAX_PART_LENGTH} characters"
    return f"'{RESERVED_PART}' is where unfinished writes lie" if parts[0] == RESERVED_PART else None
