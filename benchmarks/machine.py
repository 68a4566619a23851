"""What the figures were measured on, and how busy it was: without it no figure can be held against another."""

import os
import platform
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
SCRATCH = ROOT / ".bench"
"""Homes and databases of benchmarks lie here, on the disk that holds this repository: `/tmp` may be memory."""

_PACKAGES = ("uvicorn", "uvloop", "httptools", "msgspec", "duckdb", "sqlalchemy", "pyarrow", "zstandard", "ariadne", "litestar")
_SYNCS = 200
_SYNC_BYTES = 4096


def scratch(name: str) -> "tempfile.TemporaryDirectory[str]":
    """A folder for one measurement, removed with it."""
    SCRATCH.mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(prefix=f"{name}-", dir=SCRATCH)


def facts() -> dict[str, Any]:
    """The machine and what runs on it."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "disk": disk(),
        "load_before": load(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
    }


def load() -> list[float]:
    """The load average of one, five and fifteen minutes."""
    return [round(one, 2) for one in os.getloadavg()]


def disk() -> dict[str, Any]:
    """How long `fdatasync` takes after a write of 4 KiB at a file's end, on the benchmarks' disk; its kind of file system."""
    took = []
    with scratch("sync") as folder:
        descriptor = os.open(Path(folder) / "file", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            for _ in range(_SYNCS):
                os.write(descriptor, b"x" * _SYNC_BYTES)
                began = time.perf_counter()
                os.fdatasync(descriptor)
                took.append((time.perf_counter() - began) * 1000)
        finally:
            os.close(descriptor)
        kind = _file_system(Path(folder))
    cuts = statistics.quantiles(took, n=100)
    return {
        "file_system": kind,
        "fdatasync_p50_ms": round(cuts[49], 3),
        "fdatasync_p99_ms": round(cuts[98], 3),
        "fdatasyncs_per_second": round(len(took) / sum(took) * 1000),
    }


def _file_system(path: Path) -> str:
    holding = [part for part in psutil.disk_partitions(all=True) if path.is_relative_to(part.mountpoint)]
    return max(holding, key=lambda part: len(part.mountpoint)).fstype if holding else "unknown"


def _processor() -> str:
    """The processor as the kernel names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
