"""Who can sign in: owners, and the affiliates of the ledger, each known as a Person.

Used by the door and the CLI, and through `app` by reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.caller import Caller, Role
from tribute.access.models import OwnerRow
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError
from tribute.kit.ids import new_id
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.rules.text import checked_email, email_key, is_storable


@dataclass(frozen=True, slots=True)
class Person:
    """An owner or an affiliate, by id."""

    role: Role
    id: str

    @property
    def caller(self) -> Caller:
        """This person, asking."""
        return Caller(self.role, self.id, self.id if self.role is Role.AFFILIATE else None)


@dataclass(frozen=True, slots=True)
class OwnerRecord:
    """An owner as it stands."""

    id: str
    email: str
    created_at: datetime


class Owners:
    """Reads and writes owners within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, email: str) -> OwnerRecord:
        """Add an owner. Raises InvalidInputError, and ConflictError when the address is an owner's already."""
        email = checked_email(email)
        row = OwnerRow(id=new_id("own"), email=email, email_key=email_key(email), created_at=self._clock.now())
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except sa.exc.IntegrityError as error:
            raise ConflictError(
                "an owner with that e-mail address is there already; `tribute owner sign-in-url` makes a new link for them"
            ) from error
        return _record(row)

    def by_id(self, owner_id: str) -> OwnerRecord | None:
        """The owner with this id."""
        return self._one(OwnerRow.id == owner_id) if is_storable(owner_id) else None

    def by_email(self, email: str) -> OwnerRecord | None:
        """The owner with this e-mail address, without regard to case."""
        return self._one(OwnerRow.email_key == email_key(email)) if is_storable(email) else None

    def all(self) -> Sequence[OwnerRecord]:
        """Every owner, by e-mail address."""
        return [_record(row) for row in self._session.scalars(sa.select(OwnerRow).order_by(OwnerRow.email_key))]

    def _one(self, condition: sa.ColumnElement[bool]) -> OwnerRecord | None:
        row = self._session.scalars(sa.select(OwnerRow).where(condition)).one_or_none()
        return _record(row) if row is not None else None


class People:
    """Owners and affiliates alike: whether they are let in, what they are called, who has an address."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._owners = Owners(session, clock)
        self._affiliates = Affiliates(session, clock)

    def may_enter(self, person: Person) -> bool:
        """Whether the person still exists and is not deactivated."""
        if person.role is Role.OWNER:
            return self._owners.by_id(person.id) is not None
        affiliate = self._affiliates.by_id(person.id)
        return affiliate is not None and affiliate.active

    def name_and_email(self, person: Person) -> tuple[str, str]:
        """What to call the person, and the address; an owner is called by the address. Empty for nobody."""
        if person.role is Role.OWNER:
            owner = self._owners.by_id(person.id)
            return (owner.email, owner.email) if owner is not None else ("", "")
        affiliate = self._affiliates.by_id(person.id)
        return (affiliate.name, affiliate.email) if affiliate is not None else ("", "")

    def with_email(self, email: str) -> list[Person]:
        """Who has this address: nobody, one, or an owner who is also an affiliate (the owner first). Nobody who is deactivated."""
        owner = self._owners.by_email(email)
        affiliate = self._affiliates.by_email(email)
        people = [Person(Role.OWNER, owner.id)] if owner is not None else []
        return people + ([Person(Role.AFFILIATE, affiliate.id)] if affiliate is not None and affiliate.active else [])


def _record(row: OwnerRow) -> OwnerRecord:
    return OwnerRecord(row.id, row.email, row.created_at)
