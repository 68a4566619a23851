"""A full disk refuses loads with a sentence; questions are answered meanwhile, and loads go on once there is room."""

import subprocess
import sys
from pathlib import Path

import pytest

WITH_LITTLE_ROOM = """
import resource, signal, sys
from pathlib import Path

from tests.support.event_stores import open_duckdb
from tests.support.events import make_event
from tribute.analytics.port import Batch, StoreBusyError

def events(first, count):
    numbers = range(first, first + count)
    return Batch([make_event(f"m{n}", seq=n, visitor_id=f"visitor-{n}", title=f"t{n * 7919}") for n in numbers], [])

def tell(work):
    try:
        print(work())
    except StoreBusyError as error:
        print("busy:", "check the disk" in str(error))

store = open_duckdb(Path(sys.argv[1]))
store.load(events(0, 100))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
room = Path(store.path).stat().st_size + 20_000
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
for _ in range(2):
    tell(lambda: store.load(events(100, 20_000)).events)
tell(lambda: store.counts()["events"])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
tell(lambda: store.load(events(100, 20_000)).events)
store.close()
store = open_duckdb(Path(sys.argv[1]))
tell(lambda: store.counts()["events"])
store.close()
"""


@pytest.mark.slow
def test_loads_are_refused_and_go_on_later(tmp_path: Path) -> None:
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-c", WITH_LITTLE_ROOM, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.stdout.split("\n") == ["busy: True", "busy: True", "100", "20000", "20100", ""], done.stderr
