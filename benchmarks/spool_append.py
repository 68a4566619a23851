"""How many single appends a second the spool makes durable for 64 tasks on one core, and how long a sync takes.

Run: `.venv/bin/python benchmarks/spool_append.py [FOLDER]`; the folder decides which disk is measured. Takes about five seconds.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tribute.kit.clock import SystemClock
from tribute.spool.disk import Disk
from tribute.spool.spool import Spool

TASKS = 64
SECONDS = 4.0
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


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    disk = TimedDisk()
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        spool = Spool.open(Path(folder), SystemClock(), segment_bytes=64 << 20, segment_seconds=300, disk=disk)
        rate = asyncio.run(append_for_a_while(spool))
        spool.close()
    syncs = statistics.quantiles(disk.sync_seconds, n=100)
    figures = {
        "appends_per_second": round(rate),
        "commits": len(disk.sync_seconds),
        "fdatasync_p50_ms": round(syncs[49] * 1000, 3),
        "fdatasync_p99_ms": round(syncs[98] * 1000, 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
