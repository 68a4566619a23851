"""The owner's team: who is in it with which role, as owners invite, change and remove its members. Called by the pages and the CLI.

Invariant: there is always an owner, and nobody changes their own role or removes themself. Rights rise only with a new sign-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tribute.access.caller import Caller, NotAllowedError, Role
from tribute.access.links import LINK_LIFE, LinkPurpose, SignInLinks
from tribute.access.passwords import Passwords
from tribute.access.people import Kind, OwnerRecord, Owners, Person
from tribute.access.post import Post
from tribute.access.resetting import reset_second_factors
from tribute.access.sessions import Sessions
from tribute.access.tokens import Tokens
from tribute.access.unfinished import end_unfinished
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.letters.signing_in import invitation_letter

_REACH = {Role.VIEWER: 0, Role.MANAGER: 1, Role.OWNER: 2}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team, and when they were here last; None for who never was, or not for as long as sessions are kept."""

    record: OwnerRecord
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who was invited, the link that lets them in once, and whether it was sent to them, too."""

    record: OwnerRecord
    url: str
    is_sent: bool


class TeamOffice:
    """Threads may share it; each call is one transaction with its note in the audit log."""

    def __init__(self, database: Database, clock: Clock, post: Post) -> None:
        self._database = database
        self._clock = clock
        self._post = post

    def members(self, caller: Caller) -> Sequence[Member]:
        """The team by e-mail address. Raises NotAllowedError for who is not of it."""
        if not (caller.is_team and caller.may_read):
            raise NotAllowedError("Only an owner, or somebody of their team, sees this.")
        with self._database.reading() as session:
            seen = Sessions(session, self._clock).last_seen(Kind.TEAM)
            return [Member(one, seen.get(one.id)) for one in Owners(session, self._clock).all()]

    def invite(self, caller: Caller, email: str, role: Role, name: str = "") -> Invitation:
        """Take somebody into the team; their link sets a password, once, within seven days.

        Raises NotAllowedError, InvalidInputError by field, and ConflictError when they are in it already.
        """
        require_team_running(caller)
        with self._database.session() as session:
            added = Owners(session, self._clock).add(email, role, name)
            self._note(session, caller, "owner.add", added.id, role=added.role)
            return self._invited(session, added)

    def invite_again(self, caller: Caller, owner_id: str) -> Invitation:
        """A fresh link for somebody who lost theirs; it sets a new password, and earlier links stop working. Raises NotFoundError."""
        require_team_running(caller)
        with self._database.session() as session:
            found = Owners(session, self._clock).by_id(owner_id)
            if found is None:
                raise NotFoundError("nobody of the team has that id")
            self._note(session, caller, "owner.link", found.id)
            return self._invited(session, found)

    def set_role(self, caller: Caller, owner_id: str, role: Role) -> OwnerRecord:
        """Give a member another role. Less counts at once; for more they sign in again. Idempotent.

        Raises NotAllowedError, NotFoundError, and ConflictError for the last owner and for oneself.
        """
        require_team_running(caller)
        _refuse_oneself(caller, owner_id)
        with self._database.session() as session:
            owners = Owners(session, self._clock)
            before = owners.by_id(owner_id)
            after = owners.set_role(owner_id, role)
            if before is not None and before.role is not after.role:
                if _REACH[after.role] > _REACH[before.role]:
                    Sessions(session, self._clock).end_all(Person(Kind.TEAM, owner_id))
                self._note(session, caller, "owner.role", owner_id, before=before.role, after=after.role)
            return after

    def remove(self, caller: Caller, owner_id: str) -> OwnerRecord:
        """Let a member in no longer: sessions, links, tokens, password and factors go, so that none serves if the address comes back.

        Raises NotAllowedError, NotFoundError, and ConflictError for the last owner and for oneself.
        """
        require_team_running(caller)
        _refuse_oneself(caller, owner_id)
        person = Person(Kind.TEAM, owner_id)
        with self._database.session() as session:
            removed, tokens = Owners(session, self._clock).remove(owner_id), Tokens(session, self._clock)
            Sessions(session, self._clock).end_all(person)
            end_unfinished(session, self._clock, person)
            Passwords(session, self._clock).remove(person)
            reset_second_factors(session, person)
            for token in tokens.of(person):
                tokens.revoke(token.id)
            self._note(session, caller, "owner.remove", owner_id)
            return removed

    def _invited(self, session: Session, who: OwnerRecord) -> Invitation:
        token = SignInLinks(session, self._clock).create(Person(Kind.TEAM, who.id), LinkPurpose.SET_PASSWORD)
        url = self._post.address(f"/sign-in/{token}")
        told = invitation_letter(place=self._post.place, name=who.called, email=who.email, url=url, days=LINK_LIFE.days, joins_team=True)
        self._post.send(session, who.email, told, "invitation")
        return Invitation(who, url, self._post.goes_out)

    def _note(self, session: Session, caller: Caller, action: str, owner_id: str, **detail: object) -> None:
        Audit(session, self._clock).note(action, "owner", owner_id, by=caller.person_id, detail=detail)


def require_team_running(caller: Caller) -> None:
    """Let only owners themselves pass, never a program of theirs."""
    if not caller.may_run_team:
        raise NotAllowedError("Only an owner invites people to the team, and changes or removes them.")


def _refuse_oneself(caller: Caller, owner_id: str) -> None:
    if caller.person_id == owner_id:
        raise ConflictError("nobody changes their own role, or removes themself; another owner can")
