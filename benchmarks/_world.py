"""A store with a year of page views in a Zipf world: rows made in SQL in the product's tables, what is kept beside them by its code.

Rank r of the affiliates has a share of the visitors in proportion to 1/r. A visitor stays with one affiliate and website, sees about three
pages when first there, and comes back now and then in the weeks after. Used by the benchmarks that read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from tests.support.served import Tribute
from tribute.kit.clock import SystemClock
from tribute.store.duckdb.store import DuckDBEventStore

AFFILIATES = 1_000
WEBSITES = 3
DAYS = 370
"""A little over the longest window, so that its first bucket is cut as any other day's would be."""
CHUNK = 10_000_000
"""Rows made in one statement, which bounds the memory."""

_ROWS = """
    INSERT INTO internal.events BY NAME
    WITH numbers AS (
        SELECT i, i // 1000 AS block, random() AS a, random() AS b, random() AS c, random() AS d FROM range({first}, {last}) r(i)
    ),
    visits AS (
        -- three pages of four are seen by new visitors, 250 in a block of 1,000; the others by some who come back later
        SELECT *, floor(
            (CASE WHEN a < 0.75 THEN block ELSE greatest(0, block - floor(b * b * {rows} / 10000)) END) * 250 + c * 250
        )::BIGINT AS v
        FROM numbers
    ),
    shown AS (
        SELECT *, md5(v::VARCHAR) AS m, hash(v, 1) % {websites} AS website, (c * 60)::INTEGER AS lesson,
            floor(exp((hash(v) % 1000003 / 1000003) * ln({affiliates} + 1)))::INTEGER AS rank,
            '{begins}'::TIMESTAMP + to_microseconds(((i + d) * {microseconds} / {rows})::BIGINT) AS seen
        FROM visits
    )
    SELECT uuid() AS event_key, 'web_' || website AS website_id, 'page' AS type, seen AS event_time, 'corrected' AS time_mark,
        seen AS received_at, seen AS accepted_at, 's' || (i // 100000) AS spool, i % 100000 AS seq,
        m[1:8] || '-' || m[9:12] || '-' || m[13:16] || '-' || m[17:20] || '-' || m[21:32] AS visitor_id, 'anonymous' AS visitor_kind,
        'unregistered' || rank AS affiliate_ref, coalesce({named}, 'aff_' || rank) AS affiliate_id,
        false AS is_click, a < 0.3 AS is_landing, 1 AS value, 0 AS revision,
        'course' || website || '.example' AS host, '/lesson/' || lesson AS path, 'Lesson ' || lesson AS title,
        'site' || (hash(v, 2) % 40) || '.example' AS referrer_host, 'affiliate' AS channel,
        ['US', 'DE', 'SE', 'GB', 'IN', 'BR', 'FR', 'NL'][1 + (hash(v, 3) % 8)::INTEGER] AS country,
        ['desktop', 'mobile', 'tablet'][1 + (hash(v, 4) % 3)::INTEGER] AS device,
        ['Chrome', 'Safari', 'Firefox', 'Edge'][1 + (hash(v, 5) % 4)::INTEGER] AS browser,
        ['Windows', 'iOS', 'Android', 'Mac OS X'][1 + (hash(v, 6) % 4)::INTEGER] AS os,
        1 AS derivation, true AS counted_copy
    FROM shown
"""


@dataclass(frozen=True, slots=True)
class World:
    """A filled store's file, and the instant up to which it has page views."""

    path: Path
    rows: int
    ends: datetime

    def open(self) -> DuckDBEventStore:
        return DuckDBEventStore(self.path, clock=SystemClock())


def affiliate(tribute: Tribute, code: str) -> tuple[str, str]:
    """Add an affiliate to a home: their id and token."""
    added = tribute.told("affiliate", "add", "--name", code.title(), "--email", f"{code}@affiliates.example", "--code", code)
    return str(added["id"]), str(tribute.told("token", "add", "--affiliate", code)["token"])


def made(folder: Path, rows: int, affiliates: Mapping[int, str], *, ranks: int = AFFILIATES, websites: int = WEBSITES) -> World:
    """Put a store with so many page views up to now, evenly over the time, into a folder; `affiliates` has ids for some ranks."""
    named = "".join(f" WHEN {rank} THEN '{identity}'" for rank, identity in affiliates.items())
    world = World(folder / "analytics.duckdb", rows, datetime.now(UTC))
    world.path.unlink(missing_ok=True)
    world.open().close()
    begins = world.ends - timedelta(days=DAYS)
    microseconds = int(timedelta(days=DAYS) / timedelta(microseconds=1))
    with duckdb.connect(world.path) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SELECT setseed(0.5)")
        for first in range(0, rows, CHUNK):
            connection.execute(
                _ROWS.format(
                    first=first,
                    last=min(rows, first + CHUNK),
                    rows=rows,
                    named=f"CASE rank{named} END",
                    affiliates=ranks,
                    websites=websites,
                    begins=f"{begins:%Y-%m-%d %H:%M:%S}",
                    microseconds=microseconds,
                )
            )
    store = world.open()
    store.refresh_aggregates()
    store.checkpoint()
    store.close()
    return world
