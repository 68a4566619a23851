"""A record that is not on disk is told as failed, alone; and a call that an SDK tries again brings no event twice."""

import asyncio
import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.collector import MemorySpool
from tests.support.ledger import NOON
from tribute.access.aws_keys import AwsKeyRecord
from tribute.access.caller import Role
from tribute.aws.call import Call
from tribute.aws.errors import AwsError
from tribute.aws.firehose import Firehose
from tribute.aws.firehose_reading import FirehoseReading
from tribute.collector.limits import RateLimiter
from tribute.kit.clock import FixedClock
from tribute.kit.errors import UnavailableError
from tribute.spool.port import SpoolUnavailableError

KEY = AwsKeyRecord("TRBKAAAAAAAAAAAAAAAA", Role.OWNER, None, None, NOON, None, None)


class OneWebsite:
    """A ledger with one website, by its name."""

    def by_source_id(self, source_id: str) -> str | None:
        return None

    def by_name(self, website: str) -> str | None:
        return "web_a" if website == "course-a.example" else None

    def by_host(self, host: str) -> str | None:
        return None


class Aside:
    """A quarantine that can be full."""

    def __init__(self) -> None:
        self.full = False
        self.kept: list[bytes] = []

    def put(self, source: str, offset: int, reason: str, content: bytes) -> object:
        if self.full:
            raise UnavailableError("the quarantine cannot be used")
        self.kept.append(content)
        return None


class FullAfter(MemorySpool):
    """Takes so many appends and no more."""

    def __init__(self, appends: int) -> None:
        super().__init__()
        self._left = appends

    def append(self, payloads: Sequence[bytes]) -> "asyncio.Future[None]":
        self._left -= 1
        if self._left >= 0:
            return super().append(payloads)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.set_exception(SpoolUnavailableError("full"))
        return future


def put(
    spool: MemorySpool, *records: bytes, aside: Aside | None = None, invocation: str = "one", limiter: RateLimiter | None = None
) -> dict[str, Any]:
    """The answer to one PutRecordBatch."""
    body = {"DeliveryStreamName": "course-a.example", "Records": [{"Data": base64.b64encode(data).decode()} for data in records]}
    call = Call(KEY, json.dumps(body).encode(), invocation, "a-request")

    async def ask() -> dict[str, Any]:
        with ThreadPoolExecutor(1) as threads:
            reading = FirehoseReading(OneWebsite(), aside or Aside())
            firehose = Firehose(
                spool=spool,
                reading=reading,
                limiter=limiter or RateLimiter(1000, 1000),
                clock=FixedClock(NOON),
                threads=threads,
                monotonic=lambda: 0.0,
            )
            return await firehose.operations["PutRecordBatch"](call)

    return asyncio.run(ask())


def page(number: int, **fields: Any) -> bytes:
    return json.dumps({"type": "page", "anonymousId": f"visitor-{number}"} | fields).encode()


def test_records_that_are_not_on_disk_fail_alone() -> None:
    answer = put(FullAfter(2), page(1), page(2), page(3), b"garbage")
    assert answer["FailedPutCount"] == 1
    assert [entry.get("ErrorCode") for entry in answer["RequestResponses"]] == [None, None, "ServiceUnavailableException", None]
    assert "RecordId" not in answer["RequestResponses"][2]


def test_when_none_is_the_whole_call_fails() -> None:
    with pytest.raises(AwsError) as refused:
        put(FullAfter(0), page(1), page(2))
    assert (refused.value.code, refused.value.status) == ("ServiceUnavailableException", 503)


def test_a_record_fails_whose_unreadable_part_cannot_be_kept() -> None:
    aside = Aside()
    aside.full = True
    spool = MemorySpool()
    answer = put(spool, page(1), page(2) + b"garbage", aside=aside)
    assert [entry.get("ErrorCode") for entry in answer["RequestResponses"]] == [None, "ServiceUnavailableException"]
    assert [record.event.anonymous_id for record in spool.records()] == ["visitor-1"]


def test_too_much_is_told_to_slow_down() -> None:
    limiter, spool = RateLimiter(5, 5), MemorySpool()
    put(spool, b"".join(map(page, range(5))), limiter=limiter)
    with pytest.raises(AwsError) as refused:
        put(spool, b"".join(map(page, range(5))), limiter=limiter)
    assert refused.value.code == "ServiceUnavailableException"
    assert len(spool.records()) == 5


def test_a_call_tried_again_gives_its_events_the_same_ids_and_another_call_others() -> None:
    spool = MemorySpool()
    for invocation in ("one", "one", "two"):
        put(spool, page(1), page(1), invocation=invocation)
    ids = [record.message_id for record in spool.records()]
    assert ids[:2] == ids[2:4]
    assert len(set(ids)) == 4


def test_what_a_server_has_stamped_is_believed_and_addresses_are_cut_out() -> None:
    spool, aside = MemorySpool(), Aside()
    stamped = {
        "messageId": "m1",
        "receivedAt": "2026-11-23T10:00:00Z",
        "timestamp": "2026-11-23T09:00:00Z",
        "context": {"ip": "192.0.2.77"},
    }
    put(spool, page(1, **stamped), page(2, originalTimestamp="2026-11-01T00:00:00Z"), b'{"context":{"ip":"192.0.2.77"}', aside=aside)
    first, second = spool.records()
    assert (first.message_id, first.timing.value, first.received_at.hour) == ("m1", "server", 10)
    assert (second.timing.value, second.received_at) == ("client", NOON)
    assert b"192.0.2.77" not in b"".join(spool.payloads) + b"".join(aside.kept)
