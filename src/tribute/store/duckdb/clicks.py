"""The arrivals that clicks are made of, the clicks themselves, and which visitor carried which click: kept up to date at each load.

Invariant: at every commit `clicks` is what a recount of the events that count gives, `arrivals` and `ties` what all of them tell. Whoever
changes an arrival notes its click with `touch` in the same transaction, and ends it with `recompute_touched`.

Clicks and visitors are found by 64 bits of their ids' MD5: a scan of whole numbers is quick enough for tens of millions, where an index
would have to stay in memory. Then the ids themselves are compared, or, of ties, which nobody reads as text, the MD5's other half.
"""

import hashlib
from typing import NamedTuple

import duckdb

from tribute.analytics.definitions import CLICK_TOLD_WITHIN
from tribute.store.duckdb.changed import note_changed
from tribute.store.duckdb.dimensions import KEPT, OF_EVENT, TOLD

ORDER = "event_time, received_at, spool, seq, event_key"
TOLD_WITHIN = f"INTERVAL {int(CLICK_TOLD_WITHIN.total_seconds())} SECOND"
LASTING_VISITOR = "CASE WHEN e.visitor_kind IS DISTINCT FROM 'cookieless' THEN e.visitor_id END"
"""The visitor of an event `e`, unless the id lives for one day."""

_IS_ARRIVAL = "e.is_click AND e.bot IS NULL AND e.click_id IS NOT NULL"
_PLACE = "click_id, affiliate_id, affiliate_ref, website_id, event_time, received_at, accepted_at, spool, seq, event_key, counted_copy"
_CHUNK = 200_000
"""Arrivals that are made into clicks at once, which bounds the memory."""


def digest(text: str) -> str:
    """The number by which an id is found, as SQL."""
    return f"md5_number_lower({text})"


def other_half(text: str) -> str:
    """The other half of the MD5 of an id: where the id itself is not kept, both together stand for it. As SQL."""
    return f"md5_number_upper({text})"


class Digest(NamedTuple):
    """The halves of an id's MD5, as `digest` and `other_half` give them."""

    hash: int
    rest: int


def digest_of(identity: str) -> Digest:
    """The same numbers."""
    whole = hashlib.md5(identity.encode(), usedforsecurity=False).digest()
    return Digest(int.from_bytes(whole[8:], "little"), int.from_bytes(whole[:8], "little"))


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a writer's connection its note of touched clicks."""
    connection.execute("CREATE TEMP TABLE touched_clicks (click_hash UBIGINT)")


def touch(connection: duckdb.DuckDBPyConnection, hashes: str) -> None:
    """Note clicks; `hashes` is a query of ours that gives their `click_hash`."""
    connection.execute(f"INSERT INTO touched_clicks {hashes}")


def keep(connection: duckdb.DuckDBPyConnection, events: str) -> None:
    """Take in the arrivals and ties of events that are new; `events` is a query of ours that gives rows as `events` has them.

    Bots make none. All copies of an event are taken in: those that do not count tell attribution what those that count do.
    """
    told = ", ".join(f"{OF_EVENT[each]} AS {KEPT[each]}" for each in TOLD)
    same = " AND ".join(f"t.{part} = n.{part}" for part in ("click_hash", "click_rest", "visitor_hash", "visitor_rest", "website_id"))
    connection.execute(
        f"""
        INSERT INTO internal.arrivals BY NAME
        SELECT {digest("e.click_id")} AS click_hash, {_PLACE}, {LASTING_VISITOR} AS visitor_id, {told}
        FROM ({events}) e WHERE {_IS_ARRIVAL}
        """  # noqa: S608 ours
    )
    connection.execute(
        f"""
        INSERT INTO internal.ties BY NAME
        WITH told AS (
            SELECT e.visitor_id, e.website_id, e.click_id, min(e.accepted_at) AS accepted_at FROM ({events}) e
            WHERE e.bot IS NULL AND e.click_id IS NOT NULL AND {LASTING_VISITOR} IS NOT NULL
            GROUP BY ALL
        ),
        new AS MATERIALIZED (
            SELECT {digest("visitor_id")} AS visitor_hash, {other_half("visitor_id")} AS visitor_rest, website_id,
                {digest("click_id")} AS click_hash, {other_half("click_id")} AS click_rest, accepted_at
            FROM told
        )
        SELECT * FROM new n WHERE NOT EXISTS (
            SELECT 1 FROM internal.ties t
            WHERE t.click_hash IN (SELECT click_hash FROM new) AND {same} AND t.accepted_at <= n.accepted_at
        )
        """  # noqa: S608 ours
    )


def flip(connection: duckdb.DuckDBPyConnection) -> None:
    """Let arrivals count or not as `flipped` says, a temporary table with the place of copies."""
    same = "a.event_key = f.event_key AND a.received_at = f.received_at AND a.spool = f.spool AND a.seq = f.seq"
    connection.execute(f"UPDATE internal.arrivals a SET counted_copy = f.counted FROM flipped f WHERE {same}")  # noqa: S608 ours
    touch(connection, f"SELECT a.click_hash FROM internal.arrivals a JOIN flipped f ON {same}")  # noqa: S608 ours


def give_away(connection: duckdb.DuckDBPyConnection) -> None:
    """Give arrivals to whom their code belongs by the registrations in `told`, a temporary table."""
    becomes = "CASE WHEN a.accepted_at >= t.registered_at THEN t.affiliate_id END"
    touch(
        connection,
        f"""SELECT a.click_hash FROM internal.arrivals a JOIN told t ON a.affiliate_ref = t.code
        WHERE a.affiliate_id IS DISTINCT FROM ({becomes})""",  # noqa: S608 ours
    )
    connection.execute(
        f"""
        UPDATE internal.arrivals a SET affiliate_id = {becomes} FROM told t
        WHERE a.affiliate_ref = t.code AND a.affiliate_id IS DISTINCT FROM ({becomes})
        """  # noqa: S608 ours
    )


def recompute_touched(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the touched clicks anew from their arrivals, and forget the note."""
    [(count,)] = connection.execute("SELECT count(*) FROM touched_clicks").fetchall()
    if not count:
        return
    touched = "click_hash IN (SELECT click_hash FROM touched_clicks)"
    whose = f"SELECT affiliate_id FROM internal.clicks WHERE {touched}"  # noqa: S608 ours
    note_changed(connection, whose)
    connection.execute(f"DELETE FROM internal.clicks WHERE {touched}")  # noqa: S608 ours
    _make(connection, touched)
    note_changed(connection, whose)
    connection.execute("DELETE FROM touched_clicks")


def recompute_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Make arrivals, ties and clicks anew from the events."""
    for table in ("internal.arrivals", "internal.ties", "internal.clicks", "touched_clicks"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 ours
    keep(connection, "SELECT * FROM internal.events")
    [(count,)] = connection.execute("SELECT count(*) FROM internal.arrivals").fetchall()
    chunks = count // _CHUNK + 1
    for chunk in range(chunks):
        _make(connection, f"click_hash % {chunks} = {chunk}")


def _make(connection: duckdb.DuckDBPyConnection, which: str) -> None:
    """Insert the clicks of some arrivals: each at its first, and of each dimension the first value that is told soon enough."""
    told = ", ".join(f"arg_min({KEPT[each]}, place) AS {KEPT[each]}" for each in TOLD)
    connection.execute(
        f"""
        INSERT INTO internal.clicks BY NAME
        SELECT click_hash, click_id, affiliate_id, min(event_time) AS time, arg_min(website_id, place) AS website_id, {told}
        FROM (
            SELECT *, row_number() OVER (PARTITION BY click_id, affiliate_id ORDER BY {ORDER}) AS place FROM internal.arrivals
            WHERE counted_copy AND {which}
            QUALIFY event_time <= min(event_time) OVER (PARTITION BY click_id, affiliate_id) + {TOLD_WITHIN}
        )
        GROUP BY click_hash, click_id, affiliate_id
        """  # noqa: S608 ours
    )
