"""Sign-in links: secrets that work once, for as long as their purpose says. They are handed over by the owner, or sent by mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.models import SignInLinkRow
from tribute.access.people import Kind, Person
from tribute.access.secrets import secret_hash
from tribute.kit.clock import Clock
from tribute.kit.ids import new_secret

LINK_LIFE: Final = timedelta(days=7)
MAILED_LIFE: Final = timedelta(minutes=15)
RESET_LIFE: Final = timedelta(hours=1)


class LinkPurpose(StrEnum):
    """What a link is good for."""

    SET_PASSWORD = "set_password"  # noqa: S105 -- a purpose, not a password
    """Made by an owner for one of the team: a new password, which takes all earlier links out of use."""
    SIGN_IN = "sign_in"
    """Made by an owner for an affiliate."""
    MAILED_SIGN_IN = "mailed_sign_in"
    """Asked for on the sign-in page."""
    RESET = "reset"
    """Asked for by whoever forgot the password."""
    INVITATION = "invitation"
    """Sent to somebody who comes for the first time."""
    FIRST_OWNER = "first_owner"
    """Shown by a server that nobody owns yet; it is nobody's, and makes the first owner."""


_LIFE: Final = {LinkPurpose.MAILED_SIGN_IN: MAILED_LIFE, LinkPurpose.RESET: RESET_LIFE}


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link that can still be used."""

    person: Person
    purpose: LinkPurpose
    expires_at: datetime

    @property
    def sets_password(self) -> bool:
        """Whether it is used with a new password only."""
        joins_team = self.purpose is LinkPurpose.INVITATION and self.person.kind == Kind.TEAM
        return joins_team or self.purpose in {LinkPurpose.SET_PASSWORD, LinkPurpose.RESET}


class SignInLinks:
    """Makes, shows and uses up links within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def create(self, person: Person, purpose: LinkPurpose | None = None) -> str:
        """A new link's token, told only here; without a purpose, the one that is handed over to such a person.

        One that sets a password because an owner said so stops earlier links, because one may have fallen into wrong hands.
        """
        now = self._clock.now()
        purpose = purpose or (LinkPurpose.SET_PASSWORD if person.kind == Kind.TEAM else LinkPurpose.SIGN_IN)
        if purpose is LinkPurpose.SET_PASSWORD:
            self.void(person)
        token = new_secret()
        self._session.add(
            SignInLinkRow(
                token_hash=secret_hash(token),
                role=person.kind,
                person_id=person.id,
                purpose=purpose,
                created_at=now,
                expires_at=now + _LIFE.get(purpose, LINK_LIFE),
            )
        )
        self._session.flush()
        return token

    def usable(self, token: str) -> SignInLink | None:
        """The link, without using it up; None for an unknown, used or expired one."""
        row = self._session.scalars(sa.select(SignInLinkRow).where(self._is_usable(token))).one_or_none()
        return SignInLink(Person(Kind(row.role), row.person_id), LinkPurpose(row.purpose), row.expires_at) if row is not None else None

    def use_up(self, token: str) -> bool:
        """Use a link up; false when it cannot be used (any more), also when someone else was faster."""
        used = sa.update(SignInLinkRow).where(self._is_usable(token)).values(used_at=self._clock.now())
        return self._changed(used) == 1

    def void(self, person: Person) -> None:
        """Stop all links of a person from working. Idempotent."""
        unused = sa.update(SignInLinkRow).where(
            SignInLinkRow.role == person.kind, SignInLinkRow.person_id == person.id, SignInLinkRow.used_at.is_(None)
        )
        self._session.execute(unused.values(used_at=self._clock.now()))

    def delete_expired(self) -> int:
        """Delete links that are past their time; returns how many."""
        return self._changed(sa.delete(SignInLinkRow).where(SignInLinkRow.expires_at <= self._clock.now()))

    def _is_usable(self, token: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            SignInLinkRow.token_hash == secret_hash(token),
            SignInLinkRow.used_at.is_(None),
            SignInLinkRow.expires_at > self._clock.now(),
        )

    def _changed(self, statement: sa.Update | sa.Delete) -> int:
        return cast("sa.CursorResult[Any]", self._session.execute(statement)).rowcount
