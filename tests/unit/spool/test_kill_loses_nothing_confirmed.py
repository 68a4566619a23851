"""kill -9 at any moment: every record that was confirmed is there for the next process, once."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.spools import all_unique, append, damages, entries, open_spool

_ROOT = Path(__file__).parents[3]
_LIVES_SECONDS = (0.002, 0.03, 0.1)

_APPEND_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from tests.support.spools import open_spool

async def sender(spool, name):
    number = 0
    while True:
        await spool.append([f"{name}-{number}".encode(), b"x" * 300])
        sys.stdout.write(f"{name}-{number}\\n")
        sys.stdout.flush()
        number += 1

async def run():
    spool = open_spool(Path(sys.argv[1]), segment_bytes=20_000)
    await asyncio.gather(*(sender(spool, f"{sys.argv[2]}.{task}") for task in range(8)))

asyncio.run(run())
"""


def _run_and_kill(folder: Path, name: str, seconds: float) -> set[bytes]:
    """What a process said was confirmed before it was killed, so many seconds after its first word."""
    command = [sys.executable, "-c", _APPEND_FOR_EVER, str(folder), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT) as process:
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        said = b""
        ends_at = None
        while ends_at is None or time.monotonic() < ends_at:
            if select.select([descriptor], [], [], 0.001 if ends_at else 60)[0]:
                said += os.read(descriptor, 1 << 16)
                ends_at = ends_at or time.monotonic() + seconds
        process.send_signal(signal.SIGKILL)
        process.wait()
        while part := os.read(descriptor, 1 << 16):
            said += part
    return set(said[: said.rfind(b"\n") + 1].split())


@pytest.mark.slow
def test_kill_loses_nothing_confirmed(tmp_path: Path) -> None:
    confirmed: set[bytes] = set()
    for life, seconds in enumerate(_LIVES_SECONDS):
        confirmed |= _run_and_kill(tmp_path, str(life), seconds)
    spool = open_spool(tmp_path)
    read = [entry.payload for entry in entries(spool) if not entry.payload.startswith(b"x")]
    assert confirmed <= set(read)
    assert all_unique(map(hash, read))
    assert all_unique(entry.seq for entry in entries(spool))
    assert damages(spool) == []
    assert append(spool, [b"after"]) == [True]
    spool.close()
