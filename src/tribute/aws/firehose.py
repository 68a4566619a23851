"""Firehose's operations for producers: what they put is events, on disk before it is answered, and each record's failure is its own.

The wire is Firehose's (API version 2015-08-04). A stream needs no making: its name says whose events it carries, see `reading`.
"""

import asyncio
import re
import time
from asyncio import Future
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import msgspec

from tribute.aws.call import Call, Operation
from tribute.aws.errors import AwsError, constraint, denied, invalid, unavailable
from tribute.aws.firehose_reading import FirehoseReading, ReadRecord
from tribute.collector.exchange import RefusalError
from tribute.collector.limits import RateLimiter
from tribute.kit.clock import Clock
from tribute.spool.port import SpoolUnavailableError, SpoolWriter

TARGET_PREFIX: Final = "Firehose_20150804"
MOST_BODY_BYTES: Final = 8 * 1024 * 1024
"""Four MiB of records in base64, and their envelope."""
_MOST_RECORDS = 500
_MOST_RECORD_BYTES = 1000 * 1024
_MOST_BATCH_BYTES = 4 * 1024 * 1024
_STREAM_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
_RECORDS_A_TURN = 50
"""How many records are stamped before the event loop may look after others."""


class _Record(msgspec.Struct, rename="pascal"):
    data: bytes


class _PutRecord(msgspec.Struct, rename="pascal"):
    delivery_stream_name: str
    record: _Record


class _PutRecordBatch(msgspec.Struct, rename="pascal"):
    delivery_stream_name: str
    records: list[_Record]


class _DescribeDeliveryStream(msgspec.Struct, rename="pascal"):
    delivery_stream_name: str


class Firehose:
    """Takes records. Belongs to one event loop."""

    def __init__(
        self,
        *,
        spool: SpoolWriter,
        reading: FirehoseReading,
        limiter: RateLimiter,
        clock: Clock,
        threads: ThreadPoolExecutor,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` is the spool's gate, under which records are stamped; `limiter` lets so many events through for each key."""
        self._spool = spool
        self._reading = reading
        self._limiter = limiter
        self._clock = clock
        self._threads = threads
        self._monotonic = monotonic
        self.operations: Mapping[str, Operation] = {
            "PutRecord": self._put_record,
            "PutRecordBatch": self._put_record_batch,
            "DescribeDeliveryStream": self._describe,
        }

    async def _put_record(self, call: Call) -> dict[str, Any]:
        _demand_sender(call, "PutRecord")
        asked = call.read(_PutRecord)
        _check_stream(asked.delivery_stream_name)
        _check_record(asked.record.data, "record.data")
        [(record_id, taken)] = await self._take(call, asked.delivery_stream_name, [asked.record.data])
        if not taken:
            raise unavailable("The record could not be made durable. Slow down.")
        return {"RecordId": record_id, "Encrypted": False}

    async def _put_record_batch(self, call: Call) -> dict[str, Any]:
        _demand_sender(call, "PutRecordBatch")
        asked = call.read(_PutRecordBatch)
        _check_stream(asked.delivery_stream_name)
        datas = [record.data for record in asked.records]
        _check_batch(datas)
        results = await self._take(call, asked.delivery_stream_name, datas)
        failed = sum(not taken for _, taken in results)
        if failed == len(results):
            raise unavailable("No record could be made durable. Slow down.")
        return {"FailedPutCount": failed, "Encrypted": False, "RequestResponses": [_entry(*result) for result in results]}

    async def _describe(self, call: Call) -> dict[str, Any]:
        _demand_sender(call, "DescribeDeliveryStream")
        name = call.read(_DescribeDeliveryStream).delivery_stream_name
        _check_stream(name)
        return {
            "DeliveryStreamDescription": {
                "DeliveryStreamName": name,
                "DeliveryStreamARN": f"arn:aws:firehose:tribute:000000000000:deliverystream/{name}",
                "DeliveryStreamStatus": "ACTIVE",
                "DeliveryStreamType": "DirectPut",
                "VersionId": "1",
                "Destinations": [],
                "HasMoreDestinations": False,
            }
        }

    async def _take(self, call: Call, stream: str, datas: Sequence[bytes]) -> list[tuple[str, bool]]:
        """Each record's id, and whether all that was in it is on disk by now."""

        def read() -> list[ReadRecord]:
            return self._reading.read(call, stream, datas)

        records = await asyncio.get_running_loop().run_in_executor(self._threads, read)
        self._limit(call, sum(len(record.events) for record in records))
        waiting: list[Future[None] | None] = []
        for number, record in enumerate(records, 1):
            waiting.append(self._append(record))
            if number % _RECORDS_A_TURN == 0:
                await asyncio.sleep(0)
        if futures := [future for future in waiting if future is not None]:
            # Waiting, unlike awaiting, leaves the futures alone when this call is cancelled: others wait for the same sync.
            await asyncio.wait(futures)
        return [(record.record_id, record.readable and _succeeded(future)) for record, future in zip(records, waiting, strict=True)]

    def _append(self, record: ReadRecord) -> "Future[None] | None":
        """Stamp a record's events and hand them to the spool together: all of them become durable, or none."""
        if not record.events or not record.readable:
            return None
        with self._spool.gate:
            now = self._clock.now()
            return self._spool.append([event.record(now) for event in record.events])

    def _limit(self, call: Call, events: int) -> None:
        try:
            self._limiter.take(call.key.access_key_id, events, self._monotonic())
        except RefusalError as error:
            raise unavailable("Slow down.") from error


def _succeeded(future: "Future[None] | None") -> bool:
    if future is None:
        return True
    error = future.exception()
    if error is not None and not isinstance(error, SpoolUnavailableError):
        raise error
    return error is None


def _entry(record_id: str, taken: bool) -> dict[str, Any]:
    if taken:
        return {"RecordId": record_id}
    return {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "The record could not be made durable. Slow down."}


def _demand_sender(call: Call, operation: str) -> None:
    if not call.key.caller.is_team:
        raise denied(f"An affiliate's key is not authorized to perform: firehose:{operation}; it reads at /aws/timestream.")


def _check_stream(name: str) -> None:
    if not _STREAM_NAME.fullmatch(name):
        raise constraint(name, "deliveryStreamName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]{1,64}")


def _check_record(data: bytes, member: str) -> None:
    if len(data) > _MOST_RECORD_BYTES:
        raise invalid(
            f"1 validation error detected: Value at '{member}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_MOST_RECORD_BYTES}"
        )


def _check_batch(datas: Sequence[bytes]) -> None:
    if not 1 <= len(datas) <= _MOST_RECORDS:
        bound = "greater than or equal to 1" if not datas else f"less than or equal to {_MOST_RECORDS}"
        raise invalid(f"1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length {bound}")
    for number, data in enumerate(datas, 1):
        _check_record(data, f"records.{number}.member.data")
    if sum(map(len, datas)) > _MOST_BATCH_BYTES:
        raise AwsError("InvalidArgumentException", "Records size exceeds 4 MB limit")
