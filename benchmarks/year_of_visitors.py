"""The distinct visitors of a whole year, exact, beside counting them from the page views, among a hundred million."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import _world
from benchmarks._timed import timed
from benchmarks.claims import Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import scratch
from benchmarks.reading import RANKS, YEAR, Store
from benchmarks.running import run
from tribute.store.duckdb.times import naive

ROUNDS = 5
_AFFILIATES = {rank: f"aff_{rank}" for rank in RANKS}
_WAYS = ("counted", "asked again", "count(distinct)")
Round = dict[int, dict[str, float]]
"""The median milliseconds of each way, by rank."""


def measure(options: Options) -> Measured:
    with _made(options) as world:
        _agree(world)
        rounds = [_round(world) for _ in range(ROUNDS)]
    ratios = [found[1]["count(distinct)"] / found[1]["counted"] for found in rounds]
    rows = [(rank, *(median(found[rank][way] for found in rounds) for way in _WAYS)) for rank in RANKS]
    table = Table("One affiliate's visitors of a year, milliseconds", ("Rank", *_WAYS), rows)
    return Measured({"visitors": Figure.of(ratios)}, (table,), raw={"rows": world.rows, "rounds": rounds})


@contextmanager
def _made(options: Options) -> Iterator[_world.World]:
    """The store: one that an earlier run kept, or a new one."""
    rows, kept = options.count("rows"), options.text("world")
    if kept and (path := Path(kept) / "analytics.duckdb").exists():
        yield _world.World(path, rows, datetime.now(UTC))
        return
    with scratch("year") as folder:
        into = Path(kept or folder)
        into.mkdir(parents=True, exist_ok=True)
        yield _world.made(into, rows, _AFFILIATES)


def _agree(world: _world.World) -> None:
    """What is fast must be right, and of as many page views as is told. Raises AssertionError."""
    with closing(world.open()) as store:
        asked = Store(store, _AFFILIATES)
        ours = {rank: asked.visitors(rank) for rank in RANKS}
        assert sum(store.counts().values()) >= world.rows
    with _plain(world) as connection:
        for rank, visitors in ours.items():
            assert abs(visitors - _count_distinct(connection, rank)) <= 100, "between the two some visitors leave the year"


def _round(world: _world.World) -> Round:
    found: Round = {}
    with closing(world.open()) as store:
        asked = Store(store, _AFFILIATES)
        for rank in RANKS:
            counted, again = (timed(partial(ask, rank), times=10) for ask in (asked.visitors, asked.visitors_again))
            found[rank] = {"counted": counted.p50, "asked again": again.p50}
    with _plain(world) as connection:
        for rank in RANKS:
            found[rank]["count(distinct)"] = timed(partial(_count_distinct, connection, rank), times=3, within_seconds=60).p50
    return found


@contextmanager
def _plain(world: _world.World) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same file, opened by DuckDB alone with as many threads as ours and all the memory that it takes by itself."""
    with duckdb.connect(world.path, read_only=True, config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        yield connection


def _count_distinct(connection: duckdb.DuckDBPyConnection, rank: int) -> int:
    span = YEAR.until(datetime.now(UTC))
    [(count,)] = connection.execute(
        """SELECT count(DISTINCT visitor_id) FROM internal.counted_pages
        WHERE affiliate_id = ? AND event_time >= ? AND event_time <= ?""",
        [_AFFILIATES[rank], naive(span.start), naive(span.end)],
    ).fetchall()
    return int(count)


BENCH = Bench(
    name="year_of_visitors",
    title="A year's visitors",
    about="""
Distinct visitors of a year do not add up from its days. The store of the last section, but with a hundred million page views, is asked for
those of one affiliate, exactly, in the year up to this very moment: *counted*, as if nobody had asked lately; *asked again*, which is
remembered; and by `count(distinct)` over the affiliate's page views in the same file, opened by DuckDB alone with as many threads and,
unlike ours, as much memory as it likes. In each of five rounds all three are asked; the numbers are compared first.
""",
    claims=(
        Claim("visitors", "`count(distinct)` beside ours, exact, a year's visitors, rank 1 of 100 million page views", "×", "more", 20),
    ),
    measure=measure,
    leaves_out=(
        (
            "Nothing comes late: each page view for a day that was summed up already has its hour read from the page views until the next "
            "midnight. Nothing is loaded meanwhile, either."
        ),
    ),
    minutes=25,
    options={"rows": ("100m", "page views in the store"), "world": ("", "a folder that keeps the store, for another run")},
    aside=("world",),
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
