"""Whatever botocore signs is accepted, and nothing of it can be changed, left unsigned, or sent too early or too late."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.signing import ACCESS_KEY_ID, SECRET, signed
from tribute.aws.errors import AwsError
from tribute.aws.sigv4 import SKEW, Claim, Head, claim_of, unknown_key, verify

BODY = b'{"DeliveryStreamName":"course-a.example"}'
HEADERS = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Firehose_20150804.PutRecord", "User-Agent": "Boto3"}

header_names = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True).filter(
    lambda name: (
        not name.startswith(("x-amz-", "x-amzn-"))
        and name not in {"host", "authorization", "content-type", "content-length", "expect", "transfer-encoding", "user-agent"}
    )
)
header_values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f\x85\xa0"), max_size=40)


def check(head: Head, at: datetime, body: bytes = BODY, secret: str = SECRET) -> Claim:
    """What a door does: the id in the claim says whose secret is tried, and only one key is known."""
    claim = claim_of(head, "firehose", at)
    if claim.access_key_id != ACCESS_KEY_ID:
        raise unknown_key()
    verify(claim, secret, body)
    return claim


def refusal(head: Head, at: datetime, body: bytes = BODY, secret: str = SECRET) -> str:
    with pytest.raises(AwsError) as refused:
        check(head, at, body, secret)
    return refused.value.code


def with_header(head: Head, name: str, change: Callable[[bytes], bytes | None]) -> Head:
    """The head with a header's value changed, or without it."""
    fields = [(key, change(value) if key == name.encode() else value) for key, value in head.headers]
    return replace(head, headers=[(key, value) for key, value in fields if value is not None])


@given(
    st.binary(max_size=200),
    st.dictionaries(header_names, header_values, max_size=4),
    st.sampled_from(["/", "/aws/firehose", "/aws/firehose/", "/a%20b/~c"]),
    st.from_regex(r"[a-z]{2}-[a-z]{4,9}-[0-9]", fullmatch=True),
)
def test_what_botocore_signs_is_accepted(body: bytes, headers: dict[str, str], path: str, region: str) -> None:
    head, at = signed(body, HEADERS | headers, url=f"https://tribute.example{path}", region=region)
    assert check(head, at, body).access_key_id == ACCESS_KEY_ID


@given(st.data())
def test_no_single_change_of_what_is_signed_is_accepted(data: st.DataObject) -> None:
    head, at = signed(BODY, HEADERS | {"X-Amz-Content-Sha256-Note": "told", "Amz-Sdk-Invocation-Id": "one"})
    claim = check(head, at)
    parts = ["body", "path", "method", "query", "secret", "authorization", *sorted(claim.signed)]
    part = data.draw(st.sampled_from(parts))
    body, secret = BODY, SECRET
    if part == "body":
        body = data.draw(changed(BODY))
    elif part == "secret":
        secret = data.draw(changed(SECRET.encode())).decode("latin-1")
    elif part == "path":
        head = replace(head, path=data.draw(changed(head.path)))
    elif part == "query":
        head = replace(head, query=b"a=b")
    elif part == "method":
        head = replace(head, method="PUT")
    else:
        [value] = [value for name, value in head.headers if name.decode() == part]
        new = data.draw(changed(value).filter(lambda new: b" ".join(new.split()) != b" ".join(value.split())))
        new = new if part != "authorization" else data.draw(changed_authorization(value))
        head = with_header(head, part, lambda _: new)
    refusal(head, at, body, secret)


def changed(value: bytes) -> st.SearchStrategy[bytes]:
    """One byte another one, one more, or one less."""
    places = st.integers(0, len(value) - 1)
    letters = st.integers(0x21, 0x7E).map(lambda code: bytes([code]))
    swapped = st.builds(lambda at, new: value[:at] + new + value[at + 1 :], places, letters)
    longer = st.builds(lambda at, new: value[:at] + new + value[at:], places, letters)
    shorter = places.map(lambda at: value[:at] + value[at + 1 :])
    return st.one_of(swapped, longer, shorter).filter(lambda new: new != value)


def changed_authorization(value: bytes) -> st.SearchStrategy[bytes]:
    """As `changed`, but for blanks, which may stand between the parts."""
    written = value.replace(b" ", b"")
    return changed(value).filter(lambda new: new.replace(b" ", b"") != written)


def test_another_keys_secret_is_refused() -> None:
    head, at = signed(BODY, HEADERS, secret="another secret")
    assert refusal(head, at) == "InvalidSignatureException"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_may_be_five_minutes_off_and_no_more(sign: int) -> None:
    head, at = signed(BODY, HEADERS)
    check(head, at + sign * SKEW)
    assert refusal(head, at + sign * (SKEW + timedelta(seconds=1))) == "InvalidSignatureException"


@pytest.mark.parametrize("service", ["timestream", "s3", "firehose2"])
def test_a_signature_for_another_service_is_refused(service: str) -> None:
    head, at = signed(BODY, HEADERS, service=service)
    assert refusal(head, at) == "InvalidSignatureException"


@pytest.mark.parametrize("header", ["x-amz-target", "x-amz-anything", "content-type"])
def test_what_decides_what_a_request_means_must_be_signed(header: str) -> None:
    head, at = signed(BODY, {name: value for name, value in HEADERS.items() if name.lower() != header})
    added = replace(head, headers=[*head.headers, (header.encode(), b"application/json")])
    assert refusal(added, at) == "IncompleteSignatureException"


@pytest.mark.parametrize("header", ["host", "x-amz-date", "x-amz-target", "authorization", "content-type", "content-length"])
def test_a_header_that_comes_twice_is_refused(header: str) -> None:
    head, at = signed(BODY, HEADERS | {"Content-Length": str(len(BODY))})
    [value] = [value for name, value in head.headers if name.decode() == header]
    assert refusal(replace(head, headers=[*head.headers, (header.encode(), value)]), at) == "IncompleteSignatureException"


@pytest.mark.parametrize("header", ["host", "x-amz-date", "x-amz-target"])
def test_a_signed_header_must_be_there(header: str) -> None:
    head, at = signed(BODY, HEADERS)
    assert refusal(with_header(head, header, lambda _: None), at) == "IncompleteSignatureException"


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("authorization", None, "MissingAuthenticationTokenException"),
        ("authorization", b"", "IncompleteSignatureException"),
        ("authorization", b"Bearer tribute_token", "IncompleteSignatureException"),
        ("authorization", b"AWS4-HMAC-SHA256 " + b"Credential=" * 5000, "IncompleteSignatureException"),
        ("authorization", b"AWS4-ECDSA-P256-SHA256 Credential=x", "IncompleteSignatureException"),
        ("x-amz-date", b"Mon, 23 Nov 2026 10:00:00 GMT", "IncompleteSignatureException"),
        ("x-amz-date", b"20261399T999999Z", "IncompleteSignatureException"),
        ("x-amz-date", "２０２６1123T100000Z".encode(), "IncompleteSignatureException"),
    ],
)
def test_hostile_headers_are_refused_in_a_sentence(header: str, value: bytes | None, code: str) -> None:
    head, at = signed(BODY, HEADERS)
    assert refusal(with_header(head, header, lambda _: value), at) == code


def test_session_tokens_and_presigned_addresses_are_refused_clearly() -> None:
    head, at = signed(BODY, HEADERS | {"X-Amz-Security-Token": "a session"})
    with pytest.raises(AwsError, match="no session token"):
        check(head, at)
    head, at = signed(BODY, HEADERS)
    with pytest.raises(AwsError, match="presigned"):
        check(replace(head, query=b"X-Amz-Signature=abc"), at)


@pytest.mark.parametrize("told", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "0" * 64])
def test_a_told_hash_must_be_the_bodys(told: str) -> None:
    head, at = signed(BODY, HEADERS | {"X-Amz-Content-SHA256": told})
    assert refusal(head, at) == "InvalidSignatureException"


def test_the_scopes_day_must_be_the_times_day() -> None:
    head, at = signed(BODY, HEADERS)
    other = with_header(head, "authorization", lambda value: value.replace(f"/{at:%Y%m%d}/".encode(), b"/20150830/"))
    assert refusal(other, at) == "InvalidSignatureException"
