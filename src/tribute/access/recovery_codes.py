"""Recovery codes: ten that each stand in once for a lost authenticator app. Shown once, kept as hashes of 79 random bits."""

import secrets
from collections.abc import Sequence
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.models_factors import RecoveryCodeRow
from tribute.access.people import Person
from tribute.access.secrets import secret_hash
from tribute.kit.clock import Clock

HOW_MANY: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1, which are mistaken for one another
_GROUPS, _IN_A_GROUP = 4, 4


class RecoveryCodes:
    """Makes and uses up codes within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def renew(self, person: Person) -> Sequence[str]:
        """Ten new codes, told only here; all earlier ones stop working."""
        self.remove(person)
        codes = [_new_code() for _ in range(HOW_MANY)]
        now = self._clock.now()
        rows = [
            RecoveryCodeRow(code_hash=_hash(person, code), role=person.kind, person_id=person.id, created_at=now, used_at=None)
            for code in codes
        ]
        self._session.add_all(rows)
        self._session.flush()
        return codes

    def use_up(self, person: Person, code: str) -> bool:
        """Use a code up, however it is spaced and cased; false for one that is not the person's, or was used."""
        this = sa.update(RecoveryCodeRow).where(
            RecoveryCodeRow.code_hash == _hash(person, code),
            RecoveryCodeRow.role == person.kind,
            RecoveryCodeRow.person_id == person.id,
            RecoveryCodeRow.used_at.is_(None),
        )
        return cast("sa.CursorResult[Any]", self._session.execute(this.values(used_at=self._clock.now()))).rowcount == 1

    def left(self, person: Person) -> int:
        """How many are not used yet."""
        theirs = (RecoveryCodeRow.role == person.kind, RecoveryCodeRow.person_id == person.id, RecoveryCodeRow.used_at.is_(None))
        return self._session.scalar(sa.select(sa.func.count()).select_from(RecoveryCodeRow).where(*theirs)) or 0

    def remove(self, person: Person) -> None:
        """Take all of a person's codes away. Idempotent."""
        theirs = (RecoveryCodeRow.role == person.kind, RecoveryCodeRow.person_id == person.id)
        self._session.execute(sa.delete(RecoveryCodeRow).where(*theirs))


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))


def _hash(person: Person, code: str) -> bytes:
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())[:100]
    return secret_hash(f"{person.kind}:{person.id}:{plain}")
