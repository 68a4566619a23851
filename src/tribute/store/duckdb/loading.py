"""Brings a batch into the tables; the caller holds the transaction, so that all of it happens or nothing. Called by `store`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from tribute.analytics.definitions import Grain, bucket_start
from tribute.analytics.port import UTC_ZONE, Batch, Loaded, Progress
from tribute.events.derived import DerivedEvent
from tribute.store.duckdb import aggregates, clicks, orders, visitors
from tribute.store.duckdb.dedupe import settle
from tribute.store.duckdb.registering import registered
from tribute.store.duckdb.times import aware, naive

if TYPE_CHECKING:
    import pyarrow as pa

_RESOLVED = "batch b LEFT JOIN internal.code_registrations c ON c.code = b.affiliate_ref AND c.registered_at <= b.accepted_at"
"""An event belongs to the affiliate whose code it carries, if the code was registered when the event was accepted."""


def load(connection: duckdb.DuckDBPyConnection, batch: Batch, now: datetime) -> Loaded:
    """Insert the events that the store has not got, settle which copies count, bring the sums up to date, note the progress."""
    sums = not batch.defer_aggregates
    new = _bring_in(connection, batch.events, touch=sums) if batch.events else 0
    if sums:
        clicks.recompute_touched(connection)
    _note_progress(connection, batch.progress, now)
    return Loaded(events=new, duplicates=len(batch.events) - new)


def _bring_in(connection: duckdb.DuckDBPyConnection, events: Sequence[DerivedEvent], *, touch: bool) -> int:
    """Insert what is new of some events, and settle which copies count. Returns how many events there are more."""
    from tribute.store.duckdb.columns import event_table, with_counted  # they stand on Arrow, see `registering`

    table = event_table(events)
    settled = settle(connection, table)
    fresh = with_counted(table, settled.counted)
    if fresh.num_rows:
        _insert(connection, fresh, touch=touch)
    if settled.flips:
        _flip(connection, settled.flips, touch=touch)
        aggregates.recompute_touched(connection)
    return sum(counts is True for counts in settled.counted) + sum(1 if counts else -1 for _, counts in settled.flips)


def _insert(connection: duckdb.DuckDBPyConnection, fresh: "pa.Table", *, touch: bool) -> None:
    """Insert new events; with `touch` also what is kept beside them, each only where the batch has something for it."""
    from tribute.store.duckdb.columns import AS_STORED, STORED

    with registered(connection, batch=fresh):
        if touch:
            aggregates.add(
                connection,
                f"""SELECT c.affiliate_id, b.website_id, b.event_time, b.visitor_id, b.value FROM {_RESOLVED}
                WHERE b.counted_copy AND b.type = 'page' AND b.bot IS NULL""",  # noqa: S608 ours
            )
        connection.execute(
            f"""
            INSERT INTO internal.events ({STORED}, affiliate_id, counted_copy)
            SELECT {AS_STORED}, c.affiliate_id, b.counted_copy FROM {_RESOLVED}
            """  # noqa: S608 ours
        )
        if touch:
            stored = f"SELECT {AS_STORED}, c.affiliate_id, b.counted_copy FROM {_RESOLVED}"  # noqa: S608 ours
            if fresh["click_id"].null_count < fresh.num_rows:
                clicks.keep(connection, stored)
                clicks.touch(connection, f"SELECT {clicks.digest('click_id')} FROM batch WHERE is_click AND click_id IS NOT NULL")  # noqa: S608 ours
            if fresh["order_id"].null_count < fresh.num_rows:
                orders.keep(connection, stored)


def _flip(connection: duckdb.DuckDBPyConnection, flips: Sequence[tuple[int, bool]], *, touch: bool) -> None:
    """Let some rows count, and others no more."""
    import pyarrow as pa  # see `registering`

    rows, counted = zip(*flips, strict=True)
    with registered(connection, flips=pa.table({"row": pa.array(rows, pa.int64()), "counted": pa.array(counted, pa.bool_())})):
        connection.execute("UPDATE internal.events SET counted_copy = f.counted FROM flips f WHERE internal.events.rowid = f.row")
        if touch:
            aggregates.touch(
                connection,
                """SELECT e.affiliate_id, e.website_id, e.event_time FROM internal.events e SEMI JOIN flips f ON e.rowid = f.row
                WHERE e.type = 'page' AND e.bot IS NULL""",
                taken=True,
            )
            connection.execute(
                """CREATE OR REPLACE TEMP TABLE flipped AS SELECT e.event_key, e.received_at, e.spool, e.seq, f.counted
                FROM internal.events e JOIN flips f ON e.rowid = f.row"""
            )
            clicks.flip(connection)
            orders.flip(connection)


def recompute_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Make everything that is kept beside the events anew from them."""
    aggregates.recompute_all(connection)
    clicks.recompute_all(connection)
    orders.recompute_all(connection)
    visitors.seal_all(connection, bucket_start(aggregates.latest(connection), Grain.DAY, UTC_ZONE))


def _note_progress(connection: duckdb.DuckDBPyConnection, progress: Sequence[Progress], now: datetime) -> None:
    """Progress only grows, so that a batch told again, late, takes nothing back."""
    if not progress:
        return
    import pyarrow as pa  # see `registering`

    steps = pa.table(
        {
            "source": pa.array([step.source for step in progress], pa.string()),
            "through_seq": pa.array([step.through_seq for step in progress], pa.int64()),
            "complete": pa.array([step.complete for step in progress], pa.bool_()),
        }
    )
    with registered(connection, steps=steps):
        connection.execute(
            """
            INSERT INTO internal.progress SELECT source, max(through_seq), bool_or(complete), ? FROM steps GROUP BY source
            ON CONFLICT (source) DO UPDATE SET
                through_seq = greatest(through_seq, excluded.through_seq),
                complete = complete OR excluded.complete,
                loaded_at = excluded.loaded_at
            """,
            [naive(now)],
        )


def stored_progress(connection: duckdb.DuckDBPyConnection) -> dict[str, Progress]:
    """How far each source has come."""
    rows = connection.execute("SELECT source, through_seq, complete FROM internal.progress").fetchall()
    return {source: Progress(source, through_seq, complete) for source, through_seq, complete in rows}


def newest_receipt(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Read from the columns' own statistics, however many events there are."""
    [[newest]] = connection.execute("SELECT max(received_at) FROM internal.events").fetchall()
    return aware(newest) if newest is not None else None


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
