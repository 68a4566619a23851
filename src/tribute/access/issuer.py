"""Tokens of an OpenID Connect issuer (JWT): checked in full before a claim of theirs is believed. The door is the only caller.

Checked are the signature with a key of the issuer's, `iss`, `aud`, `exp` and `nbf` (RFC 7519, RFC 8725); the clocks may differ by a little.
"""

import threading
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
import structlog
from jwt.exceptions import PyJWTError

from tribute.access.caller import WrongCredentialsError
from tribute.access.issuer_keys import ALGORITHMS, IssuerKeys
from tribute.kit.clock import Clock

LEEWAY: Final = timedelta(seconds=30)
_LONGEST: Final = 16_384
_LONGEST_NAME: Final = 254
_TELL_EVERY: Final = timedelta(minutes=1)
_BY_US: Final = {f"verify_{claim}": False for claim in ("aud", "exp", "nbf", "iat", "sub", "jti")}
"""What the library would check against the machine's clock, or more strictly than issuers write it."""

_log = structlog.get_logger(__name__)


class Issuer:
    """Reads who a token is about. Threads may share it; it may wait for the network, so never call it on an event loop."""

    def __init__(self, issuer: str, audience: tuple[str, ...], affiliate_claim: str, clock: Clock) -> None:
        self._issuer = issuer
        self._audience = frozenset(audience)
        self._claim = affiliate_claim
        self._clock = clock
        self._keys = IssuerKeys(issuer, clock)
        self._told: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def affiliate_named_by(self, token: str) -> str:
        """The value of the affiliate's claim: a code, an id or an e-mail address.

        Raises WrongCredentialsError, and IssuerUnavailableError while the issuer's keys cannot be had.
        """
        claims = self._claims(token)
        self._check_audience(claims)
        self._check_times(claims)
        name = claims.get(self._claim)
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
            raise self.refused(f"it has no text in {self._claim}")
        verified = claims.get("email_verified")
        if self._claim == "email" and verified is not True and verified != "true":
            raise self.refused("its e-mail address is not verified")
        return name

    def refused(self, reason: str) -> WrongCredentialsError:
        """The refusal of a token; the log has the reason, at most once a minute, and the sender has not."""
        now = self._clock.now()
        with self._lock:
            told_at = self._told.get(reason)
            is_due = told_at is None or now - told_at >= _TELL_EVERY
            if is_due:
                self._told[reason] = now
        if is_due:
            _log.info("issuer_token_refused", reason=reason)
        return WrongCredentialsError("the identity provider's token is not accepted; sign in again")

    def _claims(self, token: str) -> dict[str, Any]:
        """What the issuer says, the signature checked."""
        if len(token) > _LONGEST:
            raise self.refused("it is too long")
        try:
            header = jwt.get_unverified_header(token)
            algorithm, key_id = header.get("alg"), header.get("kid")
        except (PyJWTError, ValueError, RecursionError) as error:
            raise self.refused("it is no JWT") from error
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise self.refused("it is not signed with a public key's algorithm")
        key = self._keys.find(key_id, algorithm)
        if key is None:
            raise self.refused("the issuer has no such key")
        try:
            options: Any = {**_BY_US, "require": ["exp", "iss"]}
            return jwt.decode(token, key, algorithms=[algorithm], issuer=self._issuer, options=options)
        except jwt.InvalidIssuerError as error:
            raise self.refused("it is another issuer's") from error
        except jwt.MissingRequiredClaimError as error:
            raise self.refused(f"it has no {error.claim}") from error
        except (PyJWTError, ValueError, RecursionError) as error:
            raise self.refused("its signature is wrong") from error

    def _check_audience(self, claims: dict[str, Any]) -> None:
        """`aud` names us; Cognito's access tokens have none and name the application in `client_id`."""
        told = claims["aud"] if "aud" in claims else claims.get("client_id")
        names = told if isinstance(told, list) else [told]
        if not any(isinstance(name, str) and name in self._audience for name in names):
            raise self.refused("it is for another audience")

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._clock.now().timestamp()
        ends, begins = claims["exp"], claims.get("nbf", 0)
        if any(isinstance(at, bool) or not isinstance(at, int | float) for at in (ends, begins)):
            raise self.refused("its times are no numbers")
        if not now < ends + LEEWAY.total_seconds():
            raise self.refused("it has expired")
        if not now >= begins - LEEWAY.total_seconds():
            raise self.refused("it is not valid yet")
