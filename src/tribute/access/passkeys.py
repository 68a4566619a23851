"""Passkeys that people have registered, each with a name of its own. Only the public half of a key is here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.models_factors import PasskeyRow
from tribute.access.passkey_ceremonies import NewPasskey, UsedPasskey
from tribute.access.people import Kind, Person
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.rules.text import checked_name, is_storable

MOST_OF_A_PERSON: Final = 20


@dataclass(frozen=True, slots=True)
class PasskeyRecord:
    """A passkey as it stands."""

    id: str
    person: Person
    name: str
    is_synced: bool
    """Whether the person's devices share it; otherwise it is lost with its device."""
    created_at: datetime
    last_used_at: datetime | None
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int


class Passkeys:
    """Keeps passkeys within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, person: Person, name: str, made: NewPasskey) -> PasskeyRecord:
        """Keep a new passkey. Raises InvalidInputError for its name, and ConflictError for one that is known, or one too many."""
        name = checked_name(name)
        if len(self.of(person)) >= MOST_OF_A_PERSON:
            raise ConflictError(f"you have {MOST_OF_A_PERSON} passkeys; remove one that you do not use")
        if self.with_credential(made.credential_id) is not None:
            raise ConflictError("this passkey is registered already")
        row = PasskeyRow(
            id=new_id("psk"),
            credential_id=made.credential_id,
            role=person.kind,
            person_id=person.id,
            name=name,
            public_key=made.public_key,
            sign_count=made.sign_count,
            is_synced=made.is_synced,
            created_at=self._clock.now(),
            last_used_at=None,
        )
        self._session.add(row)
        self._session.flush()
        return _record(row)

    def of(self, person: Person) -> Sequence[PasskeyRecord]:
        """A person's passkeys, the oldest first."""
        query = sa.select(PasskeyRow).where(PasskeyRow.role == person.kind, PasskeyRow.person_id == person.id)
        return [_record(row) for row in self._session.scalars(query.order_by(PasskeyRow.created_at, PasskeyRow.id))]

    def with_credential(self, credential_id: bytes) -> PasskeyRecord | None:
        """The passkey that an authenticator knows by this id, whoever's it is."""
        row = self._session.scalars(sa.select(PasskeyRow).where(PasskeyRow.credential_id == credential_id)).one_or_none()
        return _record(row) if row is not None else None

    def note_use(self, passkey_id: str, used: UsedPasskey, *, counted: int) -> bool:
        """Note a use; false when the count is not what it was when the use was checked: another use was faster."""
        this = sa.update(PasskeyRow).where(PasskeyRow.id == passkey_id, PasskeyRow.sign_count == counted)
        now = self._clock.now()
        changed = self._session.execute(this.values(sign_count=used.sign_count, is_synced=used.is_synced, last_used_at=now))
        return cast("sa.CursorResult[Any]", changed).rowcount == 1

    def remove(self, person: Person, passkey_id: str) -> PasskeyRecord:
        """Take one of a person's passkeys away. Raises NotFoundError, also for somebody else's."""
        row = self._session.get(PasskeyRow, passkey_id) if is_storable(passkey_id) else None
        if row is None or (row.role, row.person_id) != (person.kind, person.id):
            raise NotFoundError("you have no passkey with that id")
        self._session.delete(row)
        self._session.flush()
        return _record(row)

    def remove_all(self, person: Person) -> int:
        """Take all of a person's passkeys away; returns how many there were."""
        theirs = sa.delete(PasskeyRow).where(PasskeyRow.role == person.kind, PasskeyRow.person_id == person.id)
        return cast("sa.CursorResult[Any]", self._session.execute(theirs)).rowcount


def user_handle(person: Person) -> bytes:
    """What authenticators keep beside a passkey to tell whose it is; it says nothing to anybody else."""
    return f"{person.kind}:{person.id}".encode()


def _record(row: PasskeyRow) -> PasskeyRecord:
    return PasskeyRecord(
        row.id,
        Person(Kind(row.role), row.person_id),
        row.name,
        row.is_synced,
        row.created_at,
        row.last_used_at,
        row.credential_id,
        row.public_key,
        row.sign_count,
    )
