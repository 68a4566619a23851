"""Authenticator apps: six digits that change every 30 seconds (TOTP, RFC 6238), one app a person, on from the first right code.

Invariant: a code is taken once. What was taken, and every code of an earlier moment, is refused from then on.
"""

import hmac
from datetime import timedelta
from typing import Final

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.models_factors import AuthenticatorRow
from tribute.access.people import Person
from tribute.access.sealing import SealBrokenError
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError
from tribute.ledger.mails import Seal

SEALING_PURPOSE: Final = "secrets of authenticator apps"
STEP_SECONDS: Final = 30
BEGUN_FOR: Final = timedelta(hours=1)
"""How long a secret is shown before another one is made."""
_DRIFT: Final = 1
"""How many steps a clock may be off, either way (RFC 6238, section 5.2)."""
_DIGITS: Final = 6


class Authenticators:
    """Sets apps up and checks their codes within the session's transaction."""

    def __init__(self, session: Session, clock: Clock, seal: Seal) -> None:
        self._session = session
        self._clock = clock
        self._seal = seal

    def is_on(self, person: Person) -> bool:
        """Whether the person's codes are asked for."""
        return has_authenticator(self._session, person)

    def begin(self, person: Person) -> str:
        """The secret (base 32) to put into an app; the same one for an hour. Nothing is on yet. Raises ConflictError when one is on."""
        row = self._row(person)
        if row is not None and row.confirmed_at is not None:
            raise ConflictError("an authenticator app is set up already; remove it first")
        now = self._clock.now()
        if row is not None and now - row.begun_at < BEGUN_FOR:
            return self._seal.open(row.sealed_secret, _place(person))
        secret = pyotp.random_base32()
        if row is None:
            row = AuthenticatorRow(role=person.kind, person_id=person.id, confirmed_at=None)
            self._session.add(row)
        row.sealed_secret, row.begun_at, row.last_step = self._seal.seal(secret, _place(person)), now, 0
        self._session.flush()
        return secret

    def confirm(self, person: Person, code: str) -> bool:
        """Turn the app on with its first code; false for a wrong one, and when nothing was begun."""
        row = self._row(person)
        if row is None or row.confirmed_at is not None or not self._take(row, person, code):
            return False
        row.confirmed_at = self._clock.now()
        self._session.flush()
        return True

    def check(self, person: Person, code: str) -> bool:
        """Whether this is the app's code of now, or of the step before or after; it is used up by that."""
        row = self._row(person)
        return row is not None and row.confirmed_at is not None and self._take(row, person, code)

    def remove(self, person: Person) -> bool:
        """Ask for no codes any more; false when none were asked for."""
        row = self._row(person)
        if row is None:
            return False
        was_on = row.confirmed_at is not None
        self._session.delete(row)
        self._session.flush()
        return was_on

    def _take(self, row: AuthenticatorRow, person: Person, code: str) -> bool:
        digits = "".join(sign for sign in code if not sign.isspace())
        if len(digits) != _DIGITS or not digits.isascii() or not digits.isdigit():
            return False
        try:
            app = pyotp.TOTP(self._seal.open(row.sealed_secret, _place(person)), interval=STEP_SECONDS)
        except SealBrokenError:  # sealed under a secret that is gone: no code is right, and recovery codes go on
            return False
        now = int(self._clock.now().timestamp()) // STEP_SECONDS
        right = [step for step in range(now - _DRIFT, now + _DRIFT + 1) if hmac.compare_digest(app.generate_otp(step), digits)]
        fresh = [step for step in right if step > row.last_step]
        if fresh:
            row.last_step = fresh[0]
            self._session.flush()
        return bool(fresh)

    def _row(self, person: Person) -> AuthenticatorRow | None:
        return self._session.get(AuthenticatorRow, (person.kind, person.id))


def has_authenticator(session: Session, person: Person) -> bool:
    """Whether codes of an app are asked for after a password or a link."""
    this = (AuthenticatorRow.role == person.kind, AuthenticatorRow.person_id == person.id, AuthenticatorRow.confirmed_at.is_not(None))
    return session.scalar(sa.select(sa.exists().where(*this))) or False


def setup_address(secret: str, *, email: str, place: str) -> str:
    """The address that an app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name=place)


def _place(person: Person) -> str:
    return f"{person.kind}:{person.id}"
