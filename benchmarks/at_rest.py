"""What the server needs when nothing happens, and after a day's events: seconds to start, megabytes of memory."""

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import psutil

from benchmarks.claims import Bench, Claim, Figure, Measured, Options, Table
from benchmarks.machine import ROOT, scratch
from benchmarks.processes import SERVER_CORE, on_core
from benchmarks.running import run
from tests.support.served import Tribute
from tribute.loader.worker import QUIET_SECONDS

STARTS = 7
EVENTS_A_BATCH = 500
_SETTLE_SECONDS = 10.0
_QUIET_SECONDS = QUIET_SECONDS + 10.0
_LOAD_SECONDS = 300.0
_VISITORS, _AFFILIATES, _AGENTS, _PAGES = 200_000, 200, 5_000, 400
_MB = 1_000_000
_IMPORTS = "It is loading modules, nearly all of it. Python, uvicorn, DuckDB and SQLAlchemy alone are about half of it."


def measure(options: Options) -> Measured:
    with _home() as tribute:
        write_key = tribute.add_website("Docs", "docs.acme.example")
        tribute.add_affiliate("aff0")
        starts_empty = [_start_seconds(tribute) for _ in range(STARTS)]
        tribute.start()
        time.sleep(_SETTLE_SECONDS)
        rest, rest_own = _memory_mb(tribute), _own_memory_mb(tribute)
        peak = _send_a_day(tribute, write_key, options.count("events"))
        time.sleep(_QUIET_SECONDS)
        loaded, loaded_own = _memory_mb(tribute), _own_memory_mb(tribute)
        tribute.stop()
        starts_full = [_start_seconds(tribute) for _ in range(STARTS)]
    figures = {
        "start": Figure.of([ready for ready, _ in starts_full]),
        "start_empty": Figure.of([ready for ready, _ in starts_empty]),
        "memory_at_rest": Figure(rest),
        "memory_after_a_day": Figure(loaded),
    }
    rows = [("at rest", rest, rest_own), ("at its highest while loading", peak, None), ("after the day", loaded, loaded_own)]
    starts = [
        (name, *(median(each) for each in zip(*told, strict=True)))
        for name, told in (("an empty home", starts_empty), ("a home with a day", starts_full))
    ]
    tables = (Table("Memory", ("", "MB resident", "of it its own"), rows), Table("Starts, seconds", ("", "ready", "first page"), starts))
    return Measured(figures, tables, raw={"starts_empty": starts_empty, "starts_full": starts_full})


@contextmanager
def _home() -> Iterator[Tribute]:
    """A new home with its command, which keeps what Python compiled as everybody's does; a server that still runs at the end is ended."""
    with scratch("home") as folder:
        compiled = ["env", "-u", "PYTHONDONTWRITEBYTECODE", f"PYTHONPYCACHEPREFIX={folder}/compiled"]
        command = [*compiled, *on_core(SERVER_CORE, [sys.executable, "-m", "tribute"])]
        tribute = Tribute(Path(folder) / "home", {"RATE_LIMIT": "10000000"}, tuple(command), ROOT)
        try:
            yield tribute
        finally:
            if tribute.process is not None:
                tribute.kill()


def _start_seconds(tribute: Tribute) -> tuple[float, float]:
    """From the command to a server that says it is ready, and is; and to the first page that it shows to a person who waits for it."""
    began = time.monotonic()
    tribute.start()
    took = []
    for path in ("/readyz", "/sign-in"):
        httpx.get(f"{tribute.url}{path}", trust_env=False, timeout=60).raise_for_status()
        took.append(time.monotonic() - began)
    tribute.stop()
    return took[0], took[1]


def _memory_mb(tribute: Tribute) -> float:
    """Resident memory of the server and everything that it started."""
    assert tribute.process is not None
    server = psutil.Process(tribute.process.pid)
    return sum(one.memory_info().rss for one in (server, *server.children(recursive=True))) / _MB


def _own_memory_mb(tribute: Tribute) -> float:
    """What of it is nobody else's: without the libraries' files, of which the kernel keeps one copy for everyone."""
    assert tribute.process is not None
    server = psutil.Process(tribute.process.pid)
    return sum(one.memory_full_info().uss for one in (server, *server.children(recursive=True))) / _MB


def _send_a_day(tribute: Tribute, write_key: str, events: int) -> float:
    """Send so many events, wait until all are loaded; the most memory that was seen meanwhile."""
    peak = 0.0
    with httpx.Client(base_url=tribute.url, auth=(write_key, ""), trust_env=False, timeout=60) as client:
        for batch in _batches(events):
            client.post("/v1/batch", content=batch, headers={"content-type": "application/json"}).raise_for_status()
            peak = max(peak, _memory_mb(tribute))
        gives_up_at = time.monotonic() + _LOAD_SECONDS
        while _loaded(tribute) < events:
            if time.monotonic() > gives_up_at:
                raise RuntimeError(f"{_loaded(tribute):,} of {events:,} events were loaded after {_LOAD_SECONDS:.0f} s")
            peak = max(peak, _memory_mb(tribute))
            time.sleep(0.2)
    return peak


def _loaded(tribute: Tribute) -> int:
    [row] = tribute.told("sql", "SELECT count(*) AS n FROM events")["rows"]
    return int(row["n"])


def _batches(events: int) -> Iterator[bytes]:
    """A day's page views of many visitors with many browsers, in the order of their times."""
    dice = random.Random(7)
    begin = datetime.now(UTC) - timedelta(days=1)
    step = timedelta(days=1) / events
    for first in range(0, events, EVENTS_A_BATCH):
        batch = [_event(dice, number, begin + number * step) for number in range(first, min(first + EVENTS_A_BATCH, events))]
        sent_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        yield json.dumps({"batch": batch, "sentAt": sent_at}).encode()


def _event(dice: random.Random, number: int, at: datetime) -> dict[str, object]:
    agent = dice.randrange(_AGENTS)
    browser = f"Chrome/{100 + agent % 60}.0.{agent}.0 Safari/537.36"
    path = f"/lessons/{dice.randrange(_PAGES)}"
    return {
        "type": "page",
        "anonymousId": f"d26fa9e8-5910-428f-a01d-{dice.randrange(_VISITORS):012}",
        "messageId": f"668b9023-518c-4080-bb2e-{number:012}",
        "originalTimestamp": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "properties": {
            "url": f"https://docs.acme.example{path}?via=aff{int(_AFFILIATES * dice.random() ** 3)}",
            "path": path,
            "title": "A lesson",
            "referrer": f"https://blog-{dice.randrange(300)}.example/",
        },
        "context": {"userAgent": f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {browser}"},
    }


BENCH = Bench(
    name="at_rest",
    title="Starting and resting",
    about="""
`tribute serve` with its defaults on one core. A start is timed from the command to the ready line and an answer of `/readyz`, on a home
with one website and again when the home has the day's events. Python's compiled files are there, as after any installation. Memory is what
is resident of the process: ten seconds after a start, and half a minute after a million page views of 200,000 visitors with 5,000
browsers and 200 affiliates' codes have been sent in batches as fast as they are taken, and loaded. A store to which nothing comes for
twenty seconds gives back most of what it read of its file.
""",
    claims=(
        Claim("start", "From the command to ready, with a day of a million events in the home", "s", "less", 1.5, limited_by=_IMPORTS),
        Claim("start_empty", "The same, with an empty home", "s", "less", 1.5, limited_by=_IMPORTS),
        Claim(
            "memory_at_rest",
            "Memory at rest",
            "MB",
            "less",
            150,
            limited_by="Some 60 MB are the files of libraries, DuckDB's 39; the rest is Python's modules, SQLAlchemy's 20 the largest.",
        ),
        Claim(
            "memory_after_a_day",
            "Memory after a day's load of a million events",
            "MB",
            "less",
            400,
        ),
    ),
    measure=measure,
    leaves_out=(
        "Ready means that events are taken; the pages are built right afterwards, and the table tells when the first came.",
        (
            "At rest GraphQL and REST, which are built when a program first asks, and Arrow, which is loaded with the first event; "
            "after the day REST and Arrow are there."
        ),
        "What the store keeps of its file while events keep coming: up to 256 MB; the highest that was seen is in the table.",
        "Pages of the files that the kernel keeps in memory for everyone and gives back when somebody needs it.",
    ),
    minutes=5,
    options={"events": ("1m", "how many events make the day")},
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
