"""The entrance: what comes after a password or a link, and the way in with a passkey. Called by the sign-in pages.

Invariant: no session is opened before everything that was asked for is shown; what was shown once is worth nothing the second time.
Each call is its own transaction, and may raise DatabaseUnavailableError.
"""

from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy.orm import Session

from tribute.access.arrival import Way, let_in
from tribute.access.authenticators import Authenticators
from tribute.access.caller import WrongCredentialsError
from tribute.access.passkey_ceremonies import (
    PasskeyRefusedError,
    RelyingParty,
    checked_use,
    claimed,
    new_challenge,
    request_options,
)
from tribute.access.passkeys import Passkeys, user_handle
from tribute.access.people import People, Person
from tribute.access.post import Post
from tribute.access.quota import Quota
from tribute.access.recovery_codes import RecoveryCodes
from tribute.access.steps import Step, StepKind, Steps
from tribute.access.throttle import Throttle, TooManyAttemptsError
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.kit.ids import new_secret
from tribute.kit.proxies import network_of
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.mails import Seal

_log = structlog.get_logger(__name__)

WRONG_CODES_A_DAY: Final = 100
"""After so many, an app's codes are not taken for the rest of 24 hours, from anybody: six digits could be guessed by a crowd of addresses.
Only who has the password or the mailbox gets that far; recovery codes and passkeys, which nobody guesses, go on."""
_REFUSED: Final = "second_factor.refuse"
_PASSKEYS_FROM_A_CLIENT: Final = 60


class StepOverError(WrongCredentialsError):
    """The second step was begun too long ago, in another browser, or tried too often: it begins again with the first."""


class Entrance:
    """Finishes what the door began. Threads may share it."""

    def __init__(self, database: Database, clock: Clock, *, seal: Seal, post: Post, party: RelyingParty | None) -> None:
        """`seal` is the authenticator apps'; without `party` browsers make no passkeys here."""
        self._database = database
        self._clock = clock
        self._seal = seal
        self._post = post
        self._party = party
        self._throttle = Throttle(clock)
        self._begun = Quota(clock, _PASSKEYS_FROM_A_CLIENT, timedelta(minutes=15))

    @property
    def takes_passkeys(self) -> bool:
        """Whether browsers use passkeys at our address."""
        return self._party is not None

    def is_waiting(self, step: str) -> bool:
        """Whether a second step can still be finished with this cookie."""
        with self._database.reading() as session:
            return Steps(session, self._clock).find(step, StepKind.SECOND_FACTOR) is not None

    def finish(self, step: str, code: str, client: str | None = None) -> str:
        """Finish the second step with an app's code or a recovery code: the new session's secret.

        Raises WrongCredentialsError, StepOverError, and TooManyAttemptsError, which counts nothing as an attempt.
        """
        with self._database.reading() as session:
            found = Steps(session, self._clock).find(step, StepKind.SECOND_FACTOR)
        if found is None or found.person is None:
            raise _over()
        key = f"{found.person.kind}:{found.person.id}"
        self._throttle.admit(key, client)
        with self._database.session() as session:
            opened = self._finished(session, step, code)
        if opened is None:
            raise WrongCredentialsError("the code is wrong, or was used already")
        self._throttle.succeeded(key, client)
        return opened

    def begin_passkey(self, step: str, client: str | None = None) -> tuple[str, dict[str, Any]]:
        """Begin to sign in with a passkey: the secret for the browser's cookie, and what its authenticators are asked.

        A second step that waits under the cookie `step` goes on waiting, under the same one.
        Raises NotFoundError where there are no passkeys, and TooManyAttemptsError.
        """
        if self._party is None:
            raise NotFoundError("browsers use no passkeys at this address")
        if client is not None and not self._begun.take(network_of(client)):
            raise TooManyAttemptsError(60)
        challenge = new_challenge()
        with self._database.session() as session:
            steps = Steps(session, self._clock)
            token = step if steps.find(step, StepKind.SECOND_FACTOR) is not None else new_secret()
            steps.begin(token, StepKind.PASSKEY_SIGN_IN, challenge=challenge)
        return token, request_options(self._party, challenge)

    def finish_passkey(self, token: str, answer: str) -> str:
        """Sign in with what the authenticators answered: the new session's secret. The challenge is used up by the first answer.

        A passkey is two factors by itself, so that no second step follows. Raises WrongCredentialsError.
        """
        with self._database.session() as session:
            steps = Steps(session, self._clock)
            step = steps.find(token, StepKind.PASSKEY_SIGN_IN)
            opened = self._opened_by(session, step, answer) if steps.end(token, StepKind.PASSKEY_SIGN_IN) else None
        if opened is None:
            raise WrongCredentialsError("no passkey of ours was shown")
        return opened

    def _finished(self, session: Session, token: str, code: str) -> str | None:
        steps = Steps(session, self._clock)
        step = steps.try_once(token, StepKind.SECOND_FACTOR)
        if step is None or step.person is None or not People(session, self._clock).may_enter(step.person):
            return None
        way = self._way_of(session, step.person, code)
        if way is None:
            self._refused(session, token, step.person)
            return None
        steps.end(token, StepKind.SECOND_FACTOR)
        return let_in(session, self._clock, step.person, way)

    def _way_of(self, session: Session, person: Person, code: str) -> Way | None:
        since = self._clock.now() - timedelta(days=1)
        guessed = Audit(session, self._clock).count(_REFUSED, (person.kind, person.id), since)
        if guessed < WRONG_CODES_A_DAY and Authenticators(session, self._clock, self._seal).check(person, code):
            return Way.APP
        return Way.RECOVERY_CODE if RecoveryCodes(session, self._clock).use_up(person, code) else None

    def _refused(self, session: Session, token: str, person: Person) -> None:
        """Write it down; and tell the person when a whole step was used up, since whoever did that has the password or the mailbox."""
        Audit(session, self._clock).note(_REFUSED, person.kind, person.id, by=person.id)
        if Steps(session, self._clock).find(token, StepKind.SECOND_FACTOR) is None:
            self._post.tell_change(session, person, "Five wrong codes were given after your password or a link was used", once_an_hour=True)

    def _opened_by(self, session: Session, step: Step | None, answer: str) -> str | None:
        if step is None or step.challenge is None or self._party is None:
            return None
        try:
            told, passkeys = claimed(answer), Passkeys(session, self._clock)
            known = passkeys.with_credential(told.id)
            if known is None or (told.user is not None and told.user != user_handle(known.person)):
                raise PasskeyRefusedError("it is not registered here")
            used = checked_use(self._party, step.challenge, answer, public_key=known.public_key, sign_count=known.sign_count)
        except PasskeyRefusedError as error:
            _log.info("passkey_refused", reason=str(error))
            return None
        if not passkeys.note_use(known.id, used, counted=known.sign_count) or not People(session, self._clock).may_enter(known.person):
            return None
        return let_in(session, self._clock, known.person, Way.PASSKEY)


def _over() -> StepOverError:
    return StepOverError("this took too long or was tried too often; sign in again from the start")
