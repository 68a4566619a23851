"""Whose code is whose since when, and the names that people's SQL shows. The caller holds the transaction. Called by `store`.

Told at every start: as lists, for which Arrow is not loaded (see `registering`).
"""

from collections.abc import Iterable, Mapping

import duckdb

from tribute.analytics.definitions import Span
from tribute.analytics.port import CodeRegistration, Directory, UnknownCode
from tribute.store.duckdb import aggregates, clicks
from tribute.store.duckdb.times import aware, naive

_MOVED = """
    SELECT e.rowid AS row, e.affiliate_id AS was, CASE WHEN e.accepted_at >= t.registered_at THEN t.affiliate_id END AS becomes,
        e.website_id, e.event_time, e.counted_copy, e.type = 'page' AND e.bot IS NULL AND e.counted_copy AS page
    FROM internal.events e JOIN told t ON e.affiliate_ref = t.code
    WHERE e.affiliate_id IS DISTINCT FROM (CASE WHEN e.accepted_at >= t.registered_at THEN t.affiliate_id END)
"""


def register_codes(connection: duckdb.DuckDBPyConnection, codes: Iterable[CodeRegistration]) -> int:
    """Keep the registrations and give events as a load with them would have done. Returns how many events changed hands.

    Only registrations that are new or different are looked at, so that telling all of them again costs nothing.
    """
    if not _keep_new(connection, {registration.code: registration for registration in codes}):
        return 0
    connection.execute(f"CREATE OR REPLACE TEMP TABLE moved AS {_MOVED}")
    [(events,)] = connection.execute("SELECT count(*) FILTER (counted_copy) FROM moved").fetchall()
    connection.execute("UPDATE internal.events SET affiliate_id = m.becomes FROM moved m WHERE internal.events.rowid = m.row")
    for whose in ("was", "becomes"):
        aggregates.touch(connection, f"SELECT {whose} AS affiliate_id, website_id, event_time FROM moved WHERE page", taken=True)  # noqa: S608 ours
    aggregates.recompute_touched(connection)
    clicks.give_away(connection)
    clicks.recompute_touched(connection)
    connection.execute("DROP TABLE moved")
    return int(events)


def _keep_new(connection: duckdb.DuckDBPyConnection, by_code: Mapping[str, CodeRegistration]) -> bool:
    """Write the registrations that the store does not have as they are told, and leave them in `told`. False when there are none."""
    affiliates = [registration.affiliate_id for registration in by_code.values()]
    times = [naive(registration.registered_at) for registration in by_code.values()]
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE told AS
        SELECT unnest($1::VARCHAR[]) AS code, unnest($2::VARCHAR[]) AS affiliate_id, unnest($3::TIMESTAMP[]) AS registered_at
        EXCEPT SELECT * FROM internal.code_registrations
        """,
        [list(by_code), affiliates, times],
    )
    connection.execute("INSERT OR REPLACE INTO internal.code_registrations SELECT * FROM told")
    [(count,)] = connection.execute("SELECT count(*) FROM told").fetchall()
    return bool(count)


def register_directory(connection: duckdb.DuckDBPyConnection, directory: Directory) -> None:
    """Put the names in the place of those told before."""
    for table, names in (("website_names", directory.websites), ("affiliate_codes", directory.affiliates)):
        connection.execute(f"DELETE FROM internal.{table}")  # noqa: S608 ours
        rows = "SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])"
        connection.execute(f"INSERT INTO internal.{table} {rows}", [list(names), list(names.values())])


def unknown_codes(connection: duckdb.DuckDBPyConnection, span: Span, limit: int) -> list[UnknownCode]:
    """Codes on counted pages of a span that no affiliate had when the event was accepted."""
    rows = connection.execute(
        """
        SELECT affiliate_ref, sum(value)::BIGINT AS page_views, max(event_time)
        FROM internal.counted_pages
        WHERE affiliate_ref IS NOT NULL AND affiliate_id IS NULL AND event_time BETWEEN ? AND ?
        GROUP BY affiliate_ref ORDER BY page_views DESC, affiliate_ref LIMIT ?
        """,
        [naive(span.start), naive(span.end), limit],
    ).fetchall()
    return [UnknownCode(code, page_views, aware(last)) for code, page_views, last in rows]
