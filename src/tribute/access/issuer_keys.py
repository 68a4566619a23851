"""The keys of an OpenID Connect issuer: found by discovery, kept in memory, fetched again when they are old or one is missing.

Invariant: at most one fetch a minute, by one thread, and few threads wait for it; whoever finds a fresh key waits for nobody. For `issuer`.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
import structlog
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from tribute.kit.clock import Clock
from tribute.kit.errors import UnavailableError
from tribute.kit.origins import is_private_way

FETCH_EVERY: Final = timedelta(minutes=1)
OLD_AFTER: Final = timedelta(minutes=15)
USED_FOR: Final = timedelta(hours=24)
"""How long kept keys serve while the issuer cannot be reached."""
_FETCH_SECONDS: Final = 5.0
_MOST_BYTES: Final = 512 * 1024
_MOST_KEYS: Final = 50
_MOST_AT_A_FETCH: Final = 3
"""The thread that fetches and those that wait for it: the rest of the server needs the others."""
_LEAST_RSA_BITS: Final = 2048

_RSA: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_CURVES: Final = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA"}
ALGORITHMS: Final = frozenset({*_RSA, *_CURVES.values()})
"""Signatures with a public key, and nothing else: neither `none` nor a secret that both sides would know."""

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class IssuerUnavailableError(UnavailableError):
    """The issuer's keys are not known and cannot be fetched now: HTTP 503."""

    def __init__(self) -> None:
        super().__init__("The identity provider that signs tokens cannot be asked for its keys; try again in a minute.")


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


class _FetchError(Exception):
    """What the issuer answered, or did not, in words for the log."""


@dataclass(frozen=True, slots=True)
class _Key:
    id: str | None
    algorithm: str
    key: PyJWK


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: tuple[_Key, ...]
    fetched_at: datetime

    def find(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The key with this id; for a token that names none, the only key there is (OpenID Connect Core, section 10.1)."""
        fitting = [one.key for one in self.keys if one.algorithm == algorithm and key_id in {None, one.id}]
        return fitting[0] if fitting and (key_id is not None or len(fitting) == 1) else None


class IssuerKeys:
    """The keys of one issuer. Threads may share it; it may wait for the network, so never call it on an event loop."""

    def __init__(self, issuer: str, clock: Clock) -> None:
        self._issuer = issuer
        self._clock = clock
        self._kept: _Kept | None = None
        self._tried_at: datetime | None = None
        self._fetching = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_AT_A_FETCH)

    def find(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The key that a token was signed with; None when the issuer has none like it. Raises IssuerUnavailableError."""
        kept = self._kept
        age = self._clock.now() - kept.fetched_at if kept is not None else USED_FOR
        if kept is None or age >= USED_FOR:
            kept = self._renewed(kept)
        elif age >= OLD_AFTER and not self._fetching.locked():
            kept = self._renewed_or_kept(kept)
        found = kept.find(key_id, algorithm)
        return found if found is not None else self._renewed(kept).find(key_id, algorithm)

    def _renewed_or_kept(self, kept: _Kept) -> _Kept:
        try:
            return self._renewed(kept)
        except IssuerUnavailableError:
            return kept

    def _renewed(self, before: _Kept | None) -> _Kept:
        """Keys that are newer than `before`, or the same when those are less than a minute old. Raises IssuerUnavailableError."""
        if not self._places.acquire(blocking=False):
            raise IssuerUnavailableError
        try:
            with self._fetching:
                if self._kept is None or self._kept is before:
                    self._fetch()
                if self._kept is None:
                    raise IssuerUnavailableError
                return self._kept
        finally:
            self._places.release()

    def _fetch(self) -> None:
        """Fetch unless that was tried within the last minute. Raises IssuerUnavailableError when the last try failed."""
        now = self._clock.now()
        if self._tried_at is not None and timedelta() <= now - self._tried_at < FETCH_EVERY:
            if self._kept is None or self._kept.fetched_at < self._tried_at:
                raise IssuerUnavailableError
            return
        self._tried_at = now
        try:
            self._kept = _Kept(_fetched(self._issuer), now)
        except _FetchError as error:
            _log.warning("issuer_keys_unavailable", issuer=self._issuer, reason=str(error))
            raise IssuerUnavailableError from error


def _fetched(issuer: str) -> tuple[_Key, ...]:
    give_up_at = time.monotonic() + _FETCH_SECONDS
    found = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration", _Discovery, give_up_at)
    if found.issuer != issuer:
        raise _FetchError("its configuration names another issuer; TRIBUTE_OIDC_ISSUER must be the same to the letter")
    if not is_private_way(found.jwks_uri):
        raise _FetchError("its keys are not behind https")
    return tuple(_usable(_document(found.jwks_uri, _KeySet, give_up_at).keys[:_MOST_KEYS]))


def _document(address: str, kind: type[T], give_up_at: float) -> T:
    import httpx

    body = bytearray()
    try:
        with httpx.stream("GET", address, timeout=_FETCH_SECONDS, headers={"accept": "application/json"}) as answer:
            if answer.status_code != 200:
                raise _FetchError(f"{address} answers with {answer.status_code}")
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES or time.monotonic() > give_up_at:
                    raise _FetchError(f"{address} answers too slowly, or too much")
        return msgspec.json.decode(bytes(body), type=kind)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _FetchError(f"{address} cannot be reached: {type(error).__name__}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _FetchError(f"{address} answers with something else than is expected there") from error


def _usable(told: Iterable[dict[str, Any]]) -> Iterable[_Key]:
    """The keys for signatures; what is unknown, secret or weak is passed over, as RFC 7517 (section 5) asks."""
    for jwk in told:
        key_id = jwk.get("kid")
        for algorithm in _algorithms(jwk):
            try:
                key = PyJWK(jwk, algorithm)
            except (PyJWTError, ValueError, TypeError, KeyError):
                continue
            if algorithm not in _RSA or key.key.key_size >= _LEAST_RSA_BITS:
                yield _Key(key_id if isinstance(key_id, str) else None, algorithm, key)


def _algorithms(jwk: dict[str, Any]) -> tuple[str, ...]:
    """What a key may have signed with: by its type, narrowed to the algorithm that it names."""
    kind, curve, named = jwk.get("kty"), jwk.get("crv"), jwk.get("alg")
    if jwk.get("use", "sig") != "sig":
        return ()
    by_curve = _CURVES.get(curve) if isinstance(curve, str) and kind in {"EC", "OKP"} else None
    possible = _RSA if kind == "RSA" else (by_curve,) if by_curve is not None else ()
    return tuple(one for one in possible if named is None or named == one)
