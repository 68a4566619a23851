"""A link's public name and an affiliate's own tags. Pure; the repository of links and the CLI ask here."""

import re

from tribute.kit.errors import InvalidInputError

SUB_ID_LIMIT = 64
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}")


def normalised_slug(text: str) -> str | None:
    """The slug in lower case, as it is kept and looked up; None for a text that cannot be one."""
    return text.lower() if _SLUG.fullmatch(text) else None


def checked_slug(text: str, field: str = "slug") -> str:
    """The slug in lower case. Raises InvalidInputError for a text that cannot be one."""
    slug = normalised_slug(text.strip())
    if slug is None:
        raise InvalidInputError(field, "use 1 to 64 of the characters a-z, 0-9, _ and -")
    return slug


def checked_sub_id(text: str, field: str = "sub") -> str:
    """A placement's tag without white space around it. Raises InvalidInputError for an empty, overlong or unprintable one."""
    tag = text.strip()
    if not tag or len(tag) > SUB_ID_LIMIT or not tag.isprintable():
        raise InvalidInputError(field, f"give a tag of 1 to {SUB_ID_LIMIT} printable characters")
    return tag
