"""A store that DuckDB gave up, and that cannot be opened again at once, answers again as soon as it can be."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support.event_stores import open_duckdb
from tests.support.events import make_event
from tribute.analytics.port import Batch, StoreBusyError
from tribute.store.duckdb import loading
from tribute.store.duckdb.store import DuckDBEventStore

EVENTS = Batch([make_event("m1"), make_event("m2", seq=2)], [])

Ask = Callable[[DuckDBEventStore], object]
ASKS: list[Ask] = [
    lambda store: store.counts(),
    lambda store: store.load(Batch([make_event("m3", seq=3)], [])),
    lambda store: store.checkpoint(),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBEventStore]:
    store = open_duckdb(tmp_path)
    store.load(EVENTS)
    yield store
    store.close()


def _given_up(*_arguments: object) -> None:
    raise duckdb.FatalException("database has been invalidated")


def _busy(_store: object) -> None:
    raise StoreBusyError("The disk is full.")


@pytest.mark.parametrize("ask", ASKS, ids=["a reader", "a writer", "a checkpoint"])
def test_after_duckdb_gave_the_file_up(store: DuckDBEventStore, monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(loading, "load", _given_up)
        with pytest.raises(StoreBusyError):
            store.load(EVENTS)
    with monkeypatch.context() as broken:
        broken.setattr(DuckDBEventStore, "_open", _busy)
        for _ in range(2):
            with pytest.raises(StoreBusyError):
                ask(store)

    ask(store)

    assert store.counts()["events"] >= 2


def test_after_an_exchange_that_could_not_open_the_new_file(store: DuckDBEventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = store.new_beside()
    beside.load(Batch([make_event("m1")], []))
    really_open = DuckDBEventStore._open
    attempts: list[bool] = []

    def fail_once(opened: DuckDBEventStore) -> None:
        attempts.append(True)
        opened._broken = True
        if len(attempts) == 1:
            raise StoreBusyError("Too many open files.")
        really_open(opened)

    monkeypatch.setattr(DuckDBEventStore, "_open", fail_once)
    with pytest.raises(StoreBusyError):
        store.replace_with(beside)

    assert store.counts()["events"] == 1


def test_a_reader_that_finds_the_file_given_up(store: DuckDBEventStore) -> None:
    store._database.close()

    with pytest.raises(StoreBusyError):
        store.counts()

    assert store.counts()["events"] == 2
