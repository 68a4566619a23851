"""Brings a batch into the tables; the caller holds the transaction, so that all of it happens or nothing. Called by `store`."""

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from tribute.analytics.port import Batch, Loaded, Progress
from tribute.store.duckdb import aggregates
from tribute.store.duckdb.columns import AS_STORED, STORED, event_table, registered
from tribute.store.duckdb.dedupe import settle
from tribute.store.duckdb.times import naive

_RESOLVED = "batch b LEFT JOIN internal.code_registrations c ON c.code = b.affiliate_ref AND c.registered_at <= b.accepted_at::TIMESTAMP"
"""An event belongs to the affiliate whose code it carries, if the code was registered when the event was accepted."""


def load(connection: duckdb.DuckDBPyConnection, batch: Batch, now: datetime) -> Loaded:
    """Insert the events that the store has not got, settle which copies count, bring the sums up to date, note the progress."""
    settled = settle(connection, batch.events)
    sums = not batch.defer_aggregates
    if settled.fresh:
        table = event_table([batch.events[index] for index in settled.fresh], settled.counted)
        _insert(connection, table, touch=sums)
    if settled.flips:
        _flip(connection, settled.flips, touch=sums)
    if sums:
        aggregates.recompute_touched(connection)
    _note_progress(connection, batch.progress, now)
    new = sum(settled.counted) + sum(1 if counts else -1 for _, counts in settled.flips)
    return Loaded(events=new, duplicates=len(batch.events) - new)


def _insert(connection: duckdb.DuckDBPyConnection, table: pa.Table, *, touch: bool) -> None:
    with registered(connection, batch=table):
        connection.execute(
            f"""
            INSERT INTO internal.events ({STORED}, affiliate_id, counted_copy)
            SELECT {AS_STORED}, c.affiliate_id, b.counted_copy FROM {_RESOLVED}
            """  # noqa: S608 ours
        )
        if touch:
            aggregates.touch(
                connection,
                f"""SELECT c.affiliate_id, b.website_id, b.event_time::TIMESTAMP AS event_time FROM {_RESOLVED}
                WHERE b.counted_copy AND b.type = 'page' AND b.bot IS NULL""",  # noqa: S608 ours
            )


def _flip(connection: duckdb.DuckDBPyConnection, flips: Sequence[tuple[int, bool]], *, touch: bool) -> None:
    """Let some rows count, and others no more."""
    rows, counted = zip(*flips, strict=True)
    with registered(connection, flips=pa.table({"row": pa.array(rows, pa.int64()), "counted": pa.array(counted, pa.bool_())})):
        connection.execute("UPDATE internal.events SET counted_copy = f.counted FROM flips f WHERE internal.events.rowid = f.row")
        if touch:
            aggregates.touch(
                connection,
                """SELECT e.affiliate_id, e.website_id, e.event_time FROM internal.events e SEMI JOIN flips f ON e.rowid = f.row
                WHERE e.type = 'page' AND e.bot IS NULL""",
            )


def _note_progress(connection: duckdb.DuckDBPyConnection, progress: Sequence[Progress], now: datetime) -> None:
    """Progress only grows, so that a batch told again, late, takes nothing back."""
    for step in progress:
        connection.execute(
            """
            INSERT INTO internal.progress VALUES (?, ?, ?, ?)
            ON CONFLICT (source) DO UPDATE SET
                through_seq = greatest(through_seq, excluded.through_seq),
                complete = complete OR excluded.complete,
                loaded_at = excluded.loaded_at
            """,
            [step.source, step.through_seq, step.complete, naive(now)],
        )


def stored_progress(connection: duckdb.DuckDBPyConnection) -> dict[str, Progress]:
    """How far each source has come."""
    rows = connection.execute("SELECT source, through_seq, complete FROM internal.progress").fetchall()
    return {source: Progress(source, through_seq, complete) for source, through_seq, complete in rows}


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """`events` are the first of their copies, `duplicates` the others. Of the events: `page_views` that count, how many of those are
    `without_affiliate` (a record of value N is N in both), and `bots`."""
    [row] = connection.execute(
        """
        SELECT count(*) FILTER (counted_copy), count(*) FILTER (NOT counted_copy),
            coalesce(sum(value) FILTER (counted_copy AND type = 'page' AND bot IS NULL), 0)::BIGINT,
            count(*) FILTER (counted_copy AND bot IS NOT NULL),
            coalesce(sum(value) FILTER (counted_copy AND type = 'page' AND bot IS NULL AND affiliate_id IS NULL), 0)::BIGINT
        FROM internal.events
        """
    ).fetchall()
    return dict(zip(("events", "duplicates", "page_views", "bots", "without_affiliate"), row, strict=True))
