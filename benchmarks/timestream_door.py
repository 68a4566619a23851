"""How much Timestream's door adds to a query: signature, dialect, types and paging, beside the same question in the store's own SQL."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.claims import Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import scratch
from benchmarks.running import run
from tests.support.events import make_event
from tests.support.signing import ACCESS_KEY_ID, SECRET, signed
from tribute.access.aws_keys import AwsKey, AwsKeyRecord
from tribute.access.caller import Role
from tribute.analytics.port import Batch, CodeRegistration, Directory, SqlLimits
from tribute.aws.door import AwsDoor, Service
from tribute.aws.timestream_query import TimestreamQueries
from tribute.kit.clock import FixedClock, SystemClock
from tribute.reports.timestream import TimestreamRows
from tribute.store.duckdb.store import DuckDBEventStore

ROUNDS = 40
CODES = ("ada", "ben", "cleo", "dan")
OF_THE_CONTRACT = (
    """SELECT website, sum(measure_value::bigint) AS value, date_trunc('day', time) AS timestamp
    FROM "WebAnalyticsDb"."PageViewsTable"
    WHERE "affiliate_id" = 'ada' AND time between ago(365day) and now()
    GROUP BY website, date_trunc('day', time)""",
    """SELECT website, sum(value) AS value, date_trunc('day', time) AS timestamp FROM page_views
    WHERE affiliate = 'ada' AND time BETWEEN now()::TIMESTAMP - INTERVAL 365 DAY AND now()::TIMESTAMP
    GROUP BY website, date_trunc('day', time)""",
)
A_FULL_PAGE = (
    """SELECT time, website, path, measure_value::bigint FROM "WebAnalyticsDb"."PageViewsTable" ORDER BY time DESC LIMIT 1000""",
    "SELECT time, website, path, value FROM page_views ORDER BY time DESC LIMIT 1000",
)


class OneKey:
    """The one key that the requests are signed with."""

    def __init__(self) -> None:
        self._key = AwsKey(AwsKeyRecord(ACCESS_KEY_ID, Role.OWNER, None, None, datetime.now(UTC), None, None), SECRET)

    def key(self, access_key_id: str) -> AwsKey | None:
        return self._key if access_key_id == ACCESS_KEY_ID else None

    def note_use(self, key: AwsKey) -> None:
        """Nothing is kept here."""


def filled(folder: Path, events: int) -> DuckDBEventStore:
    """A store with a year of page views."""
    now = datetime.now(UTC)
    store = DuckDBEventStore(folder / "analytics.duckdb", clock=FixedClock(now))
    store.register_codes([CodeRegistration(code, f"aff_{code}", now - timedelta(days=400)) for code in CODES])
    websites = {f"web_{letter}": f"Course {letter.upper()}" for letter in "abcde"}
    store.register_directory(Directory(websites, {f"aff_{code}": code for code in CODES}))
    step = timedelta(days=365) / events
    for first in range(0, events, 50_000):
        batch = [
            make_event(
                f"m{number}",
                now - step * number,
                website_id=f"web_{'abcde'[number % 5]}",
                affiliate_ref=CODES[number % 4],
                visitor_id=f"v{number % 20_000}",
                path=f"/lesson/{number % 50}",
                seq=number,
            )
            for number in range(first, min(events, first + 50_000))
        ]
        store.load(Batch(batch, []))
    return store


async def through_the_door(door: AwsDoor, statement: str) -> bytes:
    """One signed request's answer."""
    body = msgspec.json.encode({"QueryString": statement})
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "Timestream_20181101.Query"}
    head, _ = signed(body, headers, url="http://127.0.0.1:8000/aws/timestream", service="timestream")
    scope = {"method": "POST", "path": "/aws/timestream", "query_string": b"", "headers": head.headers, "scheme": "http"}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await door(scope, receive, send)
    assert sent[0]["status"] == 200, sent[1]["body"]
    return bytes(sent[1]["body"])


async def milliseconds(*works: Callable[[], Awaitable[Any]]) -> list[list[float]]:
    """How long each took, asked in turn, so that a busy moment of the machine meets all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, mine in zip(works, times, strict=True):
            began = time.perf_counter()
            await work()
            mine.append((time.perf_counter() - began) * 1000)
    return times


async def compare(store: DuckDBEventStore) -> dict[str, list[list[float]]]:
    """The times of the door and of the store itself, by question."""
    loop = asyncio.get_running_loop()
    found = {}
    with ThreadPoolExecutor(2) as threads:
        queries = TimestreamQueries(TimestreamRows(store, SystemClock()), SystemClock(), threads)
        service = Service("timestream", "Timestream_20181101", "1.0", "Message", 1 << 20, queries.operations)
        door = AwsDoor(service, OneKey(), SystemClock(), threads)
        for name, (statement, native) in (("contract's query, a year", OF_THE_CONTRACT), ("1,000 newest rows", A_FULL_PAGE)):

            async def ask_natively(native: str = native) -> Any:
                return await loop.run_in_executor(threads, lambda: store.sql(native, SqlLimits(rows=100_000)))

            async def ask_the_door(statement: str = statement) -> Any:
                return await through_the_door(door, statement)

            found[name] = await milliseconds(ask_the_door, ask_natively)
    return found


def measure(options: Options) -> Measured:
    with scratch("timestream") as folder:
        store = filled(Path(folder), options.count("views"))
        try:
            found = asyncio.run(compare(store))
        finally:
            store.close()
    door, native = found["contract's query, a year"]
    rows = [(name, Figure.of(asked).value, Figure.of(plain).value) for name, (asked, plain) in found.items()]
    return Measured({"door": Figure.ratio(door, native)}, (Table("Medians", ("Question", "through the door, ms", "natively, ms"), rows),))


BENCH = Bench(
    name="timestream_door",
    title="Timestream's door",
    about="""
A signed Timestream query for a year, translated and paged, beside the same question in the store's own SQL; page views of a year.
""",
    claims=(Claim("door", "Timestream's query for a year through the door beside the native one", "×", "less", 2),),
    measure=measure,
    minutes=1.5,
    options={"views": ("300k", "page views in the store")},
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
