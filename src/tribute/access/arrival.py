"""Arriving: what follows when somebody proved who they are, by whatever way. The one place where sessions of browsers are opened.

Called by the doors of this room within their transaction; whoever has an authenticator app gets a second step in place of a session.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from tribute.access.authenticators import has_authenticator
from tribute.access.people import Person
from tribute.access.sessions import Sessions
from tribute.access.steps import StepKind, Steps
from tribute.kit.clock import Clock
from tribute.kit.errors import TributeError
from tribute.kit.ids import new_secret
from tribute.ledger.audit import Audit


class Way(StrEnum):
    """How somebody proved who they are, as the audit log tells it."""

    PASSWORD = "password"  # noqa: S105 -- a way, not a password
    LINK = "link"
    APP = "authenticator_app"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


class SecondFactorNeededError(TributeError):
    """What was shown is right, and a second factor is needed too. `step` is the secret for the cookie of the browser that asked."""

    def __init__(self, step: str) -> None:
        super().__init__("show your second factor as well")
        self.step = step


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new session's secret, or that of a second step."""

    session: str | None = field(default=None, repr=False)
    step: str | None = field(default=None, repr=False)

    def session_or_step(self) -> str:
        """The session. Raises SecondFactorNeededError; call it after the transaction, which keeps the step."""
        if self.session is None:
            raise SecondFactorNeededError(self.step or "")
        return self.session


def arrive(session: Session, clock: Clock, person: Person, way: Way) -> Arrival:
    """Somebody showed a first factor."""
    if not has_authenticator(session, person):
        return Arrival(session=let_in(session, clock, person, way))
    token = new_secret()
    Steps(session, clock).begin(token, StepKind.SECOND_FACTOR, person=person)
    return Arrival(step=token)


def let_in(session: Session, clock: Clock, person: Person, way: Way) -> str:
    """Nothing more is asked: a new session's secret, written down in the audit log."""
    Audit(session, clock).note("sign_in", person.kind, person.id, by=person.id, detail={"way": str(way)})
    return Sessions(session, clock).open(person)
