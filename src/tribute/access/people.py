"""Who can sign in: the owner's team, and the affiliates of the ledger, each known as a Person.

Used by the door, the team's office and the CLI, and through `app` by reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.caller import Caller, Role
from tribute.access.models import OwnerRow
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.rules.text import checked_email, checked_name, email_key, is_storable


class Kind(StrEnum):
    """Where a person lives. What a member of the team may do is their Role, which is asked for anew each time they come."""

    TEAM = "owner"
    AFFILIATE = "affiliate"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the team or an affiliate, by id."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class OwnerRecord:
    """A member of the team as they stand. Without a `name`, they are called by their address."""

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime

    @property
    def called(self) -> str:
        """What pages call them."""
        return self.name or self.email


class Owners:
    """Reads and writes the team within the session's transaction. There is always an owner in it, once there was one."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, email: str, role: Role = Role.OWNER, name: str = "") -> OwnerRecord:
        """Add a member, or take up again one who was removed. Raises InvalidInputError, and ConflictError when they are there already."""
        email, name, role = checked_email(email), checked_name(name) if name.strip() else "", _checked_role(role)
        row = self._session.scalars(sa.select(OwnerRow).where(OwnerRow.email_key == email_key(email))).one_or_none()
        if row is not None and row.removed_at is None:
            raise ConflictError("an owner with that e-mail address is there already; `tribute owner sign-in-url` makes a new link for them")
        if row is None:
            row = OwnerRow(id=new_id("own"), email=email, email_key=email_key(email), name=name, role=role, created_at=self._clock.now())
            self._session.add(row)
        else:
            row.email, row.name, row.role, row.removed_at = email, name or row.name, role, None
        self._session.flush()
        return _record(row)

    def by_id(self, owner_id: str) -> OwnerRecord | None:
        """The member with this id."""
        return self._one(OwnerRow.id == owner_id) if is_storable(owner_id) else None

    def by_email(self, email: str) -> OwnerRecord | None:
        """The member with this e-mail address, without regard to case."""
        return self._one(OwnerRow.email_key == email_key(email)) if is_storable(email) else None

    def all(self) -> Sequence[OwnerRecord]:
        """Everyone of the team, by e-mail address."""
        query = sa.select(OwnerRow).where(OwnerRow.removed_at.is_(None)).order_by(OwnerRow.email_key)
        return [_record(row) for row in self._session.scalars(query)]

    def set_role(self, owner_id: str, role: Role) -> OwnerRecord:
        """Give a member another role, from their next request on. Idempotent. Raises NotFoundError, ConflictError for the last owner."""
        row = self._row(owner_id)
        if _checked_role(role) is not Role.OWNER:
            self._demand_another_owner(row)
        row.role = role
        self._session.flush()
        return _record(row)

    def rename(self, owner_id: str, name: str) -> OwnerRecord:
        """Call a member by another name. Idempotent. Raises InvalidInputError, NotFoundError."""
        row = self._row(owner_id)
        row.name = checked_name(name)
        self._session.flush()
        return _record(row)

    def change_email(self, owner_id: str, email: str) -> OwnerRecord:
        """Give a member another address. Idempotent. Raises InvalidInputError, NotFoundError, ConflictError for another member's."""
        row, email = self._row(owner_id), checked_email(email)
        taken = self._session.scalars(sa.select(OwnerRow.id).where(OwnerRow.email_key == email_key(email))).one_or_none()
        if taken not in {None, owner_id}:
            raise ConflictError("somebody of the team has that e-mail address already; use another address")
        row.email, row.email_key = email, email_key(email)
        self._session.flush()
        return _record(row)

    def remove(self, owner_id: str) -> OwnerRecord:
        """Let a member in no longer; what they did stays told. Raises NotFoundError, and ConflictError for the last owner."""
        row = self._row(owner_id)
        self._demand_another_owner(row)
        row.removed_at = self._clock.now()
        self._session.flush()
        return _record(row)

    def _demand_another_owner(self, row: OwnerRow) -> None:
        others = sa.select(OwnerRow.id).where(OwnerRow.role == Role.OWNER, OwnerRow.removed_at.is_(None), OwnerRow.id != row.id)
        if row.role == Role.OWNER and self._session.scalars(others.limit(1)).first() is None:
            raise ConflictError("this is the last owner; make somebody else an owner first")

    def _row(self, owner_id: str) -> OwnerRow:
        row = self._session.get(OwnerRow, owner_id) if is_storable(owner_id) else None
        if row is None or row.removed_at is not None:
            raise NotFoundError("nobody of the team has that id")
        return row

    def _one(self, condition: sa.ColumnElement[bool]) -> OwnerRecord | None:
        row = self._session.scalars(sa.select(OwnerRow).where(condition, OwnerRow.removed_at.is_(None))).one_or_none()
        return _record(row) if row is not None else None


class People:
    """The team and affiliates alike: whether they are let in and as whom, what they are called, who has an address."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._owners = Owners(session, clock)
        self._affiliates = Affiliates(session, clock)

    def caller(self, person: Person) -> Caller | None:
        """The person, asking, with the role they have now; None when they are removed or deactivated."""
        if person.kind == Kind.TEAM:
            owner = self._owners.by_id(person.id)
            return Caller(owner.role, owner.id) if owner is not None else None
        affiliate = self._affiliates.by_id(person.id)
        return Caller.of_affiliate(affiliate.id) if affiliate is not None and affiliate.active else None

    def may_enter(self, person: Person) -> bool:
        """Whether the person still exists and is not deactivated."""
        return self.caller(person) is not None

    def name_and_email(self, person: Person) -> tuple[str, str]:
        """What to call the person, and the address. Empty for nobody."""
        if person.kind == Kind.TEAM:
            owner = self._owners.by_id(person.id)
            return (owner.called, owner.email) if owner is not None else ("", "")
        affiliate = self._affiliates.by_id(person.id)
        return (affiliate.name, affiliate.email) if affiliate is not None else ("", "")

    def with_email(self, email: str) -> list[Person]:
        """Who has this address: nobody, one, or a member of the team who is also an affiliate (the member first). Nobody deactivated."""
        owner = self._owners.by_email(email)
        affiliate = self._affiliates.by_email(email)
        people = [Person(Kind.TEAM, owner.id)] if owner is not None else []
        return people + ([Person(Kind.AFFILIATE, affiliate.id)] if affiliate is not None and affiliate.active else [])


def _checked_role(role: Role) -> Role:
    if role is Role.AFFILIATE:
        raise InvalidInputError("role", "a member of the team is owner, manager or viewer")
    return role


def _record(row: OwnerRow) -> OwnerRecord:
    return OwnerRecord(row.id, row.email, row.name, Role(row.role), row.created_at)
