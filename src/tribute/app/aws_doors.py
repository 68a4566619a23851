"""The AWS-shaped doors over the parts of a home, and the threads in which they work."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tribute.access.aws_door import AwsAccess
from tribute.access.aws_keys import SEALING_PURPOSE
from tribute.access.sealing import Sealer
from tribute.app.ledger_adapters import LedgerFinder
from tribute.app.parts import Parts
from tribute.aws import firehose
from tribute.aws.door import AwsDoor, Service
from tribute.aws.firehose import Firehose
from tribute.aws.firehose_reading import FirehoseReading
from tribute.aws.timestream_query import TimestreamQueries
from tribute.aws.timestream_tables import TimestreamTables
from tribute.aws.timestream_write import TimestreamWrites
from tribute.collector.limits import RateLimiter
from tribute.home import secret_key
from tribute.kit.asgi import AsgiApp, Receive, Scope, Send
from tribute.reports.timestream import TimestreamRows
from tribute.spool.port import SpoolWriter

_PREFIX: Final = "/aws/"
_MOST_AT_ONCE: Final = 4
"""Threads: reading records and asking the ledger is work for the processor, of which there is only so much."""
_MOST_QUERIES_AT_ONCE: Final = 4
_TIMESTREAM_PREFIX: Final = "Timestream_20181101"
_MOST_TIMESTREAM_BYTES: Final = 2 * 1024 * 1024


class AwsDoors:
    """Sends each call below `/aws/` to its service. SDKs put a slash behind the address or not."""

    def __init__(self, parts: Parts, spool: SpoolWriter, limiter: RateLimiter) -> None:
        self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, "aws")
        self._queries = ThreadPoolExecutor(_MOST_QUERIES_AT_ONCE, "timestream")  # their own, so that long ones hold up no sender
        keys = AwsAccess(parts.database, parts.clock, Sealer(secret_key(parts.settings), SEALING_PURPOSE))
        services = {
            "firehose": _firehose(parts, spool, limiter, self._threads),
            "timestream": _timestream(parts, spool, limiter, self._threads, self._queries),
        }
        self._doors: dict[str, AsgiApp] = {
            _PREFIX + name: AwsDoor(service, keys, parts.clock, self._threads) for name, service in services.items()
        }

    def has(self, path: str) -> bool:
        """Whether a path is one of these doors."""
        return path.startswith(_PREFIX) and path.removesuffix("/") in self._doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._doors[scope["path"].removesuffix("/")](scope, receive, send)

    def close(self) -> None:
        """Wait for the work under way; no call may come after."""
        for threads in (self._queries, self._threads):
            threads.shutdown(cancel_futures=True)


def _firehose(parts: Parts, spool: SpoolWriter, limiter: RateLimiter, threads: ThreadPoolExecutor) -> Service:
    taker = Firehose(
        spool=spool,
        reading=FirehoseReading(LedgerFinder(parts.database, parts.clock), parts.quarantine),
        limiter=limiter,
        clock=parts.spool.gate,
        threads=threads,
    )
    return Service("firehose", firehose.TARGET_PREFIX, "1.1", "message", firehose.MOST_BODY_BYTES, taker.operations)


def _timestream(
    parts: Parts, spool: SpoolWriter, limiter: RateLimiter, threads: ThreadPoolExecutor, query_threads: ThreadPoolExecutor
) -> Service:
    tables = TimestreamTables(f"{_PREFIX}timestream", parts.settings.public_url)
    queries = TimestreamQueries(TimestreamRows(parts.store, parts.clock), parts.clock, query_threads)
    writes = TimestreamWrites(
        spool=spool,
        finder=LedgerFinder(parts.database, parts.clock),
        limiter=limiter,
        clock=parts.clock,
        stamps=parts.spool.gate,
        threads=threads,
    )
    operations = {**tables.operations, **queries.operations, **writes.operations}
    return Service("timestream", _TIMESTREAM_PREFIX, "1.0", "Message", _MOST_TIMESTREAM_BYTES, operations)
