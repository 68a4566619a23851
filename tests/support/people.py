"""People in a ledger, and their links."""

from tests.support.ledger import clock_at
from tribute.access.links import SignInLinks
from tribute.access.people import Kind, Owners, Person
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database

LONG_ENOUGH = "correct horse battery"


def new_owner(ledger: Database, email: str = "owner@example.com") -> Person:
    with ledger.session() as session:
        return Person(Kind.TEAM, Owners(session, clock_at()).add(email).id)


def new_affiliate(ledger: Database, code: str, email: str | None = None) -> Person:
    with ledger.session() as session:
        added = Affiliates(session, clock_at()).add(f"Name of {code}", email or f"{code}@example.com", code)
        return Person(Kind.AFFILIATE, added.id)


def new_link(ledger: Database, person: Person) -> str:
    with ledger.session() as session:
        return SignInLinks(session, clock_at()).create(person)
