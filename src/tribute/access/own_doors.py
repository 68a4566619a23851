"""What a person changes about the ways into their own account: password, authenticator app, recovery codes, passkeys.

Invariant: each change is written into the audit log and told by mail; adding or removing a factor takes a session opened within the last
ten minutes, so that a browser left open gives nobody a key of their own. Called by the settings' pages; each call is a transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from tribute.access.authenticators import Authenticators, setup_address
from tribute.access.caller import WrongCredentialsError
from tribute.access.passkey_ceremonies import RelyingParty, checked_creation, creation_options, new_challenge
from tribute.access.passkeys import PasskeyRecord, Passkeys, user_handle
from tribute.access.passwords import Passwords, checked_password, hashed, matches
from tribute.access.people import People, Person
from tribute.access.post import Post
from tribute.access.recovery_codes import RecoveryCodes
from tribute.access.sessions import OpenSession, Sessions
from tribute.access.steps import StepKind, Steps
from tribute.access.throttle import Throttle
from tribute.access.unfinished import end_unfinished
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, NotFoundError, TributeError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.mails import Seal

FRESH_FOR: Final = timedelta(minutes=10)


class NotFreshError(TributeError):
    """The session is too old for this: sign in again first."""


@dataclass(frozen=True, slots=True)
class OwnDoorsShown:
    """The ways into an account, as its person sees them."""

    email: str
    has_password: bool
    has_app: bool
    recovery_codes_left: int
    passkeys: Sequence[PasskeyRecord]
    takes_passkeys: bool
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class AppSetup:
    """What an authenticator app is set up with."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


class OwnDoors:
    """Shows and changes them. `cookie` is always the session's of whoever asks. Threads may share it."""

    def __init__(self, database: Database, clock: Clock, *, seal: Seal, post: Post, party: RelyingParty | None) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal
        self._post = post
        self._party = party
        self._throttle = Throttle(clock)

    def shown(self, cookie: str) -> OwnDoorsShown:
        """Everything there is. Raises WrongCredentialsError."""
        with self._database.reading() as session:
            own = self._session_of(session, cookie)
            person = own.person
            return OwnDoorsShown(
                email=People(session, self._clock).name_and_email(person)[1],
                has_password=Passwords(session, self._clock).hash_of(person) is not None,
                has_app=self._apps(session).is_on(person),
                recovery_codes_left=RecoveryCodes(session, self._clock).left(person),
                passkeys=Passkeys(session, self._clock).of(person),
                takes_passkeys=self._party is not None,
                is_fresh=self._is_fresh(own),
            )

    def change_password(self, cookie: str, old: str, new: str, client: str | None = None) -> str:
        """Set a new password, against the old one: the secret of the session that goes on. All other sessions end, and links stop working.

        Who has no password yet sets the first one within a fresh session. Raises InvalidInputError, NotFreshError, TooManyAttemptsError.
        """
        with self._database.reading() as session:
            own = self._session_of(session, cookie)
            old_hash = Passwords(session, self._clock).hash_of(own.person)
        if old_hash is None:
            self._demand_fresh(own)
        else:
            self._demand_right(own.person, old_hash, old, client)
        new_hash = hashed(_checked_new(new))
        with self._database.session() as session:
            passwords, sessions = Passwords(session, self._clock), Sessions(session, self._clock)
            if passwords.hash_of(own.person) != old_hash:
                raise InvalidInputError("old_password", "was changed a moment ago; sign in with the new one")
            passwords.set_hash(own.person, new_hash)
            sessions.end_all(own.person)
            end_unfinished(session, self._clock, own.person)
            self._note(session, own.person, "password.set", "Your password was changed")
            return sessions.open(own.person, began_at=own.created_at)  # no fresh sign-in: a second factor was not shown

    def begin_app(self, cookie: str) -> AppSetup:
        """What to put into an authenticator app; the same for an hour. Raises NotFreshError, ConflictError."""
        with self._changing(cookie) as (session, person):
            secret = self._apps(session).begin(person)
            _, email = People(session, self._clock).name_and_email(person)
            return AppSetup(secret, setup_address(secret, email=email, place=self._post.place))

    def confirm_app(self, cookie: str, code: str) -> Sequence[str]:
        """Turn the app on by its first code: ten recovery codes, told only here. Raises NotFreshError, InvalidInputError."""
        with self._changing(cookie) as (session, person):
            if not self._apps(session).confirm(person, code):
                raise InvalidInputError("code", "is not the app's code of this moment; look whether the device's clock is right")
            self._note(session, person, "authenticator.add", "An authenticator app was added to your account")
            return RecoveryCodes(session, self._clock).renew(person)

    def remove_app(self, cookie: str) -> None:
        """Ask for no codes any more; the recovery codes go with it. Idempotent. Raises NotFreshError."""
        with self._changing(cookie) as (session, person):
            if self._apps(session).remove(person):
                RecoveryCodes(session, self._clock).remove(person)
                self._note(session, person, "authenticator.remove", "The authenticator app was removed from your account")

    def renew_recovery_codes(self, cookie: str) -> Sequence[str]:
        """Ten new codes, told only here; earlier ones stop working. Raises NotFreshError, NotFoundError without an app."""
        with self._changing(cookie) as (session, person):
            if not self._apps(session).is_on(person):
                raise NotFoundError("recovery codes come with an authenticator app; set one up first")
            self._note(session, person, "recovery_codes.renew", "New recovery codes were made for your account")
            return RecoveryCodes(session, self._clock).renew(person)

    def begin_passkey(self, cookie: str) -> dict[str, Any]:
        """What the browser's authenticators are asked to make. Raises NotFreshError, NotFoundError where there are no passkeys."""
        with self._changing(cookie) as (session, person):
            party, challenge = self._the_party(), new_challenge()
            Steps(session, self._clock).begin(cookie, StepKind.PASSKEY_ADD, person=person, challenge=challenge)
            name, email = People(session, self._clock).name_and_email(person)
            known = [one.credential_id for one in Passkeys(session, self._clock).of(person)]
            return creation_options(party, challenge, user=user_handle(person), name=name, email=email, known=known)

    def add_passkey(self, cookie: str, answer: str, name: str) -> PasskeyRecord:
        """Keep what the authenticators made. The challenge is used up by the first answer.

        Raises NotFreshError, PasskeyRefusedError, ConflictError, InvalidInputError for the name.
        """
        with self._changing(cookie) as (session, person):
            step = Steps(session, self._clock).find(cookie, StepKind.PASSKEY_ADD)
        with self._database.session() as session:
            used = Steps(session, self._clock).end(cookie, StepKind.PASSKEY_ADD)
        if step is None or step.challenge is None or step.person != person or not used:
            raise InvalidInputError("passkey", "took too long; begin again")
        made = checked_creation(self._the_party(), step.challenge, answer)
        with self._changing(cookie) as (session, person):
            added = Passkeys(session, self._clock).add(person, name.strip() or "Passkey", made)
            self._note(session, person, "passkey.add", f"The passkey “{added.name}” was added to your account", name=added.name)
            return added

    def remove_passkey(self, cookie: str, passkey_id: str) -> None:
        """Take one away. Raises NotFreshError, NotFoundError."""
        with self._changing(cookie) as (session, person):
            removed = Passkeys(session, self._clock).remove(person, passkey_id)
            self._note(session, person, "passkey.remove", f"The passkey “{removed.name}” was removed from your account", name=removed.name)

    @contextmanager
    def _changing(self, cookie: str) -> Iterator[tuple[Session, Person]]:
        """A transaction for a factor, within a fresh session of the person's own."""
        with self._database.session() as session:
            own = self._session_of(session, cookie)
            self._demand_fresh(own)
            yield session, own.person

    def _session_of(self, session: Session, cookie: str) -> OpenSession:
        own = Sessions(session, self._clock).find(cookie)
        if own is None or own.seen_as is not None or not People(session, self._clock).may_enter(own.person):
            raise WrongCredentialsError("sign in to see this")
        return own

    def _is_fresh(self, own: OpenSession) -> bool:
        return self._clock.now() - own.created_at < FRESH_FOR

    def _demand_fresh(self, own: OpenSession) -> None:
        if not self._is_fresh(own):
            raise NotFreshError("sign in again to change how you sign in")

    def _demand_right(self, person: Person, old_hash: str, old: str, client: str | None) -> None:
        key = f"{person.kind}:{person.id}"
        self._throttle.admit(key, client)
        if not matches(old_hash, old):
            raise InvalidInputError("old_password", "is not the password you have now")
        self._throttle.succeeded(key, client)

    def _apps(self, session: Session) -> Authenticators:
        return Authenticators(session, self._clock, self._seal)

    def _the_party(self) -> RelyingParty:
        if self._party is None:
            raise NotFoundError("browsers use no passkeys at this address")
        return self._party

    def _note(self, session: Session, person: Person, action: str, told: str, **detail: object) -> None:
        Audit(session, self._clock).note(action, person.kind, person.id, by=person.id, detail=detail)
        self._post.tell_change(session, person, told)


def _checked_new(password: str) -> str:
    try:
        return checked_password(password)
    except InvalidInputError as error:
        raise InvalidInputError("new_password", error.problem) from error
