"""What reading costs: affiliates' windows beside `select 1`, the raw scan, PostgreSQL and runlight, in the process and over HTTP."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks import _postgresql, _runlight_days, _world
from benchmarks._timed import Client, Times, timed
from benchmarks.claims import Bench, Claim, Figure, Lines, Measured, Options, Table
from benchmarks.machine import scratch
from benchmarks.running import run
from benchmarks.servers import OurServer, ours
from tests.support.events import make_event
from tribute.analytics.definitions import Metric, TimeWindow
from tribute.analytics.port import UTC_ZONE, Batch, CodeRegistration, SeriesQuery
from tribute.analytics.query import AnalyticsQuery, Period
from tribute.store.duckdb.store import DuckDBEventStore
from tribute.store.duckdb.times import naive

RANKS = (1, 10, 100)
METRICS = (Metric.PAGE_VIEWS, Metric.VISITORS)
YEAR = TimeWindow.LAST_365_DAYS
LOADED_A_SECOND, LOADS_A_SECOND = 500, 2
_COUNTED = {Metric.PAGE_VIEWS: "sum(value)::BIGINT", Metric.VISITORS: "count(DISTINCT visitor_id)"}
Asked = tuple[int, TimeWindow]


class Store:
    """Questions to the filled store in this process, each with the instant at which it is asked."""

    def __init__(self, store: DuckDBEventStore, affiliates: Mapping[int, str]) -> None:
        self._store = store
        self._affiliates = affiliates

    def select_1(self) -> None:
        """The least that a question can cost on the way that all of them take."""
        with self._store._reader() as connection:  # noqa: SLF001 no question of the port is as small
            connection.execute("SELECT 1").fetchall()

    def series(self, rank: int, window: TimeWindow, metric: Metric) -> Any:
        query = SeriesQuery(metric, window.until(datetime.now(UTC)), window.grain, affiliate_id=self._affiliates[rank])
        return self._store.series(query)

    def forgotten(self, rank: int, window: TimeWindow, metric: Metric) -> Any:
        """The same as if nobody had asked lately."""
        self._store._kept.forget()  # noqa: SLF001 no question makes the store forget
        return self.series(rank, window, metric)

    def raw(self, rank: int, window: TimeWindow, metric: Metric) -> Any:
        """The same from the page views alone."""
        span = window.until(datetime.now(UTC))
        with self._store._reader() as connection:  # noqa: SLF001 people's SQL would be looked at first
            return connection.execute(
                f"""SELECT date_trunc('{window.grain}', event_time) AS bucket, website_id, {_COUNTED[metric]} FROM internal.counted_pages
                WHERE affiliate_id = ? AND event_time >= ? AND event_time <= ? GROUP BY ALL ORDER BY ALL""",  # noqa: S608 ours
                [self._affiliates[rank], naive(span.start), naive(span.end)],
            ).fetchall()

    def visitors(self, rank: int) -> int:
        """Distinct ones of the whole year, counted as if nobody had asked lately."""
        self._store._remembered.forget()  # noqa: SLF001 no question makes the store forget
        return self.visitors_again(rank)

    def visitors_again(self, rank: int) -> int:
        """The same, remembered where nothing came since."""
        period = Period.of_window(YEAR, datetime.now(UTC))
        query = AnalyticsQuery(metrics=[Metric.VISITORS], period=period, zone=UTC_ZONE, affiliate_id=self._affiliates[rank])
        return self._store.analytics(query).totals[Metric.VISITORS]

    def raw_visitors(self, rank: int) -> int:
        span = YEAR.until(datetime.now(UTC))
        with self._store._reader() as connection:  # noqa: SLF001 people's SQL would be looked at first
            [(count,)] = connection.execute(
                """SELECT count(DISTINCT visitor_id) FROM internal.counted_pages
                WHERE affiliate_id = ? AND event_time >= ? AND event_time <= ?""",
                [self._affiliates[rank], naive(span.start), naive(span.end)],
            ).fetchall()
        return int(count)


@contextmanager
def loading(store: DuckDBEventStore, affiliates: Mapping[int, str]) -> Iterator[None]:
    """Page views of now come in all the while, half a second's at once; most are of the affiliates that are asked for."""
    stop, dice = threading.Event(), Random(1)
    store.register_codes(CodeRegistration(f"rank{rank}", identity, datetime.now(UTC)) for rank, identity in affiliates.items())

    def load() -> None:
        number = 0
        while not stop.wait(1 / LOADS_A_SECOND):
            now = datetime.now(UTC)
            batch = []
            for _ in range(LOADED_A_SECOND // LOADS_A_SECOND):
                number += 1
                told = {"website_id": f"web_{dice.randrange(3)}", "visitor_id": f"new-{dice.randrange(20_000)}"}
                code = f"rank{dice.choice(RANKS)}"
                batch.append(make_event(f"m{number}", now, received_at=now, affiliate_ref=code, seq=number, **told))
            store.load(Batch(batch, []))

    loader = threading.Thread(target=load)
    loader.start()
    try:
        yield
    finally:
        stop.set()
        loader.join()


def of_store(world: _world.World, affiliates: Mapping[int, str]) -> dict[str, Any]:
    """Everything that is asked in this process: by question the times."""
    store = world.open()
    asked = Store(store, affiliates)
    found: dict[str, Any] = {"series": {}, "first": {}, "raw": {}}
    try:
        _agree(asked)
        with loading(store, affiliates):
            found["select 1"] = timed(asked.select_1, times=500)
            for rank in RANKS:
                for window in TimeWindow:
                    found["series"][rank, window] = _both(lambda m, r=rank, w=window: asked.series(r, w, m), 1_000, 0.6)
                    found["first"][rank, window] = _both(lambda m, r=rank, w=window: asked.forgotten(r, w, m), 10, 0.6)
                    found["raw"][rank, window] = _both(lambda m, r=rank, w=window: asked.raw(r, w, m), 5, 1.0)
    finally:
        store.close()
    return found


def _both(ask: Callable[[Metric], Any], times: int, within_seconds: float) -> Times:
    """Of both metrics the slower times."""
    each = [timed(lambda metric=metric: ask(metric), times=times, within_seconds=within_seconds) for metric in METRICS]
    return Times(*(max(getattr(times, name) for times in each) for name in ("p50", "p99")), min(times.asked for times in each))


def _agree(asked: Store) -> None:
    """What is fast must be right. Raises AssertionError."""
    for rank in RANKS:
        for window in TimeWindow:
            for metric in METRICS:
                mine = {(point.bucket.replace(tzinfo=None), point.website_id): point.value for point in asked.series(rank, window, metric)}
                raw = {(bucket, website): value for bucket, website, value in asked.raw(rank, window, metric)}
                cut = min((bucket for bucket, _ in raw), default=None)  # time goes on between the questions: the first may lose some
                assert {key: value for key, value in mine.items() if key[0] != cut} == {
                    key: value for key, value in raw.items() if key[0] != cut
                }
        assert abs(asked.visitors(rank) - asked.raw_visitors(rank)) <= 5


def of_http(server: OurServer, tokens: Mapping[int, str]) -> dict[Asked, Times]:
    """The same windows through GraphQL, one metric a request."""
    found = {}
    for rank in RANKS:
        client = Client(server.tribute.url, {"x-api-key": tokens[rank]})
        for window in TimeWindow:

            def ask(metric: Metric, client: Client = client, window: TimeWindow = window) -> Any:
                asked = f"getAnalyticsData(metricType: {metric} timeWindow: {window}) {{ dataset {{ series timestamp value }} }}"
                return client.body("/graphql", {"query": f"{{ {asked} }}"})

            found[rank, window] = _both(ask, 100, 1.5)
    return found


def of_postgresql(world: _world.World, affiliates: Mapping[int, str]) -> dict[Asked, Times]:
    with scratch("postgresql") as folder, _postgresql.filled(world, Path(folder)) as page_views:
        found = {}
        for rank in RANKS:
            for window in TimeWindow:
                span = window.until(world.ends)

                def ask(rank: int = rank, grain: str = window.grain, start: datetime = span.start, end: datetime = span.end) -> Any:
                    return page_views.points(affiliates[rank], start, end, grain)

                found[rank, window] = timed(ask, times=50, within_seconds=2)
        return found


def measure(options: Options) -> Measured:
    with ours() as server:
        server.tribute.stop()
        people = {rank: _world.affiliate(server.tribute, f"rank{rank}") for rank in RANKS}
        affiliates = {rank: identity for rank, (identity, _) in people.items()}
        world = _world.made(server.tribute.home, options.count("rows"), affiliates)
        _say(f"{world.rows:,} page views, {world.path.stat().st_size / world.rows:.0f} bytes each")
        found = of_store(world, affiliates)
        _say("asked of the store")
        server.tribute.start()
        found["http"] = of_http(server, {rank: token for rank, (_, token) in people.items()})
        server.tribute.stop()
        _say("asked over HTTP")
        found["postgresql"] = of_postgresql(world, affiliates)
        _say("asked of PostgreSQL")
    found["days"] = _runlight_days.measured(options.count("website_rows"))
    return Measured(_figures(found), _tables(found), (_plot(found),), _raw(found))


def _say(what: str) -> None:
    print(f"   {what}", flush=True)


def _figures(found: dict[str, Any]) -> dict[str, Figure]:
    series, raw, http, theirs = found["series"], found["raw"], found["http"], found["postgresql"]
    days = found["days"]
    return {
        "of_select_1": Figure(max(times.p50 for times in series.values()) / found["select 1"].p50),
        "p99": Figure(max(times.p99 for times in series.values())),
        "first": Figure(median(times.p50 for times in found["first"].values())),
        "of_raw": Figure(min(raw[1, window].p50 / series[1, window].p50 for window in TimeWindow)),
        "of_raw_year": Figure(raw[1, YEAR].p50 / series[1, YEAR].p50),
        "http_adds": Figure(max(times.p50 - series[asked].p50 for asked, times in http.items())),
        "of_postgresql_year": Figure(theirs[1, YEAR].p50 / (2 * series[1, YEAR].p50)),
        "of_postgresql_100": Figure(min(theirs[100, window].p50 / (2 * series[100, window].p50) for window in TimeWindow)),
        **{f"of_runlight_{each}": Figure(days["runlight"][each].p50 / days["Tribute"][each].p50) for each in days["Tribute"]},
    }


def _tables(found: dict[str, Any]) -> tuple[Table, ...]:
    columns = ("Rank", "Window", "series p50", "p99", "first", "GraphQL over HTTP p50", "raw scan p50", "PostgreSQL p50")
    rows = [
        (rank, window.value, times.p50, times.p99, *(found[name][rank, window].p50 for name in ("first", "http", "raw", "postgresql")))
        for (rank, window), times in found["series"].items()
    ]
    days = [(name, each, times.p50, times.p99) for name, by_days in found["days"].items() for each, times in by_days.items()]
    return (
        Table(
            f"Windows, milliseconds; `select 1` takes {found['select 1'].p50:.2f} ms (PostgreSQL answers both metrics at once)",
            columns,
            rows,
        ),
        Table("Page views and visitors per day over HTTP, milliseconds", ("Server", "Days", "p50", "p99"), days),
    )


def _plot(found: dict[str, Any]) -> Lines:
    names = {
        "series": "Tribute",
        "http": "Tribute, GraphQL over HTTP",
        "raw": "DuckDB, raw scan",
        "postgresql": "PostgreSQL, covering index",
    }
    series = {shown: [found[name][1, window].p50 for window in TimeWindow] for name, shown in names.items()}
    return Lines("windows", "Windows of the affiliate of rank 1, p50", "ms", [window.value for window in TimeWindow], series)


def _raw(found: Any) -> Any:
    """The times with names that JSON has."""
    if isinstance(found, Times):
        return asdict(found)
    if isinstance(found, dict):
        return {" ".join(map(str, key)) if isinstance(key, tuple) else str(key): _raw(value) for key, value in found.items()}
    return found


BENCH = Bench(
    name="reading",
    title="Reading",
    about="""
A store with a year and five days of page views (10 million unless `--rows` says otherwise): a thousand affiliates whose shares follow
Zipf's law, three websites, a visitor for about four page views. The rows are made in SQL in the store's own tables, because ten million
requests would take an hour; everything that is kept beside them is made by the product's own code. The five windows are asked for
affiliates of rank 1, 10 and 100, page views and visitors, each always up to the very moment, so that the first bucket is cut anew each
time; of the two metrics the slower one is told. Meanwhile 500 page views a second are loaded, half a second's at once. Before anything is
measured, all answers are compared with a count of the page views.

*First* is what a question costs whose numbers were not asked for lately; then they stay in memory and each commit of the loader changes
them there. `select 1` goes the same way as all questions do, to a cursor of its own and back. The raw scan is the same question to the
page views themselves, in the same store. PostgreSQL has the same page views with a covering index, a gigabyte of buffers and everything
vacuumed; its one query answers both metrics, so ours is counted twice. runlight and ours have the same million page views of one website,
its rollups built; both are asked over one HTTP connection for page views and visitors per day, and their numbers are compared first.
""",
    claims=(
        Claim("of_select_1", "The slowest window of rank 1, 10 or 100, p50, beside `select 1`, the loader running", "×", "less", 5),
        Claim("p99", "Its p99, the loader running: the slowest of all windows and ranks", "ms", "less"),
        Claim("first", "A window not asked for lately, the loader running: the median of all windows and ranks", "ms", "less"),
        Claim("of_raw", "The raw scan beside it at rank 1, in the window where that gains the least", "×", "more", 10),
        Claim("of_raw_year", "The raw scan of the year beside it at rank 1", "×", "more", 100),
        Claim("http_adds", "What GraphQL over HTTP adds to a window, p50", "ms", "less", 10),
        Claim("of_postgresql_year", "PostgreSQL beside ours, rank 1's year", "×", "more", 100),
        Claim("of_postgresql_100", "PostgreSQL beside ours at rank 100, in the window where it is best", "×", "more", 1),
        Claim("of_runlight_30", "runlight beside ours, a website's 30 days over HTTP", "×", "more", 1),
        Claim("of_runlight_365", "runlight beside ours, a website's 365 days over HTTP", "×", "more", 1),
    ),
    measure=measure,
    leaves_out=(
        "Rows made in SQL have no clicks and fewer distinct texts than a year of real pages.",
        "Over HTTP nothing is loaded meanwhile; what a loader at full speed does to readers is told under loading.",
        "The caches of PostgreSQL and of the file system are warm.",
    ),
    minutes=6,
    options={
        "rows": ("10m", "page views in the store"),
        "website_rows": ("1m", "page views of the website that runlight has, too"),
    },
    programs=("postgres",),
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
