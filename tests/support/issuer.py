"""An OpenID Connect issuer on loopback with keys of its own, whose keys can change, hide or fail. For tests of JWTs."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE = "affiliate-portal"

AnyKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def rsa_key(name: str = "first", bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of that name, the same one for the whole run."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def as_jwk(key: AnyKey, **members: str) -> dict[str, Any]:
    """The public half, as issuers publish it."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        made = RSAAlgorithm.to_jwk(public, as_dict=True)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        made = ECAlgorithm.to_jwk(public, as_dict=True)
    else:
        made = OKPAlgorithm.to_jwk(public, as_dict=True)
    return {name: value for name, value in made.items() if name != "key_ops"} | members


def part(value: Any) -> str:
    """One part of a JWT, as it is written."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class LocalIssuer:
    """The issuer. `asked` counts the requests for its keys; `broken` answers, in place of every document, status and body."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: list[dict[str, Any]] = [as_jwk(rsa_key(), kid="first", alg="RS256", use="sig")]
        self.issuer = url
        self.keys_url = f"{url}/keys"
        self.broken: tuple[int, bytes] | None = None
        self.delay = 0.0
        self.asked = 0

    def claims(self, now: datetime, **claims: Any) -> dict[str, Any]:
        """What a token says unless told otherwise; a claim that is None is left out."""
        usual = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "someone",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=1)).timestamp()),
            "affiliate_id": "ada",
        }
        return {name: value for name, value in (usual | claims).items() if value is not None}

    def token(self, now: datetime, *, key: AnyKey | None = None, algorithm: str = "RS256", kid: str | None = "first", **claims: Any) -> str:
        """A signed token."""
        headers = {"kid": kid} if kid is not None else {}
        return jwt.encode(self.claims(now, **claims), key or rsa_key(), algorithm=algorithm, headers=headers)

    def answer(self, path: str) -> tuple[int, bytes]:
        """What a request gets."""
        self.asked += path == "/keys"
        if self.delay:
            time.sleep(self.delay)  # a slow issuer, not a way to wait for something
        if self.broken is not None:
            return self.broken
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps({"issuer": self.issuer, "jwks_uri": self.keys_url, "more": 1}).encode()
        return (200, json.dumps({"keys": self.keys}).encode()) if path == "/keys" else (404, b"")


@contextmanager
def local_issuer() -> Iterator[LocalIssuer]:
    """An issuer that answers until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = issuer.answer(self.path)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = LocalIssuer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
