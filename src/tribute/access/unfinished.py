"""What somebody began and has not finished on the way into an account: links, second steps, an address that waits to be confirmed.

Called wherever a password or an address changes, or a person goes: whoever began it may be the one who is to be kept out.
"""

from sqlalchemy.orm import Session

from tribute.access.links import SignInLinks
from tribute.access.people import Person
from tribute.access.steps import Steps
from tribute.kit.clock import Clock
from tribute.ledger.own import EmailChanges


def end_unfinished(session: Session, clock: Clock, person: Person) -> None:
    """Stop all of it from working. Idempotent; sessions go on."""
    SignInLinks(session, clock).void(person)
    Steps(session, clock).end_all(person)
    EmailChanges(session, clock).remove(person.kind, person.id)
