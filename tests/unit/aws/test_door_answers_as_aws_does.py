"""A door answers in AWS's form, reads no stranger's body, and reaches no operation without a signature."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.signing import ACCESS_KEY_ID, SECRET, signed
from tribute.access.aws_keys import AwsKey, AwsKeyRecord
from tribute.access.caller import Role
from tribute.aws.call import Call
from tribute.aws.door import AwsDoor, Service
from tribute.aws.errors import AwsError
from tribute.kit.clock import SystemClock
from tribute.kit.errors import UnavailableError

HEADERS = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Firehose_20150804.Echo"}
MOST_BODY_BYTES = 1000

names = st.sampled_from([b"authorization", b"host", b"x-amz-date", b"x-amz-target", b"x"])


@dataclass
class Answer:
    """What a client sees, and what the door has read for it."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]
    read: int


@dataclass
class Keys:
    """One key, in a ledger that can be away."""

    away: bool = False
    noted: list[str] = field(default_factory=list)

    def key(self, access_key_id: str) -> AwsKey | None:
        if self.away:
            raise UnavailableError("the ledger cannot be reached")
        record = AwsKeyRecord(ACCESS_KEY_ID, Role.OWNER, None, None, SystemClock().now(), None, None)
        return AwsKey(record, SECRET) if access_key_id == ACCESS_KEY_ID else None

    def note_use(self, key: AwsKey) -> None:
        self.noted.append(key.record.access_key_id)


async def echo(call: Call) -> dict[str, Any]:
    return {"Said": json.loads(call.body), "Invocation": call.invocation_id}


async def refuse(call: Call) -> dict[str, Any]:
    raise AwsError("ValidationException", "no", Detail=[1])


async def fail(call: Call) -> dict[str, Any]:
    raise RuntimeError("a secret that nobody may read")


def ask(
    body: bytes = b'{"a":1}',
    headers: dict[str, str] | None = None,
    *,
    keys: Keys | None = None,
    change: Callable[[list[tuple[bytes, bytes]]], list[tuple[bytes, bytes]]] = lambda fields: fields,
    operation: Callable[[Call], Awaitable[dict[str, Any]]] = echo,
    sent: bytes | None = None,
) -> Answer:
    """The door's answer to a signed request, whose headers are then changed, and whose body may be another one."""
    head, _ = signed(body, HEADERS | (headers or {}))
    scope = {"method": "POST", "path": "/aws/firehose", "query_string": b"", "headers": change(list(head.headers)), "scheme": "http"}
    messages: list[Any] = []
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": body if sent is None else sent, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    async def answer() -> None:
        with ThreadPoolExecutor(1) as threads:
            service = Service("firehose", "Firehose_20150804", "1.1", "message", MOST_BODY_BYTES, {"Echo": operation})
            await AwsDoor(service, keys or Keys(), SystemClock(), threads)(scope, receive, send)

    asyncio.run(answer())
    told = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
    return Answer(messages[0]["status"], told, json.loads(messages[1]["body"]), read)


def without(name: bytes) -> Callable[[list[tuple[bytes, bytes]]], list[tuple[bytes, bytes]]]:
    return lambda fields: [each for each in fields if each[0] != name]


def test_an_answer_has_a_request_id_and_awss_json() -> None:
    answer = ask(headers={"Amz-Sdk-Invocation-Id": "the-sdks-own"})
    assert (answer.status, answer.body) == (200, {"Said": {"a": 1}, "Invocation": "the-sdks-own"})
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert len(answer.headers["x-amzn-requestid"]) == 36


def test_an_unsigned_invocation_id_is_anybodys_word() -> None:
    answer = ask(change=lambda fields: [*fields, (b"amz-sdk-invocation-id", b"forged")])
    assert answer.body["Invocation"] != "forged"


def test_an_error_has_its_type_in_header_and_body_and_its_details() -> None:
    answer = ask(operation=refuse)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert answer.body == {"__type": "ValidationException", "message": "no", "Detail": [1]}


@pytest.mark.parametrize("access_key_id", [b"TRBKNOBODYSKEY234567", b""])
def test_no_strangers_body_is_read(access_key_id: bytes) -> None:
    answer = ask(change=lambda fields: [(name, value.replace(ACCESS_KEY_ID.encode(), access_key_id)) for name, value in fields])
    assert (answer.status, answer.read) == (403, 0)


def test_no_use_is_noted_of_a_wrong_signature() -> None:
    keys = Keys()
    assert ask(keys=keys, sent=b'{"a":2}').body["__type"] == "InvalidSignatureException"
    assert keys.noted == []
    ask(keys=keys)
    assert keys.noted == [ACCESS_KEY_ID]


def test_a_ledger_that_is_away_is_no_wrong_key() -> None:
    answer = ask(keys=Keys(away=True))
    assert (answer.status, answer.body["__type"]) == (503, "ServiceUnavailableException")


def test_a_mistake_of_ours_tells_nothing() -> None:
    answer = ask(operation=fail)
    assert (answer.status, answer.body["__type"]) == (500, "InternalFailure")
    assert "secret" not in str(answer)


def test_a_body_without_end_is_refused() -> None:
    assert ask(b"x" * (MOST_BODY_BYTES + 1)).status == 413


@pytest.mark.parametrize("target", ["Firehose_20150804.Other", "Timestream_20181101.Echo", "Echo", ""])
def test_an_unknown_operation_is_told(target: str) -> None:
    assert ask(headers={"X-Amz-Target": target}).body["__type"] == "UnknownOperationException"


def test_without_a_target_nothing_is_done() -> None:
    assert ask(change=without(b"x-amz-target")).body["__type"] == "IncompleteSignatureException"


@given(st.lists(st.tuples(names, st.binary(max_size=60)), max_size=5))
def test_whatever_headers_come_the_answer_is_a_refusal(fields: list[tuple[bytes, bytes]]) -> None:
    assert ask(change=lambda _: fields).status == 403
