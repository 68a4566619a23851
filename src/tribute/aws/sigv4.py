"""Signature Version 4, the verifying side: no well-kept library has it, botocore only signs. Pure; called by the door.

Source: "AWS Signature Version 4 for API requests" in AWS's general reference. Everything that decides what a request means is signed here:
method, path, every `x-amz-…` header, the content type, the host, the time and the body. A request may be sent again within five minutes,
as with AWS itself; what it does is told apart by its own ids.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from tribute.aws.errors import AwsError

SKEW: Final = timedelta(minutes=5)
"""How far a signer's clock may be from ours, either way."""

_ALGORITHM = "AWS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} +Credential=(?P<key>[A-Za-z0-9]{{1,128}})/(?P<date>\d{{8}})/"
    r"(?P<region>[a-z0-9-]{1,64})/(?P<service>[a-z0-9-]{1,64})/aws4_request"
    r" *, *SignedHeaders=(?P<headers>[a-z0-9;_.-]{1,4096}) *, *Signature=(?P<signature>[0-9a-f]{64})"
)
_TIME_FORM = "%Y%m%dT%H%M%SZ"
_TIME = re.compile(r"\d{8}T\d{6}Z")
_AMONG_SIGNED = frozenset({"host", "x-amz-date"})
_ONCE = frozenset({"authorization", "host", "content-type", "content-length", "transfer-encoding"})
"""Two of these, or two of one `x-amz-…`, would leave open which of them was meant."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request but for its body, as it came over the wire. Header names are in lower case."""

    method: str
    path: bytes
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]

    def values(self) -> dict[str, list[str]]:
        """Header values by name."""
        values: dict[str, list[str]] = {}
        for name, value in self.headers:
            values.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        return values


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of its signature, all of it checked but the signature itself."""

    access_key_id: str
    scope: str
    """`date/region/service/aws4_request`."""
    amz_date: str
    signed: frozenset[str]
    """The headers that are signed; what others say may be anybody's word."""
    signature: str = field(repr=False)
    canonical_head: str = field(repr=False)
    """The canonical request without its last line, the hash of the body."""
    told_hash: str | None
    """`x-amz-content-sha256`."""


def claim_of(head: Head, service: str, now: datetime) -> Claim:
    """What the head of a request claims. Raises AwsError for one that is not signed for this service, or not within `SKEW` of `now`."""
    values = head.values()
    _refuse_doubles(values)
    if head.query:
        raise _incomplete("The query has to be empty; presigned addresses are not accepted here.")
    if "authorization" not in values:
        raise AwsError("MissingAuthenticationTokenException", "The request has no signature in its Authorization header.", 403)
    if "x-amz-security-token" in values:
        raise _unknown("Keys of Tribute have no session token; use the key from `tribute aws-key add` alone.")
    found = _AUTHORIZATION.fullmatch(values["authorization"][0].strip())
    if found is None:
        raise _incomplete(f"The Authorization header is no complete {_ALGORITHM} with Credential, SignedHeaders and Signature.")
    if found["service"] != service:
        raise _invalid(f"Credential should be scoped to correct service: '{service}'.")
    names = found["headers"].split(";")
    _check_names(names, values)
    amz_date = values["x-amz-date"][0].strip()
    _check_time(amz_date, found["date"], now)
    return Claim(
        access_key_id=found["key"],
        scope=f"{found['date']}/{found['region']}/{service}/aws4_request",
        amz_date=amz_date,
        signed=frozenset(names),
        signature=found["signature"],
        canonical_head=_canonical_head(head, names, values),
        told_hash=values.get("x-amz-content-sha256", [None])[0],
    )


def verify(claim: Claim, secret: str, body: bytes) -> None:
    """Check the signature with the key's secret, and with it the body. Raises AwsError."""
    body_hash = hashlib.sha256(body).hexdigest()
    if claim.told_hash is not None and claim.told_hash.strip() != body_hash:
        raise _invalid("The hash in x-amz-content-sha256 is not that of the body; unsigned and chunked payloads are not accepted here.")
    canonical = f"{claim.canonical_head}\n{body_hash}"
    to_sign = f"{_ALGORITHM}\n{claim.amz_date}\n{claim.scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(_signing_key(secret, claim.scope), to_sign.encode(), "sha256").hex()
    if not hmac.compare_digest(signature, claim.signature):
        raise _invalid(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
            "method. A proxy in front of Tribute has to leave path and Host as they are."
        )


def unknown_key() -> AwsError:
    """Nobody has that key, or not any more."""
    return _unknown("The security token included in the request is invalid: no key in force has that id.")


def _refuse_doubles(values: dict[str, list[str]]) -> None:
    doubled = next((name for name, told in values.items() if len(told) > 1 and (name in _ONCE or name.startswith("x-amz-"))), None)
    if doubled is not None:
        raise _incomplete(f"The header {doubled} is there more than once.")


def _check_names(names: list[str], values: dict[str, list[str]]) -> None:
    """All that decides what a request means must be signed, and what is said to be signed must be there."""
    if names != sorted(names) or max(Counter(names).values()) > 1:
        raise _incomplete("SignedHeaders has to name each header once, in alphabetical order.")
    needed = _AMONG_SIGNED | {name for name in values if name == "content-type" or name.startswith("x-amz-")}
    for name in sorted(needed.difference(names)):
        raise _incomplete(f"The header {name} has to be among the SignedHeaders.")
    for name in names:
        if name not in values:
            raise _incomplete(f"The header {name} is said to be signed and is not there.")


def _check_time(amz_date: str, scope_date: str, now: datetime) -> None:
    try:
        if not _TIME.fullmatch(amz_date):
            raise ValueError(amz_date)
        at = datetime.strptime(amz_date, _TIME_FORM).replace(tzinfo=UTC)
    except ValueError as error:
        raise _incomplete(f"The header x-amz-date has to look like {now:{_TIME_FORM}}.") from error
    if scope_date != amz_date[:8]:
        raise _invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{scope_date}' != '{amz_date[:8]}', from '{amz_date}'."
        )
    earliest, latest = now - SKEW, now + SKEW
    if at < earliest:
        raise _invalid(f"Signature expired: {amz_date} is now earlier than {earliest:{_TIME_FORM}} ({now:{_TIME_FORM}} - 5 min.)")
    if at > latest:
        raise _invalid(f"Signature not yet current: {amz_date} is still later than {latest:{_TIME_FORM}} ({now:{_TIME_FORM}} + 5 min.)")


def _canonical_head(head: Head, names: list[str], values: dict[str, list[str]]) -> str:
    """The path is encoded once more, as for every service but S3; white space in values is one blank; a header's values are joined."""
    lines = [f"{name}:{','.join(' '.join(value.split()) for value in values[name])}" for name in names]
    path = quote(head.path, safe="/~")
    return "\n".join([head.method, path, "", *lines, "", ";".join(names)])


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _incomplete(problem: str) -> AwsError:
    return AwsError("IncompleteSignatureException", problem, 403)


def _invalid(problem: str) -> AwsError:
    return AwsError("InvalidSignatureException", problem, 403)


def _unknown(problem: str) -> AwsError:
    return AwsError("UnrecognizedClientException", problem, 403)
