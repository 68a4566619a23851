"""A JWT of the configured issuer speaks for the affiliate whom its claim names; every other JWT is refused, whatever is wrong with it."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.support.issuer import AUDIENCE, AnyKey, LocalIssuer, as_jwk, local_issuer, part, rsa_key
from tests.support.ledger import NOON, clock_at, new_ledger
from tests.support.people import new_affiliate
from tribute.access.caller import Caller, WrongCredentialsError
from tribute.access.door import Access
from tribute.access.issuer import Issuer
from tribute.access.people import Person
from tribute.access.tokens import Tokens
from tribute.kit.clock import FixedClock
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database

CURVE = ec.generate_private_key(ec.SECP256R1())
OTHER_CURVE = ec.generate_private_key(ec.SECP384R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as running:
        yield running


@pytest.fixture
def clock() -> FixedClock:
    return clock_at()


@pytest.fixture
def access(ledger: Database, issuer: LocalIssuer, clock: FixedClock) -> Access:
    return believing(ledger, issuer, clock)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One for all: nothing here depends on the engine, and only tokens differ."""
    made = new_ledger(tmp_path_factory.mktemp("ledger"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ada(ledger: Database) -> Person:
    return new_affiliate(ledger, "ada")


def believing(ledger: Database, issuer: LocalIssuer, clock: FixedClock, claim: str = "affiliate_id") -> Access:
    return Access(ledger, clock, Issuer(issuer.url, (AUDIENCE, "another"), claim, clock))


@pytest.mark.parametrize("name", ["ada", " ADA ", "ID", "Ada@Example.com"])
def test_a_claim_is_a_code_an_id_or_an_address(access: Access, ada: Person, issuer: LocalIssuer, name: str) -> None:
    told = ada.id if name == "ID" else name
    assert access.caller_for_token(issuer.token(NOON, affiliate_id=told)) == Caller.of_affiliate(ada.id)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [AUDIENCE, "others"]},
        {"aud": "another"},
        {"aud": None, "client_id": AUDIENCE},
        {"exp": int((NOON - timedelta(seconds=29)).timestamp())},
        {"nbf": int((NOON + timedelta(seconds=29)).timestamp())},
        {"exp": NOON.timestamp() + 0.5},
        {"iat": None},
        {"sub": None},
    ],
)
def test_what_is_right_is_accepted(access: Access, ada: Person, issuer: LocalIssuer, claims: dict[str, Any]) -> None:
    assert access.caller_for_token(issuer.token(NOON, **claims)) == Caller.of_affiliate(ada.id)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": ["somebody-else", 7]},
        {"aud": []},
        {"aud": None},
        {"aud": "somebody-else", "client_id": AUDIENCE},
        {"aud": {AUDIENCE: 1}},
        {"iss": "https://other.example"},
        {"iss": None},
        {"exp": None},
        {"exp": int((NOON - timedelta(seconds=31)).timestamp())},
        {"exp": True},
        {"exp": "2999"},
        {"exp": float("nan")},
        {"nbf": int((NOON + timedelta(seconds=31)).timestamp())},
        {"nbf": "soon"},
        {"affiliate_id": None},
        {"affiliate_id": "nobody"},
        {"affiliate_id": ""},
        {"affiliate_id": ["ada"]},
        {"affiliate_id": "a" * 300},
        {"affiliate_id": "a\x00@example.com"},
        {"affiliate_id": "\ud800@"},
        {"affiliate_id": "aff_00000000000000000000"},
    ],
)
def test_what_is_wrong_is_refused(access: Access, ada: Person, issuer: LocalIssuer, claims: dict[str, Any]) -> None:
    assert ada
    assert access.caller_for_token(issuer.token(NOON))
    with pytest.raises(WrongCredentialsError):
        access.caller_for_token(issuer.token(NOON, **claims))


def test_an_affiliate_who_is_deactivated_is_refused(access: Access, issuer: LocalIssuer, ledger: Database) -> None:
    eve, token = new_affiliate(ledger, "eve"), issuer.token(NOON, affiliate_id="eve")
    assert access.caller_for_token(token) == Caller.of_affiliate(eve.id)
    with ledger.session() as session:
        Affiliates(session, clock_at()).set_active(eve.id, active=False)
    with pytest.raises(WrongCredentialsError):
        access.caller_for_token(token)


@pytest.mark.parametrize(("verified", "accepted"), [(True, True), ("true", True), (False, False), (None, False), (1, False), ([], False)])
def test_an_address_of_the_email_claim_is_verified(
    ledger: Database, ada: Person, issuer: LocalIssuer, verified: Any, accepted: bool
) -> None:
    access, token = believing(ledger, issuer, clock_at(), "email"), issuer.token(NOON, email="ada@example.com", email_verified=verified)
    if accepted:
        assert access.caller_for_token(token) == Caller.of_affiliate(ada.id)
    else:
        with pytest.raises(WrongCredentialsError):
            access.caller_for_token(token)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(rsa_key(), "RS512"), (rsa_key(), "PS256"), (CURVE, "ES256"), (OTHER_CURVE, "ES384"), (EDWARDS, "EdDSA")],
)
def test_signatures_with_public_keys_are_understood(access: Access, ada: Person, issuer: LocalIssuer, key: AnyKey, algorithm: str) -> None:
    issuer.keys = [{"kty": "new"}, {"kty": "EC", "crv": "P-256", "x": 1}, as_jwk(key, kid="k")]
    assert access.caller_for_token(issuer.token(NOON, key=key, algorithm=algorithm, kid="k")) == Caller.of_affiliate(ada.id)


def forged(issuer: LocalIssuer, header: dict[str, Any], secret: bytes | None) -> str:
    """A token that is signed by someone who knows the public key, or by nobody."""
    told = f"{part(header)}.{part(issuer.claims(NOON))}"
    digest = hashlib.sha256 if header.get("alg") == "HS256" else hashlib.sha512
    return f"{told}.{part(hmac.new(secret, told.encode(), digest).digest()) if secret is not None else ''}"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", "HS512", "", None, "ES256K", "RS1", ["RS256"]])
@pytest.mark.parametrize("kid", ["first", None])
def test_no_signature_and_shared_secrets_are_refused(
    access: Access, ada: Person, issuer: LocalIssuer, algorithm: Any, kid: str | None
) -> None:
    assert ada
    public = rsa_key().public_key()
    published = [
        None,
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(issuer.keys[0]).encode(),
    ]
    header = {name: value for name, value in {"alg": algorithm, "kid": kid}.items() if value is not None}
    for secret in published:
        with pytest.raises(WrongCredentialsError):
            access.caller_for_token(forged(issuer, header, secret))


@pytest.mark.parametrize(
    "published",
    [
        as_jwk(rsa_key("other"), kid="first"),
        as_jwk(rsa_key(), kid="first", alg="PS256"),
        as_jwk(rsa_key(), kid="first", use="enc"),
        {"kty": "oct", "kid": "first", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "alg": "RS256"},
        as_jwk(CURVE, kid="first", alg="RS256"),
    ],
)
def test_a_key_that_is_not_its_own_is_refused(access: Access, ada: Person, issuer: LocalIssuer, published: dict[str, Any]) -> None:
    assert ada
    issuer.keys = [published]
    with pytest.raises(WrongCredentialsError):
        access.caller_for_token(issuer.token(NOON))


def test_a_weak_key_is_none(access: Access, ada: Person, issuer: LocalIssuer) -> None:
    assert ada
    weak = rsa_key("weak", 1024)
    issuer.keys = [as_jwk(weak, kid="first")]
    with pytest.warns(Warning, match="below"):
        token = issuer.token(NOON, key=weak)
    with pytest.raises(WrongCredentialsError):
        access.caller_for_token(token)


def test_a_token_without_a_key_id_is_accepted_when_there_is_one_key(access: Access, ada: Person, issuer: LocalIssuer) -> None:
    assert access.caller_for_token(issuer.token(NOON, kid=None)) == Caller.of_affiliate(ada.id)


def test_a_token_without_a_key_id_is_refused_when_there_are_more(access: Access, ada: Person, issuer: LocalIssuer) -> None:
    assert ada
    issuer.keys.append(as_jwk(rsa_key("second"), kid="second"))
    with pytest.raises(WrongCredentialsError):
        access.caller_for_token(issuer.token(NOON, kid=None))


def test_tokens_of_ours_never_reach_the_issuer(access: Access, ada: Person, issuer: LocalIssuer, ledger: Database) -> None:
    with ledger.session() as session:
        _, secret = Tokens(session, clock_at()).add(ada.id)
    assert access.caller_for_token(secret) == Caller.of_affiliate(ada.id)
    for wrong in ("tribute_a.b.c", "wrong", "a.b", ""):
        with pytest.raises(WrongCredentialsError):
            access.caller_for_token(wrong)
    assert issuer.asked == 0


def test_without_an_issuer_a_jwt_is_an_unknown_token(ledger: Database, ada: Person, issuer: LocalIssuer) -> None:
    assert ada
    with pytest.raises(WrongCredentialsError, match="unknown or revoked"):
        Access(ledger, clock_at()).caller_for_token(issuer.token(NOON))


ASLEEP = Issuer("https://issuer.invalid", (AUDIENCE,), "affiliate_id", clock_at())
PARTS = st.one_of(st.text(max_size=20), st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists).map(part))


@given(st.tuples(PARTS, PARTS, PARTS).map(".".join))
def test_any_text_is_refused_and_asks_for_no_key(text: str) -> None:
    with pytest.raises(WrongCredentialsError):
        ASLEEP.affiliate_named_by(text)
