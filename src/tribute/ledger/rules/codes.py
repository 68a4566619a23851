"""An affiliate's public code: 2 to 64 of a-z, 0-9, `_` and `-`, kept in lower case, never shaped like an id."""

import re

from tribute.kit.errors import InvalidInputError
from tribute.kit.ids import is_id

_CODE = re.compile(r"[A-Za-z0-9_-]{2,64}")  # ASCII before lower-casing: "K" (the kelvin sign) also becomes "k"


def normalised_code(text: str) -> str | None:
    """The code in lower case, as it is kept and looked up; None for a text that cannot be a code."""
    if not _CODE.fullmatch(text):
        return None
    code = text.lower()
    return None if is_id(code) else code


def checked_code(text: str, field: str = "code") -> str:
    """The code in lower case. Raises InvalidInputError for a text that cannot be one."""
    code = normalised_code(text.strip())
    if code is not None:
        return code
    if is_id(text.strip().lower()):
        raise InvalidInputError(field, "has the shape of an id; choose another one, such as a name")
    raise InvalidInputError(field, "use 2 to 64 of the characters a-z, 0-9, _ and -")
