"""The door: turns cookies, tokens, links and passwords into Callers and sessions. Every edge asks here who is asking.

Each call is its own transaction. Everything here raises DatabaseUnavailableError when the ledger cannot be reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tribute.access.arrival import Way, arrive
from tribute.access.caller import Caller, Role, WrongCredentialsError
from tribute.access.devices import device_name
from tribute.access.links import LinkPurpose, SignInLink, SignInLinks
from tribute.access.passwords import Passwords, checked_password, hashed, is_outdated, matches
from tribute.access.people import Kind, OwnerRecord, Owners, People, Person
from tribute.access.sessions import Sessions
from tribute.access.steps import Steps
from tribute.access.throttle import Throttle
from tribute.access.tokens import PREFIX, TokenRecord, Tokens
from tribute.access.unfinished import end_unfinished
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError
from tribute.kit.ids import is_id
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database, DatabaseUnavailableError
from tribute.ledger.rules.text import email_key

if TYPE_CHECKING:  # they bring cryptography and templates along, which no command needs
    from tribute.access.issuer import Issuer
    from tribute.access.post import Post

NOTE_EVERY: Final = timedelta(minutes=1)
"""How exactly "last seen" and "last used" are kept; more often would make a write of every read."""
_ACCOUNTS_OF_AN_ADDRESS = 2  # an owner's and an affiliate's
_NOBODY: Final = Person(Kind.AFFILIATE, "nobody")


@dataclass(frozen=True, slots=True)
class ShownLink:
    """What the sign-in page shows before a link is used: who it is for, and whether a password must be set."""

    name: str
    email: str
    kind: Kind
    purpose: LinkPurpose
    sets_password: bool
    expires_at: datetime


class Access:
    """Lets people and programs in. Threads may share it."""

    def __init__(self, database: Database, clock: Clock, issuer: "Issuer | None" = None) -> None:
        """`issuer` is whose JWTs are taken as affiliates' tokens, where there is one."""
        self._database = database
        self._clock = clock
        self._issuer = issuer
        self._throttle = Throttle(clock)

    def caller_for_session(self, cookie: str, user_agent: str | None = None) -> Caller | None:
        """Who is signed in with this cookie; None when nobody is (any more). Keeps the session alive for another 30 days.

        `user_agent` names the device to its person, where a page knows it. A member who looks at a portal is its affiliate, reading only.
        """
        with self._database.reading() as session:
            found = Sessions(session, self._clock).find(cookie)
            caller = People(session, self._clock).caller(found.person) if found is not None else None
            if found is None or caller is None:
                return None
        if self._is_due(found.last_seen_at) or (user_agent and not found.device):
            self._note_session(cookie, device_name(user_agent) if user_agent else None)
        if found.seen_as is not None and caller.is_team and caller.may_change:
            return replace(Caller.of_affiliate(found.seen_as), seen_by=caller.person_id)
        return caller

    def version(self) -> int:
        """Another number after any change of the ledger, and so of sessions, tokens and roles, whoever makes it."""
        return self._database.version()

    def caller_for_token(self, token: str) -> Caller:
        """Who a token, or a JWT of the issuer, speaks for; with an owner's token the person is the token itself.

        Raises WrongCredentialsError, and IssuerUnavailableError while a JWT cannot be checked. May wait for the issuer: for threads only.
        """
        if self._issuer is not None and not token.startswith(PREFIX) and token.count(".") == 2:
            return self._affiliate_of(self._issuer, token)
        found, caller = self._token(token)
        if self._is_due(found.last_used_at):
            self._note_token(found)
        return caller

    def caller_for_token_unnoted(self, token: str) -> Caller:
        """Like `caller_for_token` without JWTs, for event loops: it only reads, waits for nobody, and does not note the token's use."""
        return self._token(token, hurried=True)[1]

    def link_for(self, token: str) -> ShownLink | None:
        """What a sign-in link is, without using it up; None when it cannot be used (any more)."""
        with self._database.reading() as session:
            found = self._usable_link(SignInLinks(session, self._clock), People(session, self._clock), token)
            if found is None:
                return None
            name, email = People(session, self._clock).name_and_email(found.person)
        return ShownLink(name, email, found.person.kind, found.purpose, found.sets_password, found.expires_at)

    def sign_in_with_link(self, token: str, new_password: str | None = None, post: "Post | None" = None) -> str:
        """Use a link up and sign in: the new session's secret. A link that sets a password needs one, others may bring one.

        A new password ends the person's other sessions, and whatever was begun with the old one. Raises InvalidInputError,
        which leaves the link usable, WrongCredentialsError for a link that is used, expired or unknown, and SecondFactorNeededError, whose
        step goes on from here. `post` tells whoever had another password.
        """
        with self._database.reading() as session:
            found = self._usable_link(SignInLinks(session, self._clock), People(session, self._clock), token)
        if found is None:
            raise _dead_link()
        if found.sets_password and new_password is None:
            raise InvalidInputError("password", "choose one; this link is for setting it")
        new_hash = hashed(checked_password(new_password)) if new_password is not None else None
        with self._database.session() as session:
            links, sessions = SignInLinks(session, self._clock), Sessions(session, self._clock)
            if not links.use_up(token):  # someone was faster while we hashed
                raise _dead_link()
            if new_hash is not None:
                passwords = Passwords(session, self._clock)
                if post is not None and passwords.hash_of(found.person) is not None:
                    post.tell_change(session, found.person, "Your password was changed")
                passwords.set_hash(found.person, new_hash)
                sessions.end_all(found.person)
                end_unfinished(session, self._clock, found.person)
                Audit(session, self._clock).note("password.set", found.person.kind, found.person.id, by=found.person.id)
            arrival = arrive(session, self._clock, found.person, Way.LINK)
        return arrival.session_or_step()

    def sign_in_with_password(self, email: str, password: str, client: str | None = None) -> str:
        """Sign in with a password: the new session's secret. `client` is the address that asks, for slowing guesses down.

        Raises WrongCredentialsError, alike in words and in time whether the e-mail address is known or not, TooManyAttemptsError, and
        SecondFactorNeededError, whose step goes on from here.
        """
        key = email_key(email)
        self._throttle.admit(key, client)
        person, password_hash = self._whose(email, password)
        self._throttle.succeeded(key, client)
        new_hash = hashed(password) if is_outdated(password_hash) else None
        with self._database.session() as session:
            passwords = Passwords(session, self._clock)
            if passwords.hash_of(person) != password_hash:  # changed while we compared
                raise _wrong_password()
            if new_hash is not None:
                passwords.set_hash(person, new_hash)
            arrival = arrive(session, self._clock, person, Way.PASSWORD)
        return arrival.session_or_step()

    def signed_in_at(self, cookie: str) -> datetime | None:
        """When the session of this cookie began; None when there is none (any more)."""
        with self._database.reading() as session:
            found = Sessions(session, self._clock).find(cookie)
        return found.created_at if found is not None else None

    def sign_out(self, cookie: str) -> None:
        """End the session of this cookie. Idempotent."""
        with self._database.session() as session:
            sessions = Sessions(session, self._clock)
            found = sessions.find(cookie)
            if found is not None:
                sessions.end(cookie)
                Audit(session, self._clock).note("sign_out", found.person.kind, found.person.id, by=found.person.id)

    def team_member(self, person_id: str) -> OwnerRecord | None:
        """The member behind a team's caller; None when the caller is a token or the command line."""
        with self._database.reading() as session:
            return Owners(session, self._clock).by_id(person_id)

    def delete_expired(self) -> int:
        """Delete sessions, links and steps whose time is over; returns how many. Idempotent; meant for once an hour."""
        with self._database.session() as session:
            kept = Sessions(session, self._clock), SignInLinks(session, self._clock), Steps(session, self._clock)
            return sum(one.delete_expired() for one in kept)

    def _whose(self, email: str, password: str) -> tuple[Person, str]:
        """The person with this address and password. A refusal always asks for and compares as many hashes, whoever has the address."""
        with self._database.reading() as session:
            people, passwords = People(session, self._clock).with_email(email), Passwords(session, self._clock)
            asked = [*people, *[_NOBODY] * (_ACCOUNTS_OF_AN_ADDRESS - len(people))]
            hashes = [(person, passwords.hash_of(person)) for person in asked]
        for person, password_hash in hashes:
            if matches(password_hash, password) and password_hash is not None:
                return person, password_hash
        self._note_refusal(people)
        raise _wrong_password()

    def _note_refusal(self, people: Sequence[Person]) -> None:
        """Write down that a password was wrong, for whom where that is known. What strangers type is not kept, and takes as long."""
        subject = (people[0].kind.value, people[0].id) if people else ("stranger", "unknown")
        try:
            with self._database.session(hurried=True) as session:
                Audit(session, self._clock).note("sign_in.refuse", *subject, by="stranger")
        except DatabaseUnavailableError:  # the refusal stands, written down or not
            return

    def _usable_link(self, links: SignInLinks, people: People, token: str) -> SignInLink | None:
        found = links.usable(token)
        return found if found is not None and people.may_enter(found.person) else None

    def _token(self, token: str, *, hurried: bool = False) -> tuple[TokenRecord, Caller]:
        with self._database.reading(hurried=hurried) as session:
            found = Tokens(session, self._clock).find(token)
            caller = _speaking_with(found, People(session, self._clock)) if found is not None else None
        if found is None or caller is None:
            raise WrongCredentialsError("the token is unknown or revoked; `tribute token add` makes one")
        return found, caller

    def _affiliate_of(self, issuer: "Issuer", token: str) -> Caller:
        """The active affiliate whom an issuer's token names by code, id or e-mail address."""
        name = issuer.affiliate_named_by(token).strip()
        with self._database.reading() as session:
            affiliates = Affiliates(session, self._clock)
            named_by = affiliates.by_email if "@" in name else affiliates.by_id if is_id(name) else affiliates.by_code
            found = named_by(name)
        if found is None or not found.active:
            raise issuer.refused("it names no affiliate")
        return Caller.of_affiliate(found.id)

    def _is_due(self, noted_at: datetime | None) -> bool:
        return noted_at is None or self._clock.now() - noted_at >= NOTE_EVERY

    def _note_session(self, cookie: str, device: str | None) -> None:
        try:
            with self._database.session(hurried=True) as session:
                Sessions(session, self._clock).see(cookie, device)
        except DatabaseUnavailableError:  # a note can wait for the next request; who asks is known
            return

    def _note_token(self, token: TokenRecord) -> None:
        try:
            with self._database.session(hurried=True) as session:
                Tokens(session, self._clock).note_use(token.id)
        except DatabaseUnavailableError:
            return


def _speaking_with(token: TokenRecord, people: People) -> Caller | None:
    """Whom a token speaks for, as far as it reaches; None when its person is let in no longer. A member's has the role of the member."""
    if token.affiliate_id is not None:
        caller = people.caller(Person(Kind.AFFILIATE, token.affiliate_id))
        return replace(caller, scopes=token.scopes) if caller is not None else None
    if token.owner_id is None:
        return Caller(Role.OWNER, token.id, scopes=token.scopes)
    member = people.caller(Person(Kind.TEAM, token.owner_id))
    return replace(member, person_id=token.id, scopes=token.scopes) if member is not None else None


def _dead_link() -> WrongCredentialsError:
    return WrongCredentialsError("this sign-in link was used already, is too old or was never made; ask for a new one")


def _wrong_password() -> WrongCredentialsError:
    return WrongCredentialsError("the e-mail address or the password is wrong")
