"""Sessions of browsers: kept here, not in the cookie, so that signing out means out. They end 30 days after they were last seen."""

from collections.abc import Mapping, Sequence
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
from tribute.ledger.rules.text import is_storable

SESSION_LIFE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session in force."""

    id: str
    person: Person
    seen_as: str | None
    """The affiliate whose portal a team member looks at, by id."""
    device: str
    """What its browser calls itself, in a few words; empty while that is not known."""
    created_at: datetime
    last_seen_at: datetime


class Sessions:
    """Opens, finds and ends sessions within the session's transaction (the database's, not the browser's)."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def open(self, person: Person, *, began_at: datetime | None = None) -> str:
        """A new session's secret, for the cookie; told only here. One that goes on in place of another began when that did."""
        now, secret = self._clock.now(), new_secret()
        self._session.add(
            SessionRow(
                id=new_id("ses"),
                token_hash=secret_hash(secret),
                role=person.kind,
                person_id=person.id,
                created_at=began_at or now,
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

    def of(self, person: Person) -> Sequence[OpenSession]:
        """A person's sessions, the one seen last first."""
        query = sa.select(SessionRow).where(self._is_theirs(person)).order_by(SessionRow.last_seen_at.desc(), SessionRow.id)
        return [_open(row) for row in self._session.scalars(query)]

    def last_seen(self, kind: Kind) -> Mapping[str, datetime]:
        """When people of a kind were seen last, by id; without those who were not for as long as sessions are kept."""
        query = sa.select(SessionRow.person_id, sa.func.max(SessionRow.last_seen_at).label("at")).where(SessionRow.role == kind)
        return {row.person_id: row.at for row in self._session.execute(query.group_by(SessionRow.person_id))}

    def see(self, secret: str, device: str | None = None) -> None:
        """Note that the session was used, and by which device where that is known. It gives the session another 30 days."""
        now = self._clock.now()
        named = {} if device is None else {"device": device}
        seen = sa.update(SessionRow).where(self._in_force(), SessionRow.token_hash == secret_hash(secret))
        self._session.execute(seen.values(last_seen_at=now, expires_at=now + SESSION_LIFE, **named))

    def look_as(self, secret: str, affiliate_id: str | None) -> str | None:
        """Let the session look at an affiliate's portal, or (None) at no one's any more: its new secret, the old one is worth nothing.

        None for a session that is no more.
        """
        fresh = new_secret()
        changed = sa.update(SessionRow).where(self._in_force(), SessionRow.token_hash == secret_hash(secret))
        result = self._session.execute(changed.values(seen_as_affiliate_id=affiliate_id, token_hash=secret_hash(fresh)))
        return fresh if cast("sa.CursorResult[Any]", result).rowcount else None

    def end(self, secret: str) -> None:
        """End a session. Idempotent; an unknown one is no error."""
        self._session.execute(
            sa.update(SessionRow).where(self._in_force(), SessionRow.token_hash == secret_hash(secret)).values(revoked_at=self._clock.now())
        )

    def end_by_id(self, person: Person, session_id: str) -> bool:
        """End one of a person's sessions; false when they have none of that id (any more)."""
        named = self._is_theirs(person), SessionRow.id == session_id
        return is_storable(session_id) and self._revoke(sa.update(SessionRow).where(*named)) == 1

    def end_all(self, person: Person, *, but: str | None = None) -> int:
        """End every session of a person, on all devices, but perhaps the one of this id; how many were ended. Idempotent."""
        others = () if but is None else (SessionRow.id != but,)
        return self._revoke(sa.update(SessionRow).where(self._is_theirs(person), *others))

    def delete_expired(self) -> int:
        """Delete sessions that are over; returns how many."""
        over = sa.delete(SessionRow).where(sa.not_(self._in_force()))
        return cast("sa.CursorResult[Any]", self._session.execute(over)).rowcount

    def _revoke(self, which: sa.Update) -> int:
        return cast("sa.CursorResult[Any]", self._session.execute(which.values(revoked_at=self._clock.now()))).rowcount

    def _is_theirs(self, person: Person) -> sa.ColumnElement[bool]:
        return sa.and_(self._in_force(), SessionRow.role == person.kind, SessionRow.person_id == person.id)

    def _in_force(self) -> sa.ColumnElement[bool]:
        return sa.and_(SessionRow.revoked_at.is_(None), SessionRow.expires_at > self._clock.now())


def _open(row: SessionRow) -> OpenSession:
    person = Person(Kind(row.role), row.person_id)
    return OpenSession(row.id, person, row.seen_as_affiliate_id, row.device, row.created_at, row.last_seen_at)
