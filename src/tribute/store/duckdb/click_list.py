"""Lists the clicks that count, the latest first, page by page. Called by `store`."""

from typing import Any

import duckdb

from tribute.analytics.clicks import ClickListQuery, ClickPlace, CountedClick
from tribute.store.duckdb.times import aware, naive

_WHOSE = "coalesce(c.affiliate_id, '')"
_TOLD = "link_slug, sub_id, landing_page, referrer_host, channel, utm_source, utm_medium, utm_campaign, country, device"


def click_list(connection: duckdb.DuckDBPyConnection, query: ClickListQuery) -> list[CountedClick]:
    """A page of them. Affiliate and click id tell clicks apart; the id's number stands for it in the order."""
    where, parameters = _chosen(query)
    rows = connection.execute(
        f"""
        SELECT c.click_hash, c.click_id, c.affiliate_id, c.website_id, c.time, {_TOLD}
        FROM internal.clicks c WHERE {where}
        ORDER BY c.time DESC, c.click_hash DESC, {_WHOSE} DESC LIMIT ?
        """,  # noqa: S608 ours
        [*parameters, query.limit],
    ).fetchall()
    return [_click(*row) for row in rows]


def _chosen(query: ClickListQuery) -> tuple[str, list[Any]]:
    """The conditions of the query with their parameters."""
    where: list[str] = ["true"]
    parameters: list[Any] = []
    equal = {"affiliate_id": query.affiliate_id, "website_id": query.website_id, "link_slug": query.link_slug, "sub_id": query.sub_id}
    for column, value in equal.items():
        if value is not None:
            where.append(f"c.{column} = ?")
            parameters.append(value)
    for sign, at in ((">=", query.since), ("<", query.until)):
        if at is not None:
            where.append(f"c.time {sign} ?")
            parameters.append(naive(at))
    if query.after is not None:
        time, number, whose = naive(query.after.time), query.after.number, query.after.affiliate_id
        # the first condition alone lets whole blocks of later clicks be skipped
        where.append(f"c.time <= ? AND (c.time < ? OR c.click_hash < ? OR (c.click_hash = ? AND {_WHOSE} < ?))")
        parameters += [time, time, number, number, whose]
    return " AND ".join(where), parameters


def _click(click_hash: int, click_id: str, affiliate_id: str | None, website_id: str, time: Any, *told: str | None) -> CountedClick:
    named = dict(zip(_TOLD.split(", "), told, strict=True))
    at = aware(time)
    place = ClickPlace(at, click_hash, affiliate_id or "")
    return CountedClick(place=place, click_id=click_id, affiliate_id=affiliate_id, website_id=website_id, time=at, **named)
