"""The same page views in PostgreSQL with a covering index, and the question as one would ask it there. Called by `reading`.

It gets a gigabyte of buffers, and the page views are vacuumed, so that the index alone is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from benchmarks._world import World
from tests.support.postgresql import own_server
from tribute.store.duckdb.times import naive

_SETTINGS = {"shared_buffers": "1GB", "work_mem": "256MB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB"}
_CHUNK = 500_000
_ASKED = """SELECT website, date_trunc('{grain}', seen) AS bucket, count(*), count(DISTINCT visitor) FROM page_views
    WHERE affiliate = %s AND seen >= %s AND seen <= %s GROUP BY website, bucket"""


class PageViews:
    """A filled table, to ask of it."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def points(self, affiliate: str, start: datetime, end: datetime, grain: str) -> list[Any]:
        """Page views and visitors by website and bucket."""
        return self._connection.execute(_ASKED.format(grain=grain).encode(), (affiliate, start, end)).fetchall()


@contextmanager
def filled(world: World, folder: Path) -> Iterator[PageViews]:
    """A server in an empty folder with the world's page views."""
    with own_server(folder, **_SETTINGS) as address, psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("CREATE UNLOGGED TABLE page_views (affiliate text, website text, seen timestamptz, visitor uuid)")
        _copy(world, connection)
        connection.execute("CREATE INDEX covering ON page_views (affiliate, seen) INCLUDE (website, visitor)")
        connection.execute("VACUUM (ANALYZE) page_views")
        yield PageViews(connection)


def _copy(world: World, connection: "psycopg.Connection[Any]") -> None:
    asked = "SELECT concat_ws(chr(9), affiliate_id, website_id, event_time, visitor_id) FROM internal.events WHERE event_time <= ?"
    with duckdb.connect(world.path, read_only=True) as source, connection.cursor().copy("COPY page_views FROM STDIN") as copy:
        source.execute(asked, [naive(world.ends)])
        while rows := source.fetchmany(_CHUNK):
            copy.write("".join(f"{row}\n" for (row,) in rows))
