"""A migrated ledger on each engine, and a clock to move; for the rooms above it too.

The fixtures `ledger_url`, `ledger` and `empty_ledger_url` run a test on SQLite and on PostgreSQL; a conftest imports those that it needs.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from tests.support.postgresql import empty_database, migrated_database
from tribute.kit.clock import FixedClock
from tribute.ledger.database import Database
from tribute.migrations import migrate

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)

_ON_EVERY_ENGINE = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=_ON_EVERY_ENGINE)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty ledger with all tables lies, for opening it as further processes do."""
    if request.param == "postgresql":
        with migrated_database() as url:
            yield url
        return
    new_ledger(tmp_path).close()
    yield sqlite_url(tmp_path / "tribute.db")


@pytest.fixture(params=_ON_EVERY_ENGINE)
def empty_ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a ledger without tables lies, or with SQLite will lie."""
    if request.param == "postgresql":
        with empty_database() as url:
            yield url
        return
    yield sqlite_url(tmp_path / "tribute.db")


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Database]:
    """An empty ledger with all tables."""
    database = Database(ledger_url)
    yield database
    database.close()


def new_ledger(folder: Path, name: str = "tribute.db") -> Database:
    """An empty ledger with all tables. The caller closes it."""
    path = folder / name
    path.touch(mode=0o600)
    path.write_bytes(_empty_ledger())
    return Database(sqlite_url(path))


def everything_in(url: str) -> bytes:
    """What lies in a ledger: the file's bytes, freed pages and log included, or the rows of every table. Close the ledger before."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    database = Database(url)
    tables = sa.MetaData()
    with database.reading() as session:
        tables.reflect(session.connection())
        rows = [row for table in tables.sorted_tables for row in session.execute(sa.select(table))]
    database.close()
    return repr([[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in rows]).encode()


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def clock_at(at: datetime = NOON) -> FixedClock:
    return FixedClock(at)


@cache
def _empty_ledger() -> bytes:
    """Migrated once a test process; half a second saved for each test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        database = Database(sqlite_url(path), create=True)
        migrate(database)
        database.close()
        return path.read_bytes()
