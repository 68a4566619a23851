"""Answers the analytics' queries: ranks the values and counts the cells of each period. Called by `store`.

Each answer is read in one transaction, so that all of its numbers are of one moment. Stored sums are used where they are exact.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tribute.analytics.buckets import Timeline
from tribute.analytics.comparison import compared_with
from tribute.analytics.definitions import Grain, Metric
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import LIVE_MINUTES, LIVE_SPAN, UTC_ZONE, Identification, Live, Point, SeriesQuery
from tribute.analytics.query import RATIOS, AnalyticsQuery, Period, has_amounts
from tribute.analytics.results import OTHERS, AnalyticsResult, CellAddress, Measured, Ranked, assemble
from tribute.store.duckdb.facts import currencies, facts
from tribute.store.duckdb.series import series
from tribute.store.duckdb.times import naive
from tribute.store.duckdb.visitors import visitors

_FIGURE = {
    Metric.PAGE_VIEWS: "coalesce(sum(page_views), 0)::BIGINT",
    Metric.VISITORS: "count(DISTINCT visitor_id)",
    Metric.CLICKS: "coalesce(sum(clicks), 0)::BIGINT",
    Metric.CONVERSIONS: "coalesce(sum(conversions), 0)::BIGINT",
    Metric.REVENUE: "coalesce(sum(revenue), 0)::BIGINT",
    Metric.COMMISSIONS: "coalesce(sum(commission), 0)::BIGINT",
}
_ORDERED_BY = _FIGURE | {ratio: f"{_FIGURE[above]}::DOUBLE / nullif({_FIGURE[below]}, 0)" for ratio, (above, below) in RATIOS.items()}


def analytics(connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery) -> AnalyticsResult:
    """Leaves a transaction open: the connection is for this question alone."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    ranked = _ranked(connection, query)
    sealed = visitors(connection, query, query.period) if _is_one_number(query) else None
    current = _measured(connection, query, query.period, ranked.values, sealed)
    previous = None
    if query.comparison is not None:
        previous = _measured(connection, query, compared_with(query.period, query.zone, query.comparison), ranked.values)
    return replace(assemble(query, ranked, current, previous), other_currencies=_other_currencies(connection, query))


def _other_currencies(connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery) -> tuple[str, ...]:
    """The currencies that the amounts leave out."""
    if not has_amounts(query.metrics):
        return ()
    return tuple(code for (code,) in connection.execute(*currencies(query, query.period)).fetchall())


def _ranked(connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery) -> Ranked:
    """The values with a row, and how many there are."""
    if query.dimension is None:
        return Ranked()
    counted = facts(query, query.period)
    rows = connection.execute(
        f"""
        WITH {counted.sql}
        SELECT value, count(*) OVER () FROM (SELECT value, {_ORDERED_BY[query.metrics[0]]} AS figure FROM facts GROUP BY value)
        ORDER BY figure DESC NULLS LAST, value NULLS LAST LIMIT ?
        """,  # noqa: S608 ours
        [*counted.parameters, query.top],
    ).fetchall()
    return Ranked([value for value, _ in rows], rows[0][1] if rows else 0)


def _is_one_number(query: AnalyticsQuery) -> bool:
    """Whether an affiliate's visitors are asked for without breakdown, so that a seal may help."""
    alone = query.grain is None and query.dimension is None and not query.filters
    return alone and Metric.VISITORS in query.parts and query.affiliate_id is not None


def _measured(
    connection: duckdb.DuckDBPyConnection,
    query: AnalyticsQuery,
    period: Period,
    values: Sequence[str | None],
    known_visitors: int | None = None,
) -> Measured:
    """One period counted: from the stored sums what they hold, the rest from the events; but for visitors that are known."""
    timeline = query.timeline(period)
    cells: defaultdict[CellAddress, dict[Metric, int]] = defaultdict(dict)
    metrics = list(query.parts)
    if known_visitors is not None:
        metrics.remove(Metric.VISITORS)
        cells[None, None][Metric.VISITORS] = known_visitors
    if _adds_up(query, metrics):
        metrics.remove(Metric.PAGE_VIEWS)
        for address, page_views in _summed(_page_views(connection, query, period), timeline, values).items():
            cells[address][Metric.PAGE_VIEWS] = page_views
    if metrics:
        for address, figures in _counted(connection, replace(query, metrics=metrics), period, timeline, values).items():
            cells[address].update(figures)
    return Measured(period, timeline.starts, cells)


def _adds_up(query: AnalyticsQuery, metrics: Sequence[Metric]) -> bool:
    """Whether the page views are asked for and can be added up from what is stored by affiliate and website.

    Where visitors are asked for, too, their events are read in any case, and counting the page views on the way costs nothing.
    """
    if Metric.PAGE_VIEWS not in metrics or Metric.VISITORS in metrics:
        return False
    return query.dimension in {None, Dimension.WEBSITE} and not query.filters


def _page_views(connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery, period: Period) -> list[Point]:
    grain, zone = (query.grain, query.zone) if query.grain else (Grain.DAY, UTC_ZONE)
    return series(connection, SeriesQuery(Metric.PAGE_VIEWS, period.span, grain, zone, query.affiliate_id, query.website_ids))


def _summed(points: Sequence[Point], timeline: Timeline, websites: Sequence[str | None]) -> Mapping[CellAddress, int]:
    """Each website's points added into all the cells that they belong to."""
    buckets = {start: place for place, start in enumerate(timeline.starts)}
    rows = {website: place for place, website in enumerate(websites)}
    cells: defaultdict[CellAddress, int] = defaultdict(int)
    for point in points:
        row = rows.get(point.website_id, OTHERS)
        for bucket in {None, buckets.get(point.bucket)}:
            cells[bucket, None] += point.value
            cells[bucket, row] += point.value
    return cells


def _counted(
    connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery, period: Period, timeline: Timeline, values: Sequence[str | None]
) -> Mapping[CellAddress, Mapping[Metric, int]]:
    """All cells counted from the events, in one statement."""
    counted = facts(query, period)
    tables, parameters = [counted.sql], list(counted.parameters)
    bucket, joins, sets = "NULL", "", ["()"]
    if query.grain is not None:
        tables.append("timeline AS (SELECT unnest(?::TIMESTAMP[]) AS edge, unnest(?::INTEGER[]) AS bucket)")
        parameters += [[naive(edge) for edge in timeline.edges], list(timeline.places)]
        bucket, joins = "bucket", " ASOF JOIN timeline t ON f.time >= t.edge"
        sets.append("(bucket)")
    row = "NULL"
    if query.dimension is not None:
        tables.append("ranks AS (SELECT unnest(?::VARCHAR[]) AS value, unnest(?::INTEGER[]) AS place)")
        parameters += [list(values), list(range(len(values)))]
        row, joins = "row", joins + " LEFT JOIN ranks r ON r.value IS NOT DISTINCT FROM f.value"
        sets.extend(["(row)", "(bucket, row)"] if query.row_series else ["(row)"])
    columns = {"bucket": "t.bucket", "row": f"coalesce(r.place, {OTHERS})"}
    placed = "".join(f"{columns[name]} AS {name}, " for name in (bucket, row) if name in columns)
    rows = connection.execute(
        f"""
        WITH {", ".join(tables)}
        SELECT {bucket}, {row}, {", ".join(_FIGURE[metric] for metric in query.metrics)}
        FROM (SELECT {placed}f.* EXCLUDE (time, value) FROM facts f{joins})
        GROUP BY GROUPING SETS ({", ".join(sets)})
        """,  # noqa: S608 ours
        parameters,
    ).fetchall()
    return {(bucket, row): dict(zip(query.metrics, figures, strict=True)) for bucket, row, *figures in rows}


def identification(connection: duckdb.DuckDBPyConnection, query: AnalyticsQuery) -> Identification:
    """How the visitors behind a query's totals were known."""
    pages = facts(replace(query, metrics=(Metric.PAGE_VIEWS,), dimension=None, row_series=False), query.period)
    [row] = connection.execute(
        f"""
        WITH {pages.sql}
        SELECT coalesce(sum(page_views), 0)::BIGINT, coalesce(sum(page_views) FILTER (visitor_id IS NULL), 0)::BIGINT,
            count(DISTINCT visitor_id), count(DISTINCT visitor_id) FILTER (visitor_kind = 'cookieless')
        FROM facts
        """,  # noqa: S608 ours
        pages.parameters,
    ).fetchall()
    return Identification(*row)


def live(connection: duckdb.DuckDBPyConnection, affiliate_id: str | None, now: datetime) -> Live:
    """What happened in the last minutes, `now` included and the instant at which each minute began not."""
    whose: list[Any] = [] if affiliate_id is None else [affiliate_id]
    rows = connection.execute(
        f"""
        WITH recent AS (
            SELECT (epoch_us(?::TIMESTAMP) - epoch_us(event_time)) // 60000000 AS ago, value, visitor_id FROM internal.counted_pages
            WHERE event_time > ? AND event_time <= ?{" AND affiliate_id = ?" if whose else ""}
        )
        SELECT ago, sum(value)::BIGINT, count(DISTINCT visitor_id) FROM (
            SELECT ago, value, NULL AS visitor_id FROM recent
            UNION ALL SELECT -1, value, visitor_id FROM recent WHERE ago < ?
        ) GROUP BY ago
        """,  # noqa: S608 ours
        [naive(now), naive(now - timedelta(minutes=LIVE_MINUTES)), naive(now), *whose, LIVE_SPAN // timedelta(minutes=1)],
    ).fetchall()
    found = {ago: (page_views, visitors) for ago, page_views, visitors in rows}
    page_views, visitors = found.get(-1, (0, 0))
    return Live(visitors, page_views, [found.get(ago, (0, 0))[0] for ago in reversed(range(LIVE_MINUTES))])
