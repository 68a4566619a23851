"""Servers under measurement: started on one core with everything that they start, and their CPU counted, down to the last thread."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import psutil

SERVER_CORE, LOAD_CORE = 0, 1
_START_SECONDS = 30.0
_STOP_SECONDS = 30.0
_open = build_opener(ProxyHandler({})).open


def on_core(core: int, command: Sequence[str]) -> list[str]:
    """The command so that it and all its threads and children run on one core."""
    return ["taskset", "--cpu-list", str(core), *command]


@contextmanager
def running(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, output: Path | None = None, core: int = SERVER_CORE
) -> "Iterator[subprocess.Popen[bytes]]":
    """A process on one core, ended at the end. Its output goes to a file, or nowhere."""
    with (output or Path(os.devnull)).open("wb") as sink:
        process = subprocess.Popen(on_core(core, command), stdout=sink, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def answering(process: "subprocess.Popen[bytes]", url: str) -> None:
    """Wait until something answers at the address. Raises RuntimeError when the process ended, or takes too long."""
    gives_up_at = time.monotonic() + _START_SECONDS
    while time.monotonic() < gives_up_at:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with status {process.returncode}")
        try:
            _open(url, timeout=5).close()
        except HTTPError as refusal:
            refusal.close()
        except OSError:
            time.sleep(0.02)
            continue
        return
    raise RuntimeError(f"nothing answered at {url} within {_START_SECONDS:.0f} s")


def cpu_seconds(pid: int) -> float:
    """User and system time so far of a process, all its threads, ended ones too, and its living descendants."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(time.clock_gettime(_clock_of(member.pid)) for member in family)


def main_thread_cpu_seconds(pid: int) -> float:
    """Of the first thread alone, which in our server runs the event loop."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


def _clock_of(pid: int) -> int:
    """The kernel's clock of a process's CPU time, in nanoseconds: `clock_getcpuclockid(3)` makes it so on Linux."""
    return (~pid << 3) | 2
