"""Timestream's write API: records become page views, on disk before the answer; newer versions take the place of older ones.

Which version counts is settled by the store, by rule and for good. What is known here of earlier writes only serves to tell a sender at
once what Timestream would tell; it is bounded and ends with the process.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tribute.aws.call import Call, Operation
from tribute.aws.errors import AwsError, denied, invalid
from tribute.aws.timestream_records import PageViews, RejectedError, WireRecord, merged, page_views
from tribute.aws.timestream_tables import demand_table
from tribute.collector.exchange import RefusalError
from tribute.collector.limits import RateLimiter
from tribute.kit.clock import Clock
from tribute.loader.importing import WebsiteFinder
from tribute.spool.port import SpoolUnavailableError, SpoolWriter

_MOST_RECORDS: Final = 100
_MOST_DIMENSIONS: Final = 128
_REMEMBERED: Final = 100_000
_REJECTED_STATUS: Final = 419


class _WriteRecords(msgspec.Struct, rename="pascal"):
    database_name: str
    table_name: str
    records: list[WireRecord]
    common_attributes: WireRecord = msgspec.field(default_factory=WireRecord)


@dataclass(frozen=True, slots=True)
class _Written:
    """A record on its way into the spool."""

    index: int
    website_id: str
    told: PageViews

    @property
    def identity(self) -> tuple[str, str]:
        return self.website_id, self.told.message_id


class TimestreamWrites:
    """Takes records. Belongs to one event loop."""

    def __init__(
        self,
        *,
        spool: SpoolWriter,
        finder: WebsiteFinder,
        limiter: RateLimiter,
        clock: Clock,
        stamps: Clock,
        threads: ThreadPoolExecutor,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`stamps` is the spool's gate, under which records are stamped; it stands still between them."""
        self._spool = spool
        self._finder = finder
        self._limiter = limiter
        self._clock = clock
        self._stamps = stamps
        self._threads = threads
        self._monotonic = monotonic
        self._standing: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()
        """Version and value of what was written last, by identity."""
        self.operations: Mapping[str, Operation] = {"WriteRecords": self._write}

    async def _write(self, call: Call) -> dict[str, Any]:
        if not call.key.caller.is_team:
            raise denied("An affiliate's key is not authorized to perform: timestream:WriteRecords; it only reads.")
        asked = call.read(_WriteRecords)
        demand_table(asked.database_name, asked.table_name)
        _check(asked)
        rejected: list[dict[str, Any]] = []
        understood = await asyncio.get_running_loop().run_in_executor(self._threads, lambda: self._understood(call, asked, rejected))
        fresh = self._fresh(understood, rejected)
        await self._append(call, fresh)
        if rejected:
            rejected.sort(key=lambda each: each["RecordIndex"])
            told = "One or more records have been rejected. See RejectedRecords for details."
            raise AwsError("RejectedRecordsException", told, _REJECTED_STATUS, RejectedRecords=rejected)
        total = len(asked.records)
        return {"RecordsIngested": {"Total": total, "MemoryStore": total, "MagneticStore": 0}}

    def _understood(self, call: Call, asked: _WriteRecords, rejected: list[dict[str, Any]]) -> list[_Written]:
        """The records that can be taken; why others cannot goes to `rejected`. Asks the ledger once for each website."""
        now, websites = self._clock.now(), dict[str, str | None]()
        written: list[_Written] = []
        for index, record in enumerate(asked.records):
            try:
                told = page_views(merged(record, asked.common_attributes), now)
                written.append(_Written(index, self._website_of(call, told, websites), told))
            except RejectedError as error:
                rejected.append({"RecordIndex": index, "Reason": str(error)})
        return written

    def _website_of(self, call: Call, told: PageViews, known: dict[str, str | None]) -> str:
        """The key's website, else the one that the dimension `website` names, else the page's host's. Raises RejectedError."""
        if call.key.website_id is not None:
            return call.key.website_id
        for dimension, look in (("website", self._finder.by_name), ("host", self._finder.by_host)):
            name = told.dimensions.get(dimension)
            if name is None:
                continue
            place = f"{dimension}={name}"
            if place not in known:
                known[place] = look(name)
            found = known[place]
            if found is not None:
                return found
        raise RejectedError(
            f"The dimension website, {told.dimensions.get('website', '')[:80]!r}, names no website; `tribute website list` shows them."
        )

    def _fresh(self, understood: Sequence[_Written], rejected: list[dict[str, Any]]) -> list[_Written]:
        """The records that say something new. What stands already is taken in silence, as a retry; what contradicts it is rejected."""
        fresh: list[_Written] = []
        here: dict[tuple[str, str], tuple[int, int]] = {}
        for written in understood:
            version, value = here.get(written.identity) or self._standing.get(written.identity, (0, 0))
            if (written.told.version, written.told.value) == (version, value):
                continue
            if written.told.version <= version:
                reason = (
                    "A record already exists with the same time, dimensions and measure name and a higher version."
                    if written.told.version < version
                    else "A record already exists with the same time, dimensions, measure name, and record version. "
                    "A higher record version must be specified in order to update the measure value."
                )
                rejected.append({"RecordIndex": written.index, "Reason": reason, "ExistingVersion": version})
                continue
            here[written.identity] = written.told.version, written.told.value
            fresh.append(written)
        return fresh

    async def _append(self, call: Call, fresh: Sequence[_Written]) -> None:
        """Make records durable, all or none of them. Raises AwsError."""
        if not fresh:
            return
        try:
            self._limiter.take(call.key.access_key_id, len(fresh), self._monotonic())
        except RefusalError as error:
            raise AwsError("ThrottlingException", "Too many records; try again in a moment.", 429) from error
        with self._spool.gate:
            now = self._stamps.now()
            durable = self._spool.append([written.told.record(written.website_id, now) for written in fresh])
        await asyncio.wait([durable])
        if (failure := durable.exception()) is not None:
            if isinstance(failure, SpoolUnavailableError):
                raise AwsError("InternalServerException", "The records could not be made durable; try again in a moment.", 503) from failure
            raise failure
        for written in fresh:
            self._remember(written)

    def _remember(self, written: _Written) -> None:
        standing = self._standing.pop(written.identity, (0, 0))
        self._standing[written.identity] = max(standing, (written.told.version, written.told.value))
        while len(self._standing) > _REMEMBERED:
            self._standing.popitem(last=False)


def _check(asked: _WriteRecords) -> None:
    if not 1 <= len(asked.records) <= _MOST_RECORDS:
        bound = "greater than or equal to 1" if not asked.records else f"less than or equal to {_MOST_RECORDS}"
        raise invalid(f"1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length {bound}")
    for record in asked.records:
        if len(record.dimensions) + len(asked.common_attributes.dimensions) > _MOST_DIMENSIONS:
            raise invalid(f"A record may have {_MOST_DIMENSIONS} dimensions at most.")
        shared = {one.name for one in record.dimensions} & {one.name for one in asked.common_attributes.dimensions}
        if shared:
            raise invalid(f"Dimensions may not overlap: {min(shared)[:80]} is in a record and in the CommonAttributes.")
