"""A file that another process owns, that is damaged, of another version or no store at all: one sentence that names it and what to do."""

import hashlib
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tests.support.event_stores import open_duckdb
from tests.support.events import make_event
from tribute.analytics.port import Batch, SqlLimits, StoreBusyError, StoreDamagedError

HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    """What a store's file holds."""
    store = open_duckdb(tmp_path)
    store.load(Batch([make_event(f"m{index}", seq=index) for index in range(500)], []))
    store.close()
    content = (tmp_path / "analytics.duckdb").read_bytes()
    (tmp_path / "analytics.duckdb").unlink()
    return content


def flipped(content: bytes, place: int) -> bytes:
    """The content with one byte turned over."""
    return content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :]


def refused_as_damaged(folder: Path, content: bytes) -> None:
    path = folder / "analytics.duckdb"
    path.write_bytes(content)
    with pytest.raises(StoreDamagedError) as caught:
        open_duckdb(folder)
    assert str(path) in str(caught.value)
    assert "tribute rebuild" in str(caught.value)
    assert path.read_bytes() == content


def test_another_process_owns_it(tmp_path: Path) -> None:
    open_duckdb(tmp_path).close()
    path = tmp_path / "analytics.duckdb"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreBusyError, match=r"analytics\.duckdb is in use by another process"):
            open_duckdb(tmp_path)
        holder.communicate()
    open_duckdb(tmp_path).close()


@pytest.mark.parametrize("length", [0, 1, 1000, 5000, 20_000])
def test_it_was_cut_off(tmp_path: Path, content: bytes, length: int) -> None:
    refused_as_damaged(tmp_path, content[:length])


def test_it_is_noise(tmp_path: Path) -> None:
    refused_as_damaged(tmp_path, hashlib.shake_256(b"noise").digest(100_000))


@pytest.mark.parametrize("place", [0, 9, 20, 12_300])
def test_a_byte_of_its_head_is_flipped(tmp_path: Path, content: bytes, place: int) -> None:
    refused_as_damaged(tmp_path, flipped(content, place))


def test_bytes_of_its_middle_are_flipped(tmp_path: Path, content: bytes) -> None:
    for place in range(13_000, len(content), 4_096):
        content = flipped(content, place)
    (tmp_path / "analytics.duckdb").write_bytes(content)
    with pytest.raises(StoreDamagedError, match="tribute rebuild"), closing(open_duckdb(tmp_path)) as store:
        store.sql("SELECT max(hash(events)) FROM events", SqlLimits())


def test_it_is_some_other_database(tmp_path: Path) -> None:
    other = duckdb.connect(tmp_path / "analytics.duckdb")
    other.execute("CREATE TABLE t (x INTEGER)")
    other.close()
    with pytest.raises(StoreDamagedError, match="tribute rebuild"):
        open_duckdb(tmp_path)


def test_it_has_another_layout(tmp_path: Path) -> None:
    open_duckdb(tmp_path).close()
    newer = duckdb.connect(tmp_path / "analytics.duckdb")
    newer.execute("UPDATE internal.meta SET schema_version = 99")
    newer.close()
    with pytest.raises(StoreDamagedError, match="layout 99"):
        open_duckdb(tmp_path)


def test_its_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreBusyError, match="cannot be opened"):
        open_duckdb(tmp_path / "missing")


def test_a_log_cut_off_loses_only_what_was_not_committed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "analytics.duckdb"
    path.write_bytes(content)
    path.with_name("analytics.duckdb.wal").write_bytes(b"torn")
    store = open_duckdb(tmp_path)
    assert store.counts()["events"] == 500
    store.close()
