"""Distinct visitors of an affiliate in a period that ends after the last midnight or so: when each was last seen, and who came since.

Invariant: `last_seen` has all counted page views of an affiliate before `sealed.through`, but those in the hours that `late` names; these
and what is later are read from the events. Who takes page views away breaks the affiliate's seal, which the next midnight makes anew.
Visitors are told apart by the MD5 of their ids, all 128 bits of it. Called by `store`, which holds the transaction, and by `analytics`.
"""

from collections.abc import Sequence
from datetime import datetime

import duckdb

from tribute.analytics.query import AnalyticsQuery, Period
from tribute.store.duckdb.times import aware, naive

SEALED_AT_ONCE = 500_000
"""Page views of affiliates that are sealed in one transaction: some tenths of a second."""
_SEALED_IN_A_REBUILD = 4_000_000
"""The same where nobody waits; it bounds the memory."""

_DUE = """
    SELECT affiliate_id, sum(page_views)::BIGINT FROM internal.days
    WHERE affiliate_id <> '' AND bucket < $1 AND affiliate_id NOT IN (SELECT affiliate_id FROM internal.sealed WHERE through >= $1)
    GROUP BY affiliate_id ORDER BY affiliate_id
"""
_SEAL = (
    "SELECT (SELECT through FROM internal.sealed WHERE affiliate_id = $1), (SELECT min(hour) FROM internal.late WHERE affiliate_id = $1)"
)
_IS_LATE = """(e.affiliate_id, e.website_id, date_trunc('hour', e.event_time)) IN (
    SELECT (affiliate_id, website_id, hour) FROM internal.late
)"""


def note(connection: duckdb.DuckDBPyConnection) -> None:
    """Take note of the touched buckets of this transaction: late ones are read from the events, and where some were taken the seal goes."""
    [(affected,)] = connection.execute(
        "SELECT count(*) FROM touched t JOIN internal.sealed s USING (affiliate_id) WHERE t.hour < s.through"
    ).fetchall()
    if not affected:
        return
    connection.execute(
        "DELETE FROM internal.sealed s USING touched t WHERE t.taken AND t.affiliate_id = s.affiliate_id AND t.hour < s.through"
    )
    connection.execute(
        """
        INSERT INTO internal.late
        SELECT DISTINCT t.affiliate_id, t.website_id, t.hour FROM touched t JOIN internal.sealed s USING (affiliate_id)
        WHERE t.hour < s.through
        EXCEPT SELECT affiliate_id, website_id, hour FROM internal.late
        """
    )


def seal_some(connection: duckdb.DuckDBPyConnection, through: datetime) -> bool:
    """Seal some of the affiliates that are not sealed through this UTC midnight. Whether that were all."""
    due = connection.execute(_DUE, [naive(through)]).fetchall()
    _seal(connection, _first(due, SEALED_AT_ONCE), through)
    return sum(page_views for _, page_views in due) <= SEALED_AT_ONCE or len(due) <= 1


def seal_all(connection: duckdb.DuckDBPyConnection, through: datetime) -> None:
    """Make all seals anew from the events."""
    for table in ("last_seen", "sealed", "late"):
        connection.execute(f"DELETE FROM internal.{table}")  # noqa: S608 ours
    while due := connection.execute(_DUE, [naive(through)]).fetchall():
        _seal(connection, _first(due, _SEALED_IN_A_REBUILD), through)


def _first(due: Sequence[tuple[str, int]], most: int) -> list[str]:
    """The first affiliates that have so many page views together; one at least."""
    chosen: list[str] = []
    for affiliate_id, page_views in due:
        if chosen and page_views > most:
            break
        chosen.append(affiliate_id)
        most -= page_views
    return chosen


def _seal(connection: duckdb.DuckDBPyConnection, affiliates: Sequence[str], through: datetime) -> None:
    """Seal affiliates: what was sealed already is taken as it is, the rest read from the events."""
    if not affiliates:
        return
    connection.execute("CREATE OR REPLACE TEMP TABLE sealing AS SELECT unnest(?::VARCHAR[]) AS affiliate_id", [affiliates])
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE sealing_visitors AS
        WITH wanted AS (
            SELECT affiliate_id, coalesce(s.through, min(d.bucket)) AS through FROM sealing
            LEFT JOIN internal.sealed s USING (affiliate_id) JOIN internal.days d USING (affiliate_id) GROUP BY affiliate_id, s.through
        ),
        seen AS (
            SELECT affiliate_id, website_id, visitor, last_seen FROM internal.last_seen SEMI JOIN internal.sealed s USING (affiliate_id)
            WHERE affiliate_id IN (SELECT affiliate_id FROM sealing)
            UNION ALL
            SELECT e.affiliate_id, e.website_id, md5_number(e.visitor_id), e.last_seen FROM (
                SELECT e.affiliate_id, e.website_id, e.visitor_id, max(e.event_time) AS last_seen
                FROM internal.counted_pages e JOIN wanted w ON e.affiliate_id = w.affiliate_id
                WHERE e.visitor_id IS NOT NULL AND e.event_time < $1
                    AND e.event_time >= least((SELECT min(through) FROM wanted), (SELECT min(hour) FROM internal.late))
                    AND (e.event_time >= w.through OR {_IS_LATE})
                GROUP BY ALL
            ) e
        )
        SELECT *, row_number() OVER (PARTITION BY affiliate_id, visitor ORDER BY last_seen DESC, website_id) = 1 AS latest
        FROM (SELECT affiliate_id, website_id, visitor, max(last_seen) AS last_seen FROM seen GROUP BY ALL)
        """,  # noqa: S608 ours
        [naive(through)],
    )
    for table in ("last_seen", "sealed", "late"):
        connection.execute(f"DELETE FROM internal.{table} WHERE affiliate_id IN (SELECT affiliate_id FROM sealing)")  # noqa: S608 ours
    connection.execute("INSERT INTO internal.last_seen BY NAME SELECT * FROM sealing_visitors ORDER BY affiliate_id, last_seen")
    connection.execute("INSERT INTO internal.sealed SELECT affiliate_id, ? FROM sealing", [naive(through)])
    connection.execute("DROP TABLE sealing_visitors")


def visitors(connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery, period: Period) -> int | None:
    """How many there are in the period; None where the affiliate has no seal that helps.

    A seal through a later instant than the period's end is none: who was last seen after the end may have been there before, or not.
    """
    through, first_late = connection.execute(_SEAL, [query.affiliate_id]).fetchall()[0]
    if through is None or not period.start < aware(through) <= period.end:
        return None
    parameters = {
        "affiliate": query.affiliate_id,
        "start": naive(period.start),
        "end": naive(period.end),
        "through": through,
        "since": max(naive(period.start), min(through, first_late or through)),
    }
    mine = "AND latest"
    only = ""
    if query.website_ids is not None:
        parameters["websites"] = list(query.website_ids)
        mine = only = "AND e.website_id IN (SELECT unnest($websites::VARCHAR[]))"
    came = "e.event_time >= $through" if first_late is None else f"(e.event_time >= $through OR {_IS_LATE})"
    distinct = "" if query.website_ids is None or len(query.website_ids) == 1 else "DISTINCT"
    known = f"""
        SELECT {distinct} e.visitor FROM internal.last_seen e WHERE e.affiliate_id = $affiliate AND e.last_seen >= $start {mine}
    """  # noqa: S608 ours
    [(count,)] = connection.execute(
        f"""
        WITH since AS (
            -- As one list: DuckDB takes it for the small side of the join, which it is, and looks for these visitors among the known ones.
            SELECT unnest(visitors) AS visitor FROM (
                SELECT list(DISTINCT md5_number(e.visitor_id)) AS visitors FROM internal.counted_pages e
                WHERE e.affiliate_id = $affiliate AND e.visitor_id IS NOT NULL AND e.event_time >= $since AND e.event_time < $end
                    AND {came} {only}
            )
        )
        SELECT (SELECT count(*) FROM ({known})) + (SELECT count(*) FROM since)
            - (SELECT count(*) FROM ({known}) SEMI JOIN since USING (visitor))
        """,  # noqa: S608 ours
        parameters,
    ).fetchall()
    return int(count)
