"""Sessions of browsers: kept here, not in the cookie, so that signing out means out. They end 30 days after they were last seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.models import SessionRow
from tribute.access.people import Kind, Person
from tribute.access.secrets import secret_hash
from tribute.kit.clock import Clock
from tribute.kit.ids import new_id, new_secret

SESSION_LIFE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session in force."""

    id: str
    person: Person
    seen_as: str | None
    """The affiliate whose portal a team member looks at, by id."""
    last_seen_at: datetime


class Sessions:
    """Opens, finds and ends sessions within the session's transaction (the database's, not the browser's)."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def open(self, person: Person) -> str:
        """A new session's secret, for the cookie; told only here."""
        now, secret = self._clock.now(), new_secret()
        self._session.add(
            SessionRow(
                id=new_id("ses"),
                token_hash=secret_hash(secret),
                role=person.kind,
                person_id=person.id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + SESSION_LIFE,
            )
        )
        self._session.flush()
        return secret

    def find(self, secret: str) -> OpenSession | None:
        """The session behind a cookie; None for an unknown, ended or expired one."""
        row = self._session.scalars(
            sa.select(SessionRow).where(self._in_force(), SessionRow.token_hash == secret_hash(secret))
        ).one_or_none()
        return _open(row) if row is not None else None

    def see(self, secret: str) -> None:
        """Note that the session was used, which gives it another 30 days."""
        now = self._clock.now()
        seen = sa.update(SessionRow).where(self._in_force(), SessionRow.token_hash == secret_hash(secret))
        self._session.execute(seen.values(last_seen_at=now, expires_at=now + SESSION_LIFE))

    def end(self, secret: str) -> None:
        """End a session. Idempotent; an unknown one is no error."""
        self._session.execute(
            sa.update(SessionRow).where(self._in_force(), SessionRow.token_hash == secret_hash(secret)).values(revoked_at=self._clock.now())
        )

    def end_all(self, person: Person) -> None:
        """End every session of a person, on all devices. Idempotent."""
        theirs = sa.update(SessionRow).where(self._in_force(), SessionRow.role == person.kind, SessionRow.person_id == person.id)
        self._session.execute(theirs.values(revoked_at=self._clock.now()))

    def delete_expired(self) -> int:
        """Delete sessions that are over; returns how many."""
        over = sa.delete(SessionRow).where(sa.not_(self._in_force()))
        return cast("sa.CursorResult[Any]", self._session.execute(over)).rowcount

    def _in_force(self) -> sa.ColumnElement[bool]:
        return sa.and_(SessionRow.revoked_at.is_(None), SessionRow.expires_at > self._clock.now())


def _open(row: SessionRow) -> OpenSession:
    return OpenSession(row.id, Person(Kind(row.role), row.person_id), row.seen_as_affiliate_id, row.last_seen_at)
