"""Names and e-mail addresses as people type them. Every function here raises InvalidInputError or nothing."""

import re

from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.domains import is_host

NAME_LIMIT = 100
EMAIL_LIMIT = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets
_JOINERS = "\u200c\u200d"  # parts of Persian words and of emoji; every other invisible sign is refused
_LOCAL_PART = re.compile(r"[^\s@\x00-\x20\x7f\"(),:;<>\[\\\]]{1,64}")


def checked_name(text: str, field: str = "name") -> str:
    """The name with its white space put in order. Raises InvalidInputError for an empty, overlong or unprintable one."""
    name = " ".join(text.split())
    if not name:
        raise InvalidInputError(field, "give a name, it is empty")
    if len(name) > NAME_LIMIT:
        raise InvalidInputError(field, f"is {len(name)} characters long; {NAME_LIMIT} is the most")
    if not all(sign.isprintable() or sign in _JOINERS for sign in name):
        raise InvalidInputError(field, "has characters that cannot be printed; leave them out")
    return name


def name_key(name: str) -> str:
    """What two names have in common that only differ in case: the form that is unique."""
    return " ".join(name.split()).casefold()


def checked_email(text: str, field: str = "email") -> str:
    """The address without white space around it. Only its shape is checked; whether it exists, a mail will tell.

    Raises InvalidInputError.
    """
    email = text.strip()
    local, at, domain = email.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or not local.isprintable() or not is_host(domain):
        raise InvalidInputError(field, "is not an e-mail address; give one like ada@example.com")
    if len(email) > EMAIL_LIMIT:
        raise InvalidInputError(field, f"is {len(email)} characters long; {EMAIL_LIMIT} is the most")
    return email


def email_key(email: str) -> str:
    """The form of an address that is unique: mail providers do not tell upper from lower case."""
    return email.strip().casefold()


def is_storable(text: str) -> bool:
    """Whether a database can hold or compare this text: no NUL, no lone surrogates. What fails this cannot be known to the ledger."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
