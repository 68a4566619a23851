"""Answers what attribution asks: the clicks of visitors. Called by `store`.

Few rows are found by numbers, with two plain queries for any number of questions; what a question admits of them is decided here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import duckdb

from tribute.analytics.clicks import Click, ClicksAsked
from tribute.analytics.definitions import CLICK_TOLD_WITHIN
from tribute.store.duckdb.clicks import Digest, digest_of
from tribute.store.duckdb.times import aware, naive


class _Arrival(NamedTuple):
    """A row of `arrivals`. Sorted, rows come in the usual order: by time, receipt and place."""

    event_time: datetime
    received_at: datetime
    spool: str
    seq: int
    event_key: UUID
    accepted_at: datetime
    click_id: str
    website_id: str
    affiliate_id: str | None
    affiliate_ref: str | None
    visitor_id: str | None
    link_slug: str | None
    sub_id: str | None
    landing_page: str | None
    referrer_host: str | None
    channel: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    utm_term: str | None
    utm_content: str | None
    country: str | None
    device: str | None
    browser: str | None
    os: str | None


_TOLD = _Arrival._fields[_Arrival._fields.index("visitor_id") :]
"""What the first event that knows it tells, of a click's events that come soon enough."""


class _Tie(NamedTuple):
    """A click that a visitor carried on a website, since an instant of acceptance."""

    click: Digest
    website_id: str
    since: datetime


def clicks_for(connection: duckdb.DuckDBPyConnection, asked: Sequence[ClicksAsked]) -> list[list[Click]]:
    """The clicks of each question, in the port's order. Both queries see the same moment."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    ties = _ties(connection, {digest_of(each.visitor_id) for each in asked if each.visitor_id is not None})
    wanted = [_wanted(each, ties) for each in asked]
    arrivals = _arrivals(connection, set().union(*wanted))
    return [_clicks(each, (arrival for click in clicks for arrival in arrivals[click])) for each, clicks in zip(asked, wanted, strict=True)]


def _ties(connection: duckdb.DuckDBPyConnection, visitors: set[Digest]) -> dict[Digest, list[_Tie]]:
    """By visitor the clicks that they carried."""
    ties: dict[Digest, list[_Tie]] = defaultdict(list)
    columns = "visitor_hash, visitor_rest, click_hash, click_rest, website_id, accepted_at"
    for *numbers, website_id, since in _found(connection, columns, "ties", "visitor_hash", visitors):
        ties[Digest(*numbers[:2])].append(_Tie(Digest(*numbers[2:]), website_id, since))
    return ties


def _wanted(asked: ClicksAsked, ties: dict[Digest, list[_Tie]]) -> set[Digest]:
    """The clicks that a question is about."""
    until = naive(asked.accepted_until)
    carried = ties.get(digest_of(asked.visitor_id), ()) if asked.visitor_id is not None else ()
    wanted = {tie.click for tie in carried if tie.website_id in asked.website_ids and tie.since <= until}
    return wanted if asked.click_id is None else wanted | {digest_of(asked.click_id)}


def _arrivals(connection: duckdb.DuckDBPyConnection, clicks: set[Digest]) -> dict[Digest, list[_Arrival]]:
    """By click its arrivals, in no order."""
    arrivals: dict[Digest, list[_Arrival]] = defaultdict(list)
    for row in _found(connection, ", ".join(_Arrival._fields), "arrivals", "click_hash", clicks):
        arrival = _Arrival(*row)
        arrivals[digest_of(arrival.click_id)].append(arrival)
    return arrivals


def _found(connection: duckdb.DuckDBPyConnection, columns: str, table: str, number: str, ids: set[Digest]) -> list[tuple[Any, ...]]:
    """The rows whose number is that of one of some ids: nearly always rows of these ids, and at times of others."""
    if not ids:
        return []
    numbers = [each.hash for each in ids]
    which, parameter = ("= ?", numbers[0]) if len(numbers) == 1 else ("IN (SELECT unnest(?::UBIGINT[]))", numbers)
    return connection.execute(f"SELECT {columns} FROM internal.{table} WHERE {number} {which}", [parameter]).fetchall()  # noqa: S608 ours


def _clicks(asked: ClicksAsked, arrivals: Iterable[_Arrival]) -> list[Click]:
    """The clicks that arrivals make, of those that a question admits. A code that is nobody's tells clicks apart as an affiliate does."""
    until = naive(asked.accepted_until)
    admitted = (arrival for arrival in arrivals if arrival.website_id in asked.website_ids and arrival.accepted_at <= until)
    clicks: dict[tuple[str | None, ...], list[_Arrival]] = defaultdict(list)
    for arrival in sorted(admitted, key=lambda arrival: arrival[:5]):
        clicks[arrival.click_id, arrival.affiliate_id, None if arrival.affiliate_id else arrival.affiliate_ref].append(arrival)
    made = [_click(of_one) for of_one in clicks.values()]
    return sorted(made, key=lambda click: (click.time, click.click_id, click.affiliate_id or "", click.code or ""))


def _click(arrivals: Sequence[_Arrival]) -> Click:
    """One click of its arrivals in order."""
    first = arrivals[0]
    soon = [arrival for arrival in arrivals if arrival.event_time <= first.event_time + CLICK_TOLD_WITHIN]
    told = {name: next((value for arrival in soon if (value := getattr(arrival, name)) is not None), None) for name in _TOLD}
    return Click(
        click_id=first.click_id,
        website_id=first.website_id,
        time=aware(first.event_time),
        code=first.affiliate_ref,
        affiliate_id=first.affiliate_id,
        **told,
    )
