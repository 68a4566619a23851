"""Answers a series query in one statement, from stored sums where a bucket is whole and from events where it is cut. Called by `store`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tribute.analytics.buckets import Stretch, cover
from tribute.analytics.definitions import DAY, HOUR, Metric, Span
from tribute.analytics.port import Point, SeriesQuery
from tribute.store.duckdb.schema import EVERYONE
from tribute.store.duckdb.times import aware, naive

_STORED_VALUE = {Metric.PAGE_VIEWS: "page_views", Metric.VISITORS: "visitors"}
_STEPS = {"hours": HOUR, "days": DAY}
_COUNTED_VALUE = {Metric.PAGE_VIEWS: "sum(s.value)", Metric.VISITORS: "count(DISTINCT s.visitor_id)"}


def series(connection: duckdb.DuckDBPyConnection, query: SeriesQuery) -> list[Point]:
    """The points of a query, in the port's order. Raises ValueError for a metric that is not kept here."""
    if query.metric not in _STORED_VALUE:
        raise ValueError(f"{query.metric} are not in the event store")
    span = _within_data(connection, query.span)
    if span is None:
        return []
    parts = cover(query.metric, span, query.grain, query.zone)
    selects: list[str] = []
    parameters: list[Any] = []
    for table, stretches in (("days", parts.days), ("hours", parts.hours), ("counted_pages", parts.events)):
        if stretches:
            selects.append(_select(table, query, stretches, parameters))
    rows = connection.execute(
        f"""
        SELECT label, website_id, sum(n)::BIGINT AS n FROM ({" UNION ALL ".join(selects)})
        GROUP BY ALL HAVING sum(n) > 0 ORDER BY label, website_id
        """,  # noqa: S608 ours
        parameters,
    ).fetchall()
    return [Point(website_id, aware(label), value) for label, website_id, value in rows]


def _within_data(connection: duckdb.DuckDBPyConnection, span: Span) -> Span | None:
    """A long span cut to the days that have data, so that "since ever" costs no more than the data; None where there is none."""
    if span.end - span.start <= 400 * DAY:
        return span
    [(first, last)] = connection.execute("SELECT min(bucket), max(bucket) FROM internal.days").fetchall()
    if first is None:
        return None
    start, end = max(span.start, aware(first)), min(span.end, _end_of_day(aware(last)))
    return Span(start, end) if start <= end else None


def _end_of_day(day: datetime) -> datetime:
    return day.replace(hour=23, minute=59, second=59, microsecond=999_999)


def _select(table: str, query: SeriesQuery, stretches: Sequence[Stretch], parameters: list[Any]) -> str:
    """The SQL for one part of the cover; appends its parameters."""
    stored = table != "counted_pages"
    time = "bucket" if stored else "event_time"
    where, chosen = _chosen(query, stored=stored)
    if stored and all(stretch.label == stretch.start and stretch.end - stretch.start == _STEPS[table] for stretch in stretches):
        return _select_whole(table, query, stretches, parameters)
    scans = []
    for start, end in _runs(stretches, within=2 * DAY):
        scans.append(f"SELECT * FROM internal.{table} WHERE {time} >= ? AND {time} < ?{where}")  # noqa: S608 ours
        parameters.extend((naive(start), naive(end), *chosen))
    parameters.append([naive(stretch.label) for stretch in stretches])
    parameters.append([naive(stretch.start) for stretch in stretches])
    parameters.append([naive(stretch.end) for stretch in stretches])
    value = f"sum(s.{_STORED_VALUE[query.metric]})" if stored else _COUNTED_VALUE[query.metric]
    return f"""
        SELECT w.label, s.website_id, {value} AS n
        FROM ({" UNION ALL ".join(scans)}) s
        ASOF JOIN (SELECT unnest(?::TIMESTAMP[]) AS label, unnest(?::TIMESTAMP[]) AS start, unnest(?::TIMESTAMP[]) AS until) w
            ON s.{time} >= w.start
        WHERE s.{time} < w.until
        GROUP BY ALL"""  # noqa: S608 ours


def _select_whole(table: str, query: SeriesQuery, stretches: Sequence[Stretch], parameters: list[Any]) -> str:
    """The SQL for buckets that are stored as they are asked for, the common part, without a join; appends its parameters."""
    where, chosen = _chosen(query, stored=True)
    value = _STORED_VALUE[query.metric]
    selects = []
    for start, end in _runs(stretches, within=timedelta(0)):
        selects.append(
            f"SELECT bucket AS label, website_id, {value} AS n FROM internal.{table} WHERE bucket >= ? AND bucket < ?{where}"  # noqa: S608 ours
        )
        parameters.extend((naive(start), naive(end), *chosen))
    return " UNION ALL ".join(selects)


def _chosen(query: SeriesQuery, *, stored: bool) -> tuple[str, list[Any]]:
    """The conditions on affiliate and websites, with their parameters."""
    where, chosen = "", []
    if query.affiliate_id is not None or stored:
        where += " AND affiliate_id = ?"
        chosen.append(EVERYONE if query.affiliate_id is None else query.affiliate_id)
    if query.website_ids is not None:
        where += f" AND website_id IN ({', '.join('?' * len(query.website_ids)) or 'NULL'})"
        chosen.extend(query.website_ids)
    return where, chosen


def _runs(stretches: Sequence[Stretch], *, within: timedelta) -> list[tuple[datetime, datetime]]:
    """Stretches that lie near each other as one range, so that each range is one scan that skips what lies between them."""
    runs: list[tuple[datetime, datetime]] = []
    for stretch in stretches:
        if runs and stretch.start - runs[-1][1] <= within:
            runs[-1] = (runs[-1][0], stretch.end)
        else:
            runs.append((stretch.start, stretch.end))
    return runs
