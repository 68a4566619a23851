"""Passwords: Argon2id hashes, and how long a password must be. Hashing takes tens of milliseconds, so never do it within a transaction."""

import unicodedata
from base64 import b64encode
from threading import BoundedSemaphore

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy.orm import Session

from tribute.access.models import PasswordRow
from tribute.access.people import Person
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError

MIN_LENGTH = 10
MAX_LENGTH = 1024

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)  # 64 MiB, 3 passes: RFC 9106, section 4, second recommendation
_slots = BoundedSemaphore(2)
"""How many passwords are hashed at once: bounds memory, and is the last brake on guesses from many addresses."""


def checked_password(password: str) -> str:
    """The password, if it may be one. Raises InvalidInputError; any characters will do, only the length counts (NIST SP 800-63B)."""
    if len(password) < MIN_LENGTH:
        raise InvalidInputError("password", f"is too short; use at least {MIN_LENGTH} characters")
    if len(password) > MAX_LENGTH:
        raise InvalidInputError("password", f"is too long; use at most {MAX_LENGTH} characters")
    if _bytes(password) is None:
        raise InvalidInputError("password", "has characters that no keyboard makes; leave them out")
    return password


def hashed(password: str) -> str:
    """The hash to keep of a checked password, with its salt and parameters in it."""
    with _slots:
        return _hasher.hash(_bytes(password) or b"")


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed. Without a hash the answer is no and takes as long, so that time tells nothing."""
    plain = _bytes(password) if len(password) <= MAX_LENGTH else None
    with _slots:
        try:
            right = _hasher.verify(password_hash or _nobodys_hash(), plain or b"")
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None and plain is not None


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's, and should be made anew at the next sign-in."""
    return _hasher.check_needs_rehash(password_hash)


class Passwords:
    """Keeps password hashes within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def set_hash(self, person: Person, password_hash: str) -> None:
        """Keep a hash as the person's only one."""
        row = self._session.get(PasswordRow, (person.kind, person.id))
        if row is None:
            row = PasswordRow(role=person.kind, person_id=person.id)
            self._session.add(row)
        row.password_hash, row.set_at = password_hash, self._clock.now()
        self._session.flush()

    def remove(self, person: Person) -> None:
        """Take no password of the person's any more. Idempotent."""
        self._session.execute(sa.delete(PasswordRow).where(PasswordRow.role == person.kind, PasswordRow.person_id == person.id))

    def hash_of(self, person: Person) -> str | None:
        """The person's hash, if there is a password. It asks as much of the ledger for nobody as for somebody."""
        query = sa.select(PasswordRow.password_hash).where(PasswordRow.role == person.kind, PasswordRow.person_id == person.id)
        return self._session.scalars(query).one_or_none()


def _nobodys_hash() -> str:
    """A hash with today's parameters that no password has, written down without hashing: even the first to be refused waits no longer."""
    salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (_hasher.salt_len, _hasher.hash_len))
    return f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${salt}${digest}"


def _bytes(password: str) -> bytes | None:
    """The password as UTF-8 in NFC, so that keyboards which compose accents differently agree (RFC 8265); None for lone surrogates."""
    try:
        return unicodedata.normalize("NFC", password).encode()
    except UnicodeEncodeError:
        return None
