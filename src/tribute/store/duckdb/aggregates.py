"""The exact sums by UTC hour and day, an affiliate and website: page views, and distinct visitors.

Invariant: at every commit `hours` and `days` are what a recount of the counted pages gives. Whoever brings new pages in tells them with
`add` before; whoever changes others notes their buckets with `touch` in the same transaction, and ends it with `recompute_touched`. The
note of buckets stays until `take_changes`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import duckdb

from tribute.analytics.definitions import Grain
from tribute.store.duckdb.schema import EVERYONE
from tribute.store.duckdb.times import aware

_GRAINS = {"hours": "hour", "days": "day"}


class Change(NamedTuple):
    """What a touched bucket of an affiliate (or of everyone) and website has now; nothing is zero."""

    grain: Grain
    affiliate_id: str
    website_id: str
    bucket: datetime
    page_views: int
    visitors: int


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a writer's connection its note of touched buckets, and the tables through which new pages go."""
    connection.execute("CREATE TEMP TABLE touched (affiliate_id VARCHAR, website_id VARCHAR, hour TIMESTAMP, taken BOOLEAN)")
    connection.execute(
        "CREATE TEMP TABLE coming (affiliate_id VARCHAR, website_id VARCHAR, event_time TIMESTAMP, visitor_id VARCHAR, value BIGINT)"
    )
    connection.execute("CREATE TEMP TABLE known (affiliate_id VARCHAR, website_id VARCHAR, hour TIMESTAMP, visitor_id VARCHAR)")


def add(connection: duckdb.DuckDBPyConnection, pages: str) -> None:
    """Add pages to the sums that are not among the events yet, and note their buckets: `pages` is a query of ours that gives affiliate_id
    (or NULL), website_id, event_time, visitor_id and value of those that will count.

    Of what is there already only the same visitors' pages are looked at: it tells who of them is new to a bucket.
    """
    connection.execute(f"INSERT INTO coming BY NAME {pages}")
    [(first, last)] = connection.execute("SELECT min(event_time), max(event_time) FROM coming").fetchall()
    if first is None:
        return
    connection.execute("INSERT INTO touched SELECT DISTINCT affiliate_id, website_id, date_trunc('hour', event_time), false FROM coming")
    connection.execute(
        """
        INSERT INTO known
        SELECT DISTINCT e.affiliate_id, e.website_id, date_trunc('hour', e.event_time), e.visitor_id
        FROM internal.counted_pages e SEMI JOIN coming c ON e.visitor_id = c.visitor_id
        WHERE e.event_time >= date_trunc('day', ?::TIMESTAMP) AND e.event_time < date_trunc('day', ?::TIMESTAMP) + INTERVAL 1 day
        """,
        [first, last],
    )
    for table, grain in _GRAINS.items():
        _add(connection, table, grain)
    connection.execute("DELETE FROM coming")
    connection.execute("DELETE FROM known")


def _add(connection: duckdb.DuckDBPyConnection, table: str, grain: str) -> None:
    connection.execute(
        f"""
        MERGE INTO internal.{table} t USING (
            SELECT affiliate_id, website_id, bucket, sum(value)::BIGINT AS page_views,
                count(DISTINCT visitor_id) FILTER (k.is_known IS NULL) AS visitors
            FROM (
                SELECT unnest([affiliate_id, '{EVERYONE}']) AS affiliate_id, website_id, date_trunc('{grain}', event_time) AS bucket,
                    visitor_id, value
                FROM coming
            )
            LEFT JOIN (
                SELECT DISTINCT unnest([affiliate_id, '{EVERYONE}']) AS affiliate_id, website_id, date_trunc('{grain}', hour) AS bucket,
                    visitor_id, true AS is_known
                FROM known
            ) k USING (affiliate_id, website_id, bucket, visitor_id)
            WHERE affiliate_id IS NOT NULL
            GROUP BY ALL
        ) a ON t.affiliate_id = a.affiliate_id AND t.website_id = a.website_id AND t.bucket = a.bucket
        WHEN MATCHED THEN UPDATE SET page_views = t.page_views + a.page_views, visitors = t.visitors + a.visitors
        WHEN NOT MATCHED THEN INSERT BY NAME
        """  # noqa: S608 names of ours
    )


def touch(connection: duckdb.DuckDBPyConnection, pages: str, *, taken: bool = False) -> None:
    """Note the buckets of some pages: `pages` is a query of ours that gives affiliate_id (or NULL), website_id and event_time.

    `taken` where some of them may count no more, or no more there.
    """
    connection.execute(
        f"INSERT INTO touched SELECT DISTINCT affiliate_id, website_id, date_trunc('hour', event_time), ? FROM ({pages})",  # noqa: S608 ours
        [taken],
    )


def recompute_touched(connection: duckdb.DuckDBPyConnection) -> None:
    """Count the touched buckets anew from the events."""
    [(first, last)] = connection.execute("SELECT min(hour), max(hour) FROM touched").fetchall()
    if first is None:
        return
    for table, grain in _GRAINS.items():
        _recompute(connection, table, grain, first, last)


def take_changes(connection: duckdb.DuckDBPyConnection, affiliates: Sequence[str]) -> list[Change]:
    """What the touched buckets of some affiliates have now; forgets the note."""
    changes: list[Change] = []
    [(touched,)] = connection.execute("SELECT count(*) FROM touched").fetchall()
    if touched and affiliates:
        for table, grain in _GRAINS.items():
            rows = connection.execute(
                f"""
                SELECT b.*, coalesce(t.page_views, 0), coalesce(t.visitors, 0) FROM ({_buckets(grain)}) b
                LEFT JOIN internal.{table} t USING (affiliate_id, website_id, bucket)
                WHERE affiliate_id IN (SELECT unnest(?::VARCHAR[]))
                """,  # noqa: S608 names of ours
                [affiliates],
            ).fetchall()
            changes += [Change(Grain(grain), *row) for row in rows]
    connection.execute("DELETE FROM touched")
    return changes


def latest(connection: duckdb.DuckDBPyConnection) -> datetime:
    """No page view that counts, or will when another copy of it comes, is later than this; 1970 without any event."""
    [(found,)] = connection.execute(
        "SELECT max(event_time) FROM internal.events WHERE event_time >= (SELECT coalesce(max(bucket), '-infinity') FROM internal.hours)"
    ).fetchall()
    return aware(found) if found is not None else datetime(1970, 1, 1, tzinfo=UTC)


def _buckets(grain: str) -> str:
    """The touched buckets of a grain, each affiliate's and everyone's, as SQL."""
    return f"""
        SELECT DISTINCT unnest([affiliate_id, '{EVERYONE}']) AS affiliate_id, website_id, date_trunc('{grain}', hour) AS bucket FROM touched
    """  # noqa: S608 names of ours


def _recompute(connection: duckdb.DuckDBPyConnection, table: str, grain: str, first: datetime, last: datetime) -> None:
    buckets = _buckets(grain)
    connection.execute(
        f"""
        DELETE FROM internal.{table} t USING ({buckets}) b
        WHERE t.affiliate_id = b.affiliate_id AND t.website_id = b.website_id AND t.bucket = b.bucket
        """  # noqa: S608 names of ours
    )
    connection.execute(
        f"""
        INSERT INTO internal.{table}
        SELECT affiliate_id, website_id, bucket, sum(value)::BIGINT, count(DISTINCT visitor_id)
        FROM (
            SELECT unnest([affiliate_id, '{EVERYONE}']) AS affiliate_id, website_id, date_trunc('{grain}', event_time) AS bucket,
                value, visitor_id
            FROM internal.counted_pages
            WHERE event_time >= date_trunc('{grain}', ?::TIMESTAMP)
                AND event_time < date_trunc('{grain}', ?::TIMESTAMP) + INTERVAL 1 {grain}
        ) SEMI JOIN ({buckets}) USING (affiliate_id, website_id, bucket)
        GROUP BY ALL
        """,  # noqa: S608 names of ours
        [first, last],
    )


def recompute_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Count every bucket anew, a month at a time, which bounds the memory."""
    connection.execute("DELETE FROM touched")
    for table in _GRAINS:
        connection.execute(f"DELETE FROM internal.{table}")  # noqa: S608 names of ours
    months = connection.execute(
        "SELECT DISTINCT date_trunc('month', event_time) AS month FROM internal.counted_pages ORDER BY month"
    ).fetchall()
    for [month] in months:
        for table, grain in _GRAINS.items():
            for whose, which in (("affiliate_id", "affiliate_id IS NOT NULL"), (f"'{EVERYONE}'", "true")):
                connection.execute(
                    f"""
                    INSERT INTO internal.{table}
                    SELECT {whose} AS owner, website_id, date_trunc('{grain}', event_time) AS bucket,
                        sum(value)::BIGINT, count(DISTINCT visitor_id)
                    FROM internal.counted_pages
                    WHERE event_time >= $1::TIMESTAMP AND event_time < $1::TIMESTAMP + INTERVAL 1 MONTH AND {which}
                    GROUP BY ALL
                    """,  # noqa: S608 names of ours
                    [month],
                )
