"""How many single appends a second the spool makes durable for 64 tasks on one core, and how long a sync takes."""

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

from benchmarks.claims import Bench, Claim, Figure, Measured, Options
from benchmarks.machine import scratch
from benchmarks.running import run
from tribute.kit.clock import SystemClock
from tribute.spool.disk import Disk
from tribute.spool.spool import Spool

TASKS = 64
SECONDS = 2.0
ROUNDS = 5
PAYLOAD = b"x" * 1000


class TimedDisk(Disk):
    """The real disk, with the time of every sync."""

    def __init__(self) -> None:
        self.sync_seconds: list[float] = []

    def sync(self, descriptor: int) -> None:
        began = time.perf_counter()
        super().sync(descriptor)
        self.sync_seconds.append(time.perf_counter() - began)


async def append_for_a_while(spool: Spool) -> float:
    """Appends confirmed a second."""
    ends_at = time.perf_counter() + SECONDS
    counts = [0] * TASKS

    async def sender(task: int) -> None:
        while time.perf_counter() < ends_at:
            with spool.gate:
                future = spool.append((PAYLOAD,))
            await future
            counts[task] += 1

    began = time.perf_counter()
    await asyncio.gather(*map(sender, range(TASKS)))
    return sum(counts) / (time.perf_counter() - began)


def measure(options: Options) -> Measured:
    del options
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rates, medians, worst = [], [], []
    for _ in range(ROUNDS):
        disk = TimedDisk()
        with scratch("spool") as folder:
            spool = Spool.open(Path(folder), SystemClock(), segment_bytes=64 << 20, segment_seconds=300, disk=disk)
            rates.append(asyncio.run(append_for_a_while(spool)))
            spool.close()
        syncs = statistics.quantiles(disk.sync_seconds, n=100)
        medians.append(syncs[49] * 1000)
        worst.append(syncs[98] * 1000)
    return Measured({"appends": Figure.of(rates), "sync_p50": Figure.of(medians), "sync_p99": Figure.of(worst)})


BENCH = Bench(
    name="spool_append",
    title="The spool alone",
    about="64 tasks on one event loop and one core append a kilobyte each, wait until it is on disk, and append again. No HTTP.",
    claims=(
        Claim("appends", "Single appends made durable", "a second", "more"),
        Claim("sync_p50", "A commit's `fdatasync`, p50", "ms", "less"),
        Claim("sync_p99", "A commit's `fdatasync`, p99", "ms", "less"),
    ),
    measure=measure,
    minutes=0.5,
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
