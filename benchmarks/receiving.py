"""What receiving costs: page views, each durable before its 200, beside nginx, beside ourselves without durability, beside runlight."""

import json
import re
import sqlite3
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx

from benchmarks.claims import Bars, Bench, Claim, Figure, Measured, Options, Table
from benchmarks.load import ADDRESS, UNIQUE, Load, loaded, page_event, request
from benchmarks.machine import scratch
from benchmarks.processes import cpu_seconds
from benchmarks.running import run
from benchmarks.servers import nginx, ours, runlight

ROUNDS = 4
SECONDS = 4.0
WARM_UP_SECONDS = 3.0
EVENTS_A_BATCH = 100
_LOAD_SECONDS = 400.0
_LOOK_SECONDS = 0.5

_RUNLIGHT_VIEW = {
    "k": "pageview",
    "u": "https://docs.acme.example/courses/install.html?utm_source=newsletter&utm_medium=email",
    "r": "https://search.example/",
    "t": "Install guide | Docs",
    "w": 1440,
    "h": 900,
    "l": "en-US",
    "i": "aUNIQUE",
}
"""What runlight's own tracker sends for the same view."""


_CPU_LIMIT = """
What is left is Python's and the disk's. Of the first thread's CPU some 9 µs are the kernel's and the event loop's, which a server that
only writes an answer later than it reads needs as well; about 16 go into reading, decoding, checking, stamping, queueing and answering one
page view. A commit takes 0.4 ms of the other thread, half of it in `fdatasync`, and holds about 40 views, because 64 connections
wait for their answers: 9 µs each. The ledger's looks for orders that are due take 1. Loader and delivery stand still meanwhile.
"""
_RATE_LIMIT = """
It follows from the CPU, and from the disk: 64 connections wait for one sync after another, and while a sync takes milliseconds, as on a
disk that others write to, the server's core is idle.
"""
_BATCH_LIMIT = """
Each event of a batch is decoded, checked and stamped by itself, in 5 µs of Python on one core: decoding twice (elements, then events)
1.8, looking for addresses in the sender's bytes 0.7, brackets 0.5, stamps and record 1, the rest calls. Reading from the socket takes
another 1, checksum, write and sync 2. The floor leaves 6.7 for all of it.
"""


def single_views(write_key: str) -> bytes:
    """One page event a request, as browsers send them."""
    return request("/v1/page", page_event(), _authorized(write_key))


def batches(write_key: str) -> bytes:
    body = f'{{"batch":[{",".join([page_event()] * EVENTS_A_BATCH)}]}}'
    return request("/v1/batch", body, _authorized(write_key))


def _authorized(write_key: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{write_key}:'.encode()).decode()}"}


def beside_nginx() -> Load:
    with nginx() as server:
        return _warm_and_loaded(server.pid, server.url, single_views("A" * 43))[1]


def of_ours(module: str = "tribute", template: Callable[[str], bytes] = single_views, events: int = 1) -> Load:
    """Each request has so many events. Raises RuntimeError when not all that was answered with 200 is loaded."""
    with ours(module) as server:
        before = cpu_seconds(server.pid)
        warmed, load = _warm_and_loaded(server.pid, server.url, template(server.write_key))
        requests = warmed.requests + load.requests
        _wait_until_loaded(server.url, requests * events)
        return replace(load, cpu_microseconds_until_loaded=(cpu_seconds(server.pid) - before) / requests * 1e6)


def _wait_until_loaded(url: str, events: int) -> None:
    gives_up_at = time.monotonic() + _LOAD_SECONDS
    while (found := _loaded_events(url)) < events:
        if time.monotonic() > gives_up_at:
            raise RuntimeError(f"{events:,} events were answered with 200, and after {_LOAD_SECONDS:.0f} s {found:,.0f} are loaded")
        time.sleep(_LOOK_SECONDS)


def _loaded_events(url: str) -> float:
    found = re.search(r"^tribute_events_loaded_total (\S+)", httpx.get(f"{url}/metrics", trust_env=False).text, re.MULTILINE)
    if found is None:
        raise RuntimeError("the server does not tell how many events it has loaded")
    return float(found[1])


def of_runlight() -> Load:
    """Raises RuntimeError when it did not keep the page views: it answers 202 to whatever it drops, too."""
    body = json.dumps(_RUNLIGHT_VIEW, separators=(",", ":")).replace("UNIQUE", UNIQUE)
    with scratch("runlight") as folder, runlight(Path(folder)) as server:
        warmed, load = _warm_and_loaded(server.pid, server.url, request("/runlight/e", body, {"X-Forwarded-For": ADDRESS}))
        with closing(sqlite3.connect(Path(folder) / "runlight.db")) as database:
            kept: int = database.execute("SELECT count(*) FROM rl_events").fetchone()[0]
    if kept < warmed.requests + load.requests:
        raise RuntimeError(f"runlight kept {kept} of {warmed.requests + load.requests} page views")
    return load


def _warm_and_loaded(pid: int, url: str, template: bytes) -> tuple[Load, Load]:
    """What warmed the server, and what is told."""
    return loaded(pid, url, template, WARM_UP_SECONDS), loaded(pid, url, template, SECONDS)


_SUBJECTS: dict[str, Callable[[], Load]] = {
    "nginx, 204": beside_nginx,
    "Tribute": of_ours,
    "Tribute without sync": lambda: of_ours("benchmarks.undurable"),
    "Tribute, batches of 100": lambda: of_ours(template=batches, events=EVENTS_A_BATCH),
    "runlight": of_runlight,
}


def measure(options: Options) -> Measured:
    del options
    rounds: dict[str, list[Load]] = {name: [] for name in _SUBJECTS}
    for number in range(ROUNDS):
        for name, load in _SUBJECTS.items():
            rounds[name].append(load())
            print(f"   round {number + 1}: {name}: {rounds[name][-1].per_second:,.0f} requests/s", flush=True)
    rates = {name: [load.per_second for load in loads] for name, loads in rounds.items()}
    cpu = {name: [load.cpu_microseconds for load in loads] for name, loads in rounds.items()}
    figures = {
        "cpu_of_nginx": Figure.ratio(cpu["Tribute"], cpu["nginx, 204"]),
        "rate_of_nginx": Figure.ratio(rates["Tribute"], rates["nginx, 204"]),
        "rate_of_undurable": Figure.ratio(rates["Tribute"], rates["Tribute without sync"]),
        "rate_of_runlight": Figure.ratio(rates["Tribute"], rates["runlight"]),
        "batched_events": Figure.of([rate * EVENTS_A_BATCH for rate in rates["Tribute, batches of 100"]]),
    }
    return Measured(figures, (_table(rounds),), _plots(rates, cpu), {"loads": rounds})


def _table(rounds: dict[str, list[Load]]) -> Table:
    def median(name: str, figure: Callable[[Load], float | None]) -> float | None:
        told = [value for load in rounds[name] if (value := figure(load)) is not None]
        return Figure.of(told).value if told else None

    columns = ("Server", "requests/s", "server CPU µs a request", "of it on the first thread", "µs until all is loaded", "p50 ms", "p99 ms")
    rows = [
        (
            name,
            median(name, lambda load: load.per_second),
            median(name, lambda load: load.cpu_microseconds),
            median(name, lambda load: load.main_thread_cpu_seconds / load.requests * 1e6),
            median(name, lambda load: load.cpu_microseconds_until_loaded),
            median(name, lambda load: load.p50_ms),
            median(name, lambda load: load.p99_ms),
        )
        for name in rounds
    ]
    return Table("Medians of the rounds", columns, rows)


def _plots(rates: dict[str, list[float]], cpu: dict[str, list[float]]) -> tuple[Bars, ...]:
    singles = [name for name in rates if not name.endswith("100")]
    return (
        Bars(
            "rates",
            "Page views a second, one core, 64 connections",
            "a second",
            {name: Figure.of(rates[name]).value for name in singles},
            True,
        ),
        Bars("cpu", "Server CPU for one page view", "µs", {name: Figure.of(cpu[name]).value for name in singles}, True),
    )


BENCH = Bench(
    name="receiving",
    title="Receiving",
    about="""
64 connections, kept alive, send page events of about 900 bytes as a browser's tracker does, each with a message id of its own. A server
has one core to itself with all of its threads and children: the loader, delivery and the ledger's upkeep run on it beside the collector
and count. The load, wrk, has the other core. Each round starts every server anew on an empty home, waits until it has begun whole, warms
it for three seconds and loads it for four; the ratios are of one round.

nginx has one worker, keeps every connection and writes no access log: it reads the request and answers 204, which is the least that any
server can do. *Without sync* is the same command with a disk whose `fdatasync` does nothing. runlight is the fastest analytics server in
Python that we found: one worker under uvicorn with uvloop, SQLite, its rate limit off, its own tracker's request.
""",
    claims=(
        Claim(
            "cpu_of_nginx",
            "Server CPU for a page view, durable before its 200, beside nginx answering 204",
            "×",
            "less",
            4,
            2.5,
            _CPU_LIMIT,
        ),
        Claim("rate_of_nginx", "Page views a second beside nginx answering 204", "×", "more", 0.20, 0.35, _RATE_LIMIT),
        Claim("rate_of_undurable", "Page views a second beside ourselves without `fdatasync`", "×", "more", 0.6),
        Claim("rate_of_runlight", "Page views a second beside runlight", "×", "more", 10),
        Claim("batched_events", "Events in durable batches of 100", "events/s", "more", 150_000, 250_000, _BATCH_LIMIT),
    ),
    measure=measure,
    leaves_out=(
        "TLS, which a proxy in front would do, and the network: load and server share a machine.",
        "Time that the kernel's own threads spend on writing the disk's journal.",
        "`TRIBUTE_RATE_LIMIT` is at its highest, because all load comes with one write key.",
        (
            "While over 8,000 records a second come, loading and delivery stand still but for a batch and a segment every half minute: "
            "rates and CPU of the claims are of the time under load, in which next to nothing is loaded. What it costs until all is "
            "loaded stands beside them. What comes without end can be followed only as fast as events are loaded and delivered, which "
            "is told under loading."
        ),
        (
            "A connection sends the same head every time, as a browser does but for the length, and so it is read once. Behind a proxy "
            "that mixes visitors on its connections every head is read anew, for some 10 µs more."
        ),
        "All page views are of one page with one referrer and one user agent, which the loader reads once and remembers.",
        "runlight answers before a power cut would be survived; ours does not.",
    ),
    minutes=6,
    programs=("nginx", "wrk"),
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
