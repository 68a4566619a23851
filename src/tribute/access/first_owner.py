"""The first owner: while nobody owns a home, its server shows a link once at each start, and whoever opens it becomes the owner.

Invariant: the link is worth nothing once there is an owner, however that came about. Called by `app` at the start, and by the pages.
"""

from typing import Final

from tribute.access.arrival import Way, let_in
from tribute.access.caller import Role, WrongCredentialsError
from tribute.access.links import LinkPurpose, SignInLinks
from tribute.access.passwords import Passwords, checked_password, hashed
from tribute.access.people import Kind, Owners, Person
from tribute.kit.clock import Clock
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.rules.text import checked_email, checked_name

_NOBODY_YET: Final = Person(Kind.TEAM, "first")


class FirstOwner:
    """Makes the link and the owner. Threads may share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def new_link(self) -> str | None:
        """A token for the page; earlier ones stop working. None when there is an owner."""
        with self._database.session() as session:
            if Owners(session, self._clock).all():
                return None
            links = SignInLinks(session, self._clock)
            links.void(_NOBODY_YET)
            return links.create(_NOBODY_YET, LinkPurpose.FIRST_OWNER)

    def is_open(self, token: str) -> bool:
        """Whether the page with this token can make an owner."""
        with self._database.reading() as session:
            found = SignInLinks(session, self._clock).usable(token)
            return found is not None and found.purpose is LinkPurpose.FIRST_OWNER and not Owners(session, self._clock).all()

    def come_in(self, token: str, *, name: str, email: str, password: str) -> str:
        """Make the owner and sign in: the session's secret.

        Raises InvalidInputError, which leaves the link good, and WrongCredentialsError for a link that is not (any more).
        """
        name, email = checked_name(name), checked_email(email)
        password_hash = hashed(checked_password(password))
        with self._database.session() as session:
            owners, links = Owners(session, self._clock), SignInLinks(session, self._clock)
            found = links.usable(token)
            if found is None or found.purpose is not LinkPurpose.FIRST_OWNER or owners.all() or not links.use_up(token):
                raise WrongCredentialsError("this link makes no owner any more")
            person = Person(Kind.TEAM, owners.add(email, Role.OWNER, name).id)
            Passwords(session, self._clock).set_hash(person, password_hash)
            Audit(session, self._clock).note("owner.add", person.kind, person.id, by=person.id, detail={"first": True})
            return let_in(session, self._clock, person, Way.LINK)
