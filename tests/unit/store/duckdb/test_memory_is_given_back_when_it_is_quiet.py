"""When nothing comes, the store forgets what it read of its file, unless somebody asks; the next question has all the memory again."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import duckdb
import pytest

from tests.support.event_stores import open_duckdb
from tribute.store.duckdb.database import Database
from tribute.store.duckdb.store import DuckDBEventStore

_RESTING = 32_000_000
_ALL = "244.1 MiB"
"""256 MB, as DuckDB writes them."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBEventStore]:
    """A store whose file was just read: far more of it is in memory than shall stay there."""
    with closing(open_duckdb(tmp_path)) as store:
        with store._reader() as connection:
            connection.execute("CREATE TABLE read AS SELECT hash(i) AS one, hash(i + 1) AS two FROM range(4_000_000) AS numbers(i)")
        store._database.checkpoint()
        _read(store)
        assert _in_memory(store) > 1.5 * _RESTING
        yield store


def test_what_was_read_is_forgotten_and_read_again(store: DuckDBEventStore) -> None:
    read = _read(store)
    store.checkpoint()
    assert _in_memory(store) <= _RESTING
    assert _limit(store) == _ALL
    assert _read(store) == read
    assert _in_memory(store) > 1.5 * _RESTING


def test_nothing_is_taken_from_who_is_asking(store: DuckDBEventStore) -> None:
    with ExitStack() as inside:
        inside.enter_context(store._gate.reader(long=True))
        store.checkpoint()
        assert _in_memory(store) > 1.5 * _RESTING
    store.checkpoint()
    assert _in_memory(store) <= _RESTING


def test_where_it_cannot_be_done_with_so_little_all_stays_as_it_was(store: DuckDBEventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Database._limit_memory

    def refused_when_low(database: Database, megabytes: int) -> None:
        if megabytes < 256:
            raise duckdb.OutOfMemoryException("could not free up enough memory for the new limit")
        real(database, megabytes)

    monkeypatch.setattr(Database, "_limit_memory", refused_when_low)
    store.checkpoint()
    assert _limit(store) == _ALL


def test_no_other_setting_can_be_reached(store: DuckDBEventStore) -> None:
    with store._reader() as connection:
        for statement in ("SET threads = 1", "SET enable_external_access = true", "SET allowed_configs = ['threads']"):
            with pytest.raises(duckdb.InvalidInputException):
                connection.execute(statement)


def _read(store: DuckDBEventStore) -> object:
    with store._reader() as connection:
        return connection.execute("SELECT sum(one % 1000), sum(two % 1000) FROM read").fetchone()


def _in_memory(store: DuckDBEventStore) -> int:
    with closing(store._database.cursor()) as connection:
        [[used]] = connection.execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()").fetchall()
        return int(used)


def _limit(store: DuckDBEventStore) -> object:
    with closing(store._database.cursor()) as connection:
        [[limit]] = connection.execute("SELECT current_setting('memory_limit')").fetchall()
        return limit
