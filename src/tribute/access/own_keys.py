"""What a person does with their own keys: their sessions on all devices, and their tokens for programs. Each call is one transaction.

Nobody does it for another: whoever looks at a portal as its affiliate is refused, and so is a token. Called by the pages.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from tribute.access.caller import Caller, NotAllowedError, TokenScope
from tribute.access.people import Kind, Person
from tribute.access.sessions import OpenSession, Sessions
from tribute.access.tokens import TokenRecord, Tokens
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, NotFoundError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database

AFFILIATES_SCOPES: Final = (TokenScope.READ, TokenScope.LINKS)
TEAMS_SCOPES: Final = (TokenScope.READ, TokenScope.CHANGE)
MOST_TOKENS: Final = 20
"""How many tokens in force a person may have beside those of widgets: enough for every program of theirs, too few to lose sight of."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of a person's sessions; `is_this` marks the browser that asks."""

    open: OpenSession
    is_this: bool


class OwnKeys:
    """Reads and changes the caller's own sessions and tokens, and tells the audit log. Threads may share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def sessions(self, caller: Caller, cookie: str) -> Sequence[OwnSession]:
        """The caller's sessions, this browser's first and then the one seen last. Raises NotAllowedError."""
        person = themself(caller)
        with self._database.reading() as session:
            sessions = Sessions(session, self._clock)
            here, all_of_them = sessions.find(cookie), sessions.of(person)
        told = [OwnSession(one, here is not None and one.id == here.id) for one in all_of_them]
        return sorted(told, key=lambda one: not one.is_this)

    def end_session(self, caller: Caller, session_id: str) -> None:
        """Sign one browser out. Raises NotAllowedError, and NotFoundError for one that is not the caller's or ended before."""
        person = themself(caller)
        with self._database.session() as session:
            if not Sessions(session, self._clock).end_by_id(person, session_id):
                raise NotFoundError("that session has ended already")
            Audit(session, self._clock).note("session.end", person.kind, person.id, by=person.id, detail={"session_id": session_id})

    def end_other_sessions(self, caller: Caller, cookie: str) -> int:
        """Sign every browser out but this one; how many there were. Raises NotAllowedError. Idempotent."""
        person = themself(caller)
        with self._database.session() as session:
            sessions = Sessions(session, self._clock)
            here = sessions.find(cookie)
            ended = sessions.end_all(person, but=here.id if here is not None else None)
            if ended:
                Audit(session, self._clock).note("session.end_others", person.kind, person.id, by=person.id, detail={"ended": ended})
        return ended

    def tokens(self, caller: Caller) -> Sequence[TokenRecord]:
        """The caller's tokens in force, the newest first, but for those of widgets. Raises NotAllowedError."""
        person = themself(caller)
        with self._database.reading() as session:
            return _for_programs(Tokens(session, self._clock).of(person))

    def add_token(self, caller: Caller, name: str, scopes: Collection[str]) -> tuple[TokenRecord, str]:
        """A new token and its secret, which is told only here. Raises NotAllowedError, and InvalidInputError by field."""
        person = themself(caller)
        if not name.strip():
            raise InvalidInputError("name", "say what the token is for, such as the program's name")
        wanted = _checked_scopes(caller, scopes)
        with self._database.session() as session:
            tokens = Tokens(session, self._clock)
            if len(_for_programs(tokens.of(person))) >= MOST_TOKENS:
                raise InvalidInputError("name", f"you have {MOST_TOKENS} tokens, which is the most; revoke one that nothing uses")
            owner_id = person.id if person.kind == Kind.TEAM else None
            made, secret = tokens.add(caller.affiliate_id, owner_id=owner_id, name=name, scopes=wanted)
            detail = {"name": made.name, "scopes": sorted(wanted), "affiliate_id": made.affiliate_id}
            Audit(session, self._clock).note("token.add", "token", made.id, by=person.id, detail=detail)
        return made, secret

    def revoke_token(self, caller: Caller, token_id: str) -> None:
        """Turn one of the caller's tokens away from now on. Raises NotAllowedError, and NotFoundError for one that is not theirs."""
        person = themself(caller)
        with self._database.session() as session:
            tokens = Tokens(session, self._clock)
            if token_id not in {one.id for one in _for_programs(tokens.of(person))}:
                raise NotFoundError("that token is revoked already")
            tokens.revoke(token_id)
            Audit(session, self._clock).note("token.revoke", "token", token_id, by=person.id)


def themself(caller: Caller) -> Person:
    """The person of a session, acting for themself. Raises NotAllowedError for who looks on, and for programs."""
    if caller.seen_by is not None:
        raise NotAllowedError("These are the affiliate's own. End the view to see yours.")
    if caller.scopes is not None:
        raise NotAllowedError("A token does not look after the keys of its person; sign in for that.")
    return Person(Kind.TEAM if caller.is_team else Kind.AFFILIATE, caller.person_id)


def _for_programs(tokens: Sequence[TokenRecord]) -> Sequence[TokenRecord]:
    """Without the tokens of widgets, which are made and taken away with their widget."""
    return [one for one in tokens if one.scopes != frozenset({TokenScope.EMBED})]


def _checked_scopes(caller: Caller, scopes: Collection[str]) -> frozenset[TokenScope]:
    """What a token of the caller may be given: a viewer's none that changes things."""
    offered = {scope.value: scope for scope in offered_scopes(caller)}
    if not scopes or not offered.keys() >= set(scopes):
        raise InvalidInputError("scopes", "choose at least one thing that the token may do")
    return frozenset(offered[scope] for scope in scopes)


def offered_scopes(caller: Caller) -> Sequence[TokenScope]:
    """The scopes that a token of the caller may have."""
    if not caller.is_team:
        return AFFILIATES_SCOPES
    return TEAMS_SCOPES if caller.may_change else TEAMS_SCOPES[:1]
