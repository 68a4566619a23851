"""What events told of orders: kept at each load, read newest first, and asked whose browser told of one. Called by `loading` and `store`.

Invariant: at every commit `orders` is what all copies of the events tell; those that count are marked as in `events`.
"""

from collections.abc import Sequence
from typing import Any

import duckdb

from tribute.analytics.clicks import OrderAsked, OrderHintSeen
from tribute.analytics.definitions import Span
from tribute.events.orders import OrderHint, OrderKind
from tribute.store.duckdb.clicks import LASTING_VISITOR, digest
from tribute.store.duckdb.registering import registered
from tribute.store.duckdb.times import aware, naive

_COLUMNS = """website_id, visitor_id, visitor_kind, event_time, received_at, accepted_at, spool, seq, event_key, counted_copy,
    order_kind, order_id, order_amount_minor, order_currency, order_coupon"""


def keep(connection: duckdb.DuckDBPyConnection, events: str) -> None:
    """Take in what new events tell of orders; `events` is a query of ours that gives rows as `events` has them."""
    connection.execute(
        f"""
        INSERT INTO internal.orders BY NAME SELECT {digest("order_id")} AS order_hash, {_COLUMNS}
        FROM ({events}) WHERE order_id IS NOT NULL AND bot IS NULL
        """  # noqa: S608 ours
    )


def flip(connection: duckdb.DuckDBPyConnection) -> None:
    """Let hints count or not as `flipped` says, a temporary table with the place of copies."""
    connection.execute(
        """
        UPDATE internal.orders o SET counted_copy = f.counted FROM flipped f
        WHERE o.event_key = f.event_key AND o.received_at = f.received_at AND o.spool = f.spool AND o.seq = f.seq
        """
    )


def recompute_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Take in all events anew."""
    connection.execute("DELETE FROM internal.orders")
    keep(connection, "SELECT * FROM internal.events")


def order_hints(connection: duckdb.DuckDBPyConnection, span: Span, limit: int, website_ids: Sequence[str] | None) -> list[OrderHintSeen]:
    """The newest hints of a span that count."""
    where, chosen = "", []
    if website_ids is not None:
        where, chosen = " AND website_id IN (SELECT unnest(?::VARCHAR[]))", [list(website_ids)]
    rows = connection.execute(
        f"""
        SELECT website_id, visitor_id, event_time, received_at, accepted_at,
            order_kind, order_id, order_amount_minor, order_currency, order_coupon
        FROM internal.orders WHERE counted_copy AND event_time BETWEEN ? AND ?{where}
        ORDER BY event_time DESC, received_at DESC, spool DESC, seq DESC, event_key DESC LIMIT ?
        """,  # noqa: S608 ours
        [naive(span.start), naive(span.end), *chosen, limit],
    ).fetchall()
    return [_seen(*row) for row in rows]


def _seen(website_id: str, visitor_id: str | None, *told: Any) -> OrderHintSeen:
    time, received_at, accepted_at, kind, order_id, amount_minor, currency, coupon = told
    hint = OrderHint(kind=OrderKind(kind), order_id=order_id, amount_minor=amount_minor, currency=currency, coupon=coupon)
    return OrderHintSeen(website_id, visitor_id, aware(time), aware(received_at), aware(accepted_at), hint)


def visitors_of_orders(connection: duckdb.DuckDBPyConnection, asked: Sequence[OrderAsked]) -> list[str | None]:
    """The visitor of each order."""
    import pyarrow as pa  # see `registering`

    table = pa.table(
        {
            "question": pa.array(range(len(asked)), pa.int32()),
            "website_id": pa.array([website_id for website_id, _, _ in asked], pa.string()),
            "order_id": pa.array([order_id for _, order_id, _ in asked], pa.string()),
            "until": pa.array([naive(accepted_until) for _, _, accepted_until in asked], pa.timestamp("us")),
        }
    )
    with registered(connection, asked=table):
        rows = connection.execute(
            f"""
            SELECT q.question, first({LASTING_VISITOR} ORDER BY e.event_time, e.received_at, e.spool, e.seq, e.event_key)
            FROM asked q JOIN internal.orders e
                ON e.order_hash = {digest("q.order_id")} AND e.order_id = q.order_id AND e.website_id = q.website_id
            WHERE e.order_kind = 'completed' AND e.accepted_at <= q.until AND {LASTING_VISITOR} IS NOT NULL
            GROUP BY q.question
            """  # noqa: S608 ours
        ).fetchall()
    visitors: dict[int, str | None] = dict(rows)
    return [visitors.get(question) for question in range(len(asked))]
