"""A process that dies between any two steps of a swap leaves the old content or the new, whole, and no leftovers after the next start."""

from pathlib import Path

import pytest

from tests.support.event_stores import open_duckdb
from tests.support.events import make_event
from tribute.analytics.port import Batch
from tribute.store.duckdb import store as store_module
from tribute.store.duckdb.store import DuckDBEventStore


class CrashError(BaseException):
    """Nothing handles this, as nothing handles a process that is gone."""


def crash(*_: object, **__: object) -> None:
    raise CrashError


def fill(store: DuckDBEventStore, count: int) -> None:
    store.load(Batch([make_event(f"m{index}", seq=index) for index in range(count)], []))


@pytest.mark.parametrize(("before", "events"), [("unlink", 2), ("replace", 2), ("sync_folder", 5)])
def test_the_next_start_finds_one_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, events: int) -> None:
    store = open_duckdb(tmp_path)
    fill(store, 2)
    beside = store.new_beside()
    fill(beside, 5)
    with monkeypatch.context() as patch:
        patch.setattr(DuckDBEventStore, "_open", lambda _: None)
        patch.setattr(*((store_module, before) if before == "sync_folder" else (Path, before)), crash)
        with pytest.raises(CrashError):
            store.replace_with(beside)
    again = open_duckdb(tmp_path)
    assert again.counts()["events"] == events
    again.close()
    assert [path.name for path in tmp_path.iterdir()] == ["analytics.duckdb"]
