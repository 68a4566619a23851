"""Queries of the kinds that people run on Timestream, as its guide, its sample applications and dashboards show them, on our table.

Each is written anew for page views. `rows` is what it answers over the page views of `tests.support.timestream.fill`, in any order;
`refused` is what a query is told that cannot be answered exactly. `{table}` is the table.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.support.events import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)


@dataclass(frozen=True)
class PeoplesQuery:
    """A query of a kind, and what comes of it."""

    kind: str
    sql: str
    rows: list[list[Any]] | None = None
    refused: str | None = None


def _at(hours: float) -> datetime:
    return NOON - hours * HOUR


CORPUS = (
    PeoplesQuery(
        "the latest rows of a series",
        "SELECT time, path FROM {table} WHERE website = 'Course A' AND affiliate_id = 'ada' ORDER BY time DESC, path LIMIT 2",
        [[_at(1), "/a"], [_at(1), "/b"]],
    ),
    PeoplesQuery(
        "averages and percentiles in bins of a recent window",
        """SELECT website, BIN(time, 1h) AS binned_timestamp, ROUND(AVG(measure_value::bigint), 2) AS avg_views,
             ROUND(APPROX_PERCENTILE(measure_value::bigint, 0.9), 2) AS p90_views
           FROM {table} WHERE measure_name = 'page_view' AND time > ago(2h)
           GROUP BY website, BIN(time, 1h) ORDER BY binned_timestamp ASC""",
        [["Course A", _at(1), 1.0, 1]],
    ),
    PeoplesQuery(
        "groups compared with the average of all",
        """WITH avg_all AS (SELECT AVG(measure_value::bigint) AS mean FROM {table} WHERE time > ago(7d)),
             per_site AS (SELECT website, AVG(measure_value::bigint) AS site_mean FROM {table} WHERE time > ago(7d) GROUP BY website)
           SELECT p.website, p.site_mean FROM avg_all AS a, per_site AS p WHERE p.site_mean > 1.1 * a.mean""",
        [["Course B", 5.0]],
    ),
    PeoplesQuery(
        "the last value by group with max_by",
        "SELECT website, max_by(path, time) AS last_path, max(time) AS seen FROM {table} WHERE affiliate_id = 'ada' AND country IS NULL "
        "GROUP BY website",
        [["Course B", "/a", _at(48)], ["Course A", "/old", NOON - 30 * DAY]],
    ),
    PeoplesQuery(
        "the last row by group with row_number",
        """SELECT affiliate_id, path FROM (
             SELECT affiliate_id, path, row_number() OVER (PARTITION BY affiliate_id ORDER BY time DESC, path) AS rn FROM {table}
           ) WHERE rn = 1 AND affiliate_id IS NOT NULL""",
        [["ada", "/a"], ["bob", "/a"]],
    ),
    PeoplesQuery(
        "a dashboard's time series with its macros filled in",
        """SELECT bin(time, 1d) AS t, count(*) AS n FROM "WebAnalyticsDb"."PageViewsTable"
           WHERE time BETWEEN from_milliseconds(1772971200000) AND from_milliseconds(1773144000000) AND measure_name = 'page_view'
           GROUP BY bin(time, 1d) ORDER BY t""",
        [[MIDNIGHT - 2 * DAY, 1], [MIDNIGHT, 4]],
    ),
    PeoplesQuery(
        "a time series for a dashboard's panel",
        """SELECT cardinality(CREATE_TIME_SERIES(t, views)) AS points FROM (
             SELECT bin(time, 1h) AS t, sum(measure_value::bigint) AS views FROM {table} WHERE time > ago(1d) GROUP BY bin(time, 1h)
           )""",
        [[3]],
    ),
    PeoplesQuery(
        "gaps filled by interpolation and unnested again",
        """WITH binned AS (
             SELECT website, bin(time, 1h) AS bt, CAST(sum(measure_value::bigint) AS double) AS views FROM {table}
             WHERE time > ago(1d) AND website = 'Course A' GROUP BY website, bin(time, 1h)
           ), filled AS (
             SELECT website, INTERPOLATE_LINEAR(CREATE_TIME_SERIES(bt, views), SEQUENCE(min(bt), max(bt), 30m)) AS series
             FROM binned GROUP BY website
           )
           SELECT f.website, p.time, p.value FROM filled AS f CROSS JOIN UNNEST(series) AS p (time, value) WHERE p.value > 1""",
        [["Course A", _at(1.5), 1.5], ["Course A", _at(1), 2.0]],
    ),
    PeoplesQuery(
        "the last value carried forward",
        """SELECT time, value FROM (
             SELECT INTERPOLATE_LOCF(CREATE_TIME_SERIES(t, v), SEQUENCE(min(t), max(t), 1h)) AS s
             FROM (VALUES (ago(3h), 7.0), (ago(1h), 9.0)) AS x(t, v)
           ) CROSS JOIN UNNEST(s) AS u(time, value)""",
        [[_at(3), 7.0], [_at(2), 7.0], [_at(1), 9.0]],
    ),
    PeoplesQuery(
        "hours without data from a sequence and an outer join",
        """WITH hours AS (SELECT h FROM UNNEST(SEQUENCE(ago(3h), now(), 1h)) AS t(h)),
             seen AS (SELECT bin(time, 1h) AS h, count(*) AS n FROM {table} WHERE time >= ago(3h) GROUP BY 1)
           SELECT hours.h, coalesce(seen.n, 0) AS n FROM hours LEFT JOIN seen ON seen.h = hours.h""",
        [[_at(3), 1], [_at(2), 1], [_at(1), 2], [NOON, 0]],
    ),
    PeoplesQuery(
        "change from one row to the next",
        """SELECT time, time - lag(time) OVER (ORDER BY time) AS gap FROM {table}
           WHERE affiliate_id = 'ada' AND time > ago(3d) AND path = '/a'""",
        [[_at(48), None], [_at(1), 47 * HOUR]],
    ),
    PeoplesQuery(
        "a running total",
        """SELECT t, sum(n) OVER (ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
           FROM (SELECT date_trunc('day', time) AS t, count(*) AS n FROM {table} WHERE time > ago(7d) GROUP BY 1)""",
        [[MIDNIGHT - 2 * DAY, 1], [MIDNIGHT, 5]],
    ),
    PeoplesQuery(
        "columns made of conditions",
        """SELECT count(CASE WHEN country = 'DE' THEN 1 END) AS de, count_if(country = 'FR') AS fr,
             sum(measure_value::bigint) FILTER (WHERE country IS NULL) AS unknown FROM {table} WHERE time BETWEEN ago(7d) AND now()""",
        [[1, 1, 7]],
    ),
    PeoplesQuery(
        "distinct visitors by day of the week",
        """SELECT day_of_week(time) AS dow, approx_distinct(visitor_id) AS visitors FROM {table}
           WHERE time > ago(7d) GROUP BY day_of_week(time)""",
        [[2, 3], [7, 1]],
    ),
    PeoplesQuery(
        "this week beside the week before",
        """SELECT CASE WHEN time > ago(7d) THEN 'this' ELSE 'before' END AS week, sum(measure_value::bigint) AS views
           FROM {table} WHERE time > ago(60d) GROUP BY CASE WHEN time > ago(7d) THEN 'this' ELSE 'before' END""",
        [["this", 9], ["before", 1]],
    ),
    PeoplesQuery(
        "names matched and cut",
        "SELECT DISTINCT upper(substr(path, 2)) AS page FROM {table} WHERE regexp_like(path, '^/[ab]$') AND website LIKE 'Course%'",
        [["A"], ["B"]],
    ),
    PeoplesQuery(
        "subtotals",
        "SELECT website, sum(measure_value::bigint) AS views FROM {table} WHERE affiliate_id = 'ada' GROUP BY ROLLUP (website)",
        [["Course A", 3], ["Course B", 5], [None, 8]],
    ),
    PeoplesQuery(
        "what is in one window and not in another",
        "SELECT path FROM {table} WHERE time < ago(7d) EXCEPT SELECT path FROM {table} WHERE time >= ago(7d)",
        [["/old"]],
    ),
    PeoplesQuery(
        "days as dates, written out",
        "SELECT date(time) AS d, date_format(max(time), '%Y-%m-%d %H:%i') AS last FROM {table} WHERE time > ago(1d) GROUP BY date(time)",
        [[date(2026, 3, 10), "2026-03-10 11:00"]],
    ),
    PeoplesQuery(
        "an aggregate of a time series by a lambda",
        """SELECT reduce(transform(sequence(1, 4), x -> x * x), CAST(0 AS bigint), (s, x) -> s + x, s -> s) AS squares""",
        [[30]],
    ),
    PeoplesQuery(
        "a database that is not ours",
        'SELECT * FROM "sampleDB"."DevOps" WHERE time > ago(15m)',
        refused="line 1:15: Table 'sampleDB.DevOps' does not exist",
    ),
    PeoplesQuery(
        "a measure of another type",
        "SELECT avg(measure_value::double) FROM {table}",
        refused="line 1:12: Column 'measure_value::double' does not exist",
    ),
    PeoplesQuery("the measures of a table", "SHOW MEASURES FROM {table}", refused="line 1:1: mismatched input 'SHOW'"),
    PeoplesQuery("the databases", "SHOW DATABASES", refused="only one statement, a SELECT, can be run here"),
    PeoplesQuery(
        "a derivative of a series",
        "SELECT derivative_linear(create_time_series(time, 1.0), 1m) FROM {table}",
        refused="line 1:8: Function 'derivative_linear' not registered",
    ),
    PeoplesQuery(
        "a spline",
        "SELECT interpolate_spline_cubic(create_time_series(time, 1.0), now()) FROM {table}",
        refused="line 1:8: Function 'interpolate_spline_cubic' not registered",
    ),
    PeoplesQuery(
        "a histogram as a map",
        "SELECT histogram(path) FROM {table}",
        refused="line 1:8: Function 'histogram' not registered",
    ),
    PeoplesQuery(
        "time zones",
        "SELECT time AT TIME ZONE 'Europe/Berlin' FROM {table}",
        refused="line 1:8: AT TIME ZONE is not available here",
    ),
    PeoplesQuery(
        "a parameter of a scheduled query",
        "SELECT count(*) FROM {table} WHERE time > @scheduled_runtime",
        refused="the character '@' has no meaning here",
    ),
    PeoplesQuery(
        "a scheduled query's write",
        "INSERT INTO {table} SELECT 1",
        refused="line 1:1: mismatched input 'INSERT'",
    ),
)
