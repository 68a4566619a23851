"""What loading costs: delivered objects into DuckDB on one core, step by step, and what readers and the disk have of it."""

import itertools
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from benchmarks import _traffic
from benchmarks.claims import Bars, Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import scratch
from benchmarks.processes import SERVER_CORE
from benchmarks.running import run
from tribute.analytics.definitions import Metric, TimeWindow
from tribute.analytics.port import SeriesQuery
from tribute.app.parts import append_and_wait
from tribute.delivery.delivery import Delivery
from tribute.events.derive import derive_row
from tribute.events.record import record_decoder
from tribute.kit.clock import FixedClock, SystemClock
from tribute.loader.decompress import plain_chunks
from tribute.loader.ledger_view import LedgerView
from tribute.loader.loader import Loader
from tribute.objects.folder import FolderObjectStore
from tribute.objects.quarantine import Quarantine
from tribute.settings import Settings
from tribute.spool.spool import Spool
from tribute.store.duckdb import aggregates, clicks, columns, loading
from tribute.store.duckdb.store import DuckDBEventStore

ROUNDS = 3
RANKS = (1, 10, 100)
METRICS = (Metric.PAGE_VIEWS, Metric.VISITORS)
QUESTIONS = tuple(itertools.product(RANKS, TimeWindow, METRICS))
SMALL_LOADS, SMALL_EVENTS = 60, 50
_MIB = 1024 * 1024
_APPENDED_AT_ONCE = 1000


class ToldOnce:
    """The world's ledger: it says everything at the first look, and nothing has changed since."""

    def __init__(self) -> None:
        self._view: LedgerView | None = _traffic.ledger_view()

    def view_if_changed(self) -> LedgerView | None:
        view, self._view = self._view, None
        return view


@dataclass
class Home:
    """A folder with the objects of some traffic, as the real spool and delivery wrote them by the default settings."""

    folder: Path
    events: int
    small: list[Sequence[bytes]] = field(default_factory=list)
    """Further traffic, in loads of half a second or so."""

    def __post_init__(self) -> None:
        self.objects = FolderObjectStore(self.folder / "objects")
        self._fill()
        self.object_bytes = sum(info.size for info in self.objects.list())

    def _fill(self) -> None:
        clock, settings, traffic = FixedClock(_traffic.START), Settings(home=self.folder), _traffic.Traffic()
        quarantine = Quarantine(self.folder / "quarantine", clock)
        spool = Spool.open(
            self.folder / "spool", clock, segment_bytes=int(settings.buffer_mib * _MIB), segment_seconds=settings.buffer_seconds
        )
        delivery = Delivery(spool, self.objects, quarantine, clock, prefix="", may_remove=lambda _: True)
        for records in _traffic.chunks(traffic.records(self.events), _APPENDED_AT_ONCE):
            append_and_wait(spool, records)
            clock.at = traffic.now
            delivery.run_once()
        clock.at += timedelta(hours=1)
        delivery.run_once()
        self.small = list(_traffic.chunks(traffic.records(SMALL_LOADS * SMALL_EVENTS), SMALL_EVENTS))
        self.ends = traffic.now
        spool.close()

    @contextmanager
    def store(self, name: str) -> Iterator[DuckDBEventStore]:
        """An empty store."""
        folder = self.folder / name
        folder.mkdir()
        store = DuckDBEventStore(folder / "analytics.duckdb", clock=SystemClock())
        try:
            yield store
        finally:
            store.close()

    def loader(self, store: DuckDBEventStore, spool: Spool | None = None) -> Loader:
        quarantine = Quarantine(self.folder / "quarantine", SystemClock())
        return Loader(store=store, objects=self.objects, quarantine=quarantine, ledger=ToldOnce(), spool=spool)


class Steps:
    """CPU seconds by step of the load, all threads together, the steps inside it taken off."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inside: list[float] = [0.0]

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            began = time.process_time()
            try:
                return work(*arguments, **named)
            finally:
                took = time.process_time() - began
                self.seconds[name] += took - self._inside.pop()
                self._inside[-1] += took

        return timed


_STEPS: Sequence[tuple[str, Any, str]] = (
    ("find copies", loading, "settle"),
    ("rows to columns", columns, "event_table"),
    ("sums by hour and day", aggregates, "add"),
    ("sums by hour and day", aggregates, "recompute_touched"),
    ("clicks", clicks, "keep"),
    ("clicks", clicks, "touch"),
    ("clicks", clicks, "recompute_touched"),
    ("insert, manifest", loading, "load"),
    ("commit, write to disk", DuckDBEventStore, "load"),
    ("checkpoint", DuckDBEventStore, "checkpoint"),
)
"""What is timed around each call; it is called once or a few times a transaction, so that timing costs nothing."""


@contextmanager
def on_one_core() -> Iterator[None]:
    """This thread, and every one that it starts, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def load_all(home: Home, name: str) -> dict[str, Any]:
    """One round: everything into an empty store, to the folded file."""
    steps = Steps()
    with ExitStack() as stack:
        stack.enter_context(on_one_core())
        store = stack.enter_context(home.store(name))
        for step, owner, work in _STEPS:
            stack.enter_context(patch.object(owner, work, steps.timed(step, getattr(owner, work))))
        loader = home.loader(store)
        began, cpu = time.perf_counter(), time.process_time()
        report = loader.load_objects()
        store.checkpoint()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert (report.events + report.duplicates, report.quarantined) == (home.events, 0)
        assert store.counts()["page_views"] == report.events
        size = store.path.stat().st_size
    return {
        "events_per_second": home.events / seconds,
        "cpu_microseconds": cpu / home.events * 1e6,
        "microseconds": seconds / home.events * 1e6,
        "store_bytes": size / report.events,
        "events": report.events,
        "steps": {step: taken / home.events * 1e6 for step, taken in steps.seconds.items()},
    }


def reading_steps(home: Home) -> dict[str, float]:
    """Microseconds an event of the steps before the store, which go on event by event: measured apart, over some of the objects."""
    rules = _traffic.ledger_view().rules
    steps, events = Steps(), 0
    with on_one_core():
        for info in itertools.islice(home.objects.list(), 25):
            with home.objects.open(info.key) as stream:
                content = steps.timed("read, unpack", lambda stream=stream: b"".join(plain_chunks(stream)))()
            lines = content.splitlines()
            records = steps.timed("decode", lambda lines=lines: [record_decoder.decode(line) for line in lines])()
            steps.timed("derive", lambda records=records: [derive_row(record, rules[record.website_id]) for record in records])()
            events += len(lines)
    return {step: taken / events * 1e6 for step, taken in steps.seconds.items()}


def small_loads(home: Home) -> float:
    """CPU milliseconds of a load of a few dozen events, as one comes each fraction of a second, into a store with all the others."""
    clock = FixedClock(home.ends)
    spool = Spool.open(home.folder / "small", clock, segment_bytes=64 * _MIB, segment_seconds=3600)
    took = []
    with on_one_core(), home.store("small-store") as store:
        home.loader(store).load_objects()
        loader = home.loader(store, spool)
        loader.load_spool()
        for records in home.small:
            append_and_wait(spool, records)
            began = time.process_time()
            loader.load_spool()
            took.append((time.process_time() - began) * 1000)
    spool.close()
    return median(took)


@dataclass(frozen=True)
class Asked:
    """The five windows of a few affiliates, asked in turns, beside a load and in quiet."""

    store: DuckDBEventStore
    now: datetime

    def milliseconds(self, until: Callable[[int], bool]) -> list[float]:
        """Of each answer, until enough were asked."""
        took: list[float] = []
        for rank, window, metric in itertools.cycle(QUESTIONS):
            if until(len(took)):
                return took
            began = time.perf_counter()
            span = window.until(self.now)
            self.store.series(SeriesQuery(metric, span, window.grain, affiliate_id=_traffic.affiliate_id(rank - 1)))
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(0.005)  # a reader, and not one more program at full speed
        raise AssertionError("a cycle has no end")


def readers(home: Home) -> dict[str, list[float]]:
    """The same questions, each asked before, while everything is loaded as fast as two cores can, and then with nothing to load."""
    with home.store("read") as store:
        asked, loader = Asked(store, home.ends), home.loader(store)
        asked.milliseconds(lambda count: count >= len(QUESTIONS))
        loading_thread = threading.Thread(target=loader.load_objects)
        loading_thread.start()
        busy = asked.milliseconds(lambda _: not loading_thread.is_alive())
        idle = asked.milliseconds(lambda count: count >= len(busy))
    return {"loading": busy, "idle": idle}


def measure(options: Options) -> Measured:
    with scratch("loading") as folder:
        home = Home(Path(folder), options.count("events"))
        first_look = reading_steps(home)  # it builds the lists of user agents, which a server has done long ago
        rounds = [load_all(home, f"round-{number}") for number in range(ROUNDS)]
        before_store = reading_steps(home)
        small = small_loads(home)
        answers = readers(home)
    steps = before_store | {step: median(one["steps"][step] for one in rounds) for step in rounds[0]["steps"]}
    whole = median(one["microseconds"] for one in rounds)
    cpu = median(one["cpu_microseconds"] for one in rounds)
    steps["lines, batches and the rest"] = max(0.0, cpu - sum(steps.values()))
    steps["waiting, for the disk most of all"] = max(0.0, whole - cpu)
    p50, p99 = ({name: quantiles(took, n=100)[cut] for name, took in answers.items()} for cut in (49, 98))
    return Measured(
        figures={
            "events": Figure.of([one["events_per_second"] for one in rounds]),
            "cpu": Figure.of([one["cpu_microseconds"] for one in rounds]),
            "store_bytes": Figure.of([one["store_bytes"] for one in rounds]),
            "object_bytes": Figure(home.object_bytes / home.events),
            "readers": Figure(p99["loading"] / p99["idle"]),
            "small": Figure(small),
        },
        tables=[
            Table(
                "One core, by step",
                ("step", "µs an event", "of the whole"),
                [(step, round(taken, 2), f"{taken / whole:.0%}") for step, taken in steps.items()],
            ),
            Table(
                "The five windows of affiliates of rank 1, 10 and 100, both metrics, on two cores",
                ("", "p50 ms", "p99 ms", "longest ms", "answers"),
                [
                    (name, round(p50[name], 2), round(p99[name], 2), round(max(answers[name]), 2), len(answers[name]))
                    for name in ("idle", "loading")
                ],
            ),
        ],
        plots=[Bars("steps", "Loading an event on one core", "µs", steps)],
        raw={"rounds": rounds, "first_look": first_look, "readers": {name: sorted(took)[-20:] for name, took in answers.items()}},
    )


BENCH = Bench(
    name="loading",
    title="Loading",
    about=(
        "Objects that the real spool and delivery wrote by the default settings go through the real loader into an empty store: "
        "read, decompressed, decoded, derived (user agents, channels, addresses, clicks), copies found, inserted, the sums by hour and day "
        "and the clicks brought up to date, committed, folded into the file. The process and all of DuckDB's threads share one core; "
        "DuckDB has its default memory and threads.\n\n"
        f"The world: {_traffic.WEBSITES} websites, {_traffic.AFFILIATES} affiliates, {_traffic.VISITORS} visitors, "
        f"{_traffic.AGENTS} user agents, all by Zipf's law; a quarter of the visits come by an affiliate's link and have about four pages; "
        "records of 1.3 KB as the RudderStack SDK sends them, a million a day; 2 % are copies of earlier ones, "
        "5 % tell of pages seen a minute to a week before."
    ),
    claims=(
        Claim(
            "events",
            "Objects into DuckDB with all derivation on, aggregates kept, one core",
            "events/s",
            "more",
            50_000,
            120_000,
            (
                "Python's own work, three fifths of 27 µs: deriving (8 to 10), decoding (3), lines and batches (2), unpacking (1.5), an "
                "event at a time; columns take 2 to 3 more. DuckDB's part (copies, sums, clicks, insert, commit) takes 8 to 9 µs and would "
                "allow 110,000 a second."
            ),
        ),
        Claim("cpu", "The same as CPU, all threads", "µs", "less"),
        Claim(
            "store_bytes",
            "The store with everything that is kept beside the events, a page view",
            "bytes",
            "less",
            60,
            limited_by="An event's key (16 bytes that nothing packs), its visitor, click and time (14 together).",
        ),
        Claim("object_bytes", "Objects, a page view", "bytes", "less", 110),
        Claim(
            "readers",
            "The five windows while loading at full speed, p99 beside idle",
            "×",
            "less",
            3,
        ),
        Claim("small", f"A load of {SMALL_EVENTS} events that just came, CPU", "ms", "less"),
    ),
    measure=measure,
    leaves_out=(
        "The lists of user agents and crawlers are built at the first event, once a process: not in the figures.",
        (
            "The store is empty when a round begins. With a week of a million events a day in it, each load looks for copies, "
            "and for visitors known to an hour or a day, among more."
        ),
        "Nobody's country is looked up here: the collector has done that before the record was written.",
        (
            "Every question of the readers was asked once before, in both series. What one costs that was not asked for lately is told "
            "under reading; how long a reader's thread waits for its turn in Python beside a load, before it asks, is not in the figures."
        ),
    ),
    minutes=4,
    options={"events": ("400k", "how many events are loaded")},
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
