"""The latest event of a website, whatever it is: a bot's and the owner's own visits show that the tag works, too. Called by `store`."""

import duckdb

from tribute.analytics.definitions import Span
from tribute.analytics.port import LatestEvent
from tribute.store.duckdb.times import aware, naive

_LATEST = """
SELECT received_at, type, name, host, path, bot FROM internal.events
WHERE website_id = ? AND received_at BETWEEN ? AND ?
ORDER BY received_at DESC, spool DESC, seq DESC LIMIT 1
"""


def latest_event(connection: duckdb.DuckDBPyConnection, website_id: str, span: Span) -> LatestEvent | None:
    """See analytics.port.EventStore. The span lets the file skip what lies outside it."""
    row = connection.execute(_LATEST, [website_id, naive(span.start), naive(span.end)]).fetchone()
    return LatestEvent(aware(row[0]), *row[1:]) if row is not None else None
