"""Steps: what one browser has begun and only it may finish, within ten minutes: a second step of signing in, a passkey's challenge.

Invariant: a challenge is answered at most once, and a second step ends after five wrong answers, whoever gives them.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.models_factors import StepRow
from tribute.access.people import Kind, Person
from tribute.access.secrets import secret_hash
from tribute.kit.clock import Clock

STEP_LIFE: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 5


class StepKind(StrEnum):
    """What was begun."""

    SECOND_FACTOR = "second_factor"
    PASSKEY_SIGN_IN = "passkey_sign_in"
    PASSKEY_ADD = "passkey_add"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that can still be finished. `person` is known of a second step; `challenge` is what a passkey must have signed."""

    person: Person | None
    challenge: bytes | None


class Steps:
    """Begins and finishes steps within the session's transaction. `token` is the secret of the browser that does it."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def begin(self, token: str, kind: StepKind, *, person: Person | None = None, challenge: bytes | None = None) -> None:
        """Begin a step; the same browser's earlier one of that kind is over."""
        self.end(token, kind)
        row = StepRow(
            token_hash=secret_hash(token),
            kind=kind,
            role=person.kind if person is not None else None,
            person_id=person.id if person is not None else None,
            challenge=challenge,
            attempts=0,
            expires_at=self._clock.now() + STEP_LIFE,
        )
        self._session.add(row)
        self._session.flush()

    def find(self, token: str, kind: StepKind) -> Step | None:
        """The step, without finishing it."""
        row = self._session.scalars(sa.select(StepRow).where(*self._open(token, kind))).one_or_none()
        return _step(row) if row is not None else None

    def try_once(self, token: str, kind: StepKind) -> Step | None:
        """The step, with one attempt more counted; None when there were too many. Counted before the answer is looked at."""
        counted = sa.update(StepRow).where(*self._open(token, kind)).values(attempts=StepRow.attempts + 1)
        if self._changed(counted) != 1:
            return None
        row = self._session.get(StepRow, (secret_hash(token), kind))
        return _step(row) if row is not None else None

    def end(self, token: str, kind: StepKind) -> bool:
        """Finish a step; false when it was finished already, also when someone else was faster."""
        this = sa.delete(StepRow).where(StepRow.token_hash == secret_hash(token), StepRow.kind == kind)
        return self._changed(this) == 1

    def delete_expired(self) -> int:
        """Delete steps that are past their time; returns how many."""
        return self._changed(sa.delete(StepRow).where(StepRow.expires_at <= self._clock.now()))

    def end_all(self, person: Person) -> None:
        """End every step of a person. Idempotent."""
        self._session.execute(sa.delete(StepRow).where(StepRow.role == person.kind, StepRow.person_id == person.id))

    def _open(self, token: str, kind: StepKind) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            StepRow.token_hash == secret_hash(token),
            StepRow.kind == kind,
            StepRow.attempts < MOST_ATTEMPTS,
            StepRow.expires_at > self._clock.now(),
        )

    def _changed(self, statement: sa.Update | sa.Delete) -> int:
        return cast("sa.CursorResult[Any]", self._session.execute(statement)).rowcount


def _step(row: StepRow) -> Step:
    person = Person(Kind(row.role), row.person_id) if row.role is not None and row.person_id is not None else None
    return Step(person, row.challenge)
