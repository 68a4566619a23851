"""The steps lead from nothing, and from today, to exactly the tables that the models describe."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.support.ledger import sqlite_url
from tribute.ledger.database import Base, Database
from tribute.migrations import HEAD, NewerLedgerError, is_current, migrate
from tribute.migrations.run import alembic_config


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path / "tribute.db"), create=True)
    yield database
    database.close()


def test_an_empty_file_becomes_current_once(empty: Database) -> None:
    assert not is_current(empty)
    assert migrate(empty) is True
    assert is_current(empty)
    before = empty.version()
    assert migrate(empty) is False
    assert empty.version() == before


def test_the_known_head_is_the_last_step() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_the_migrated_schema_is_the_models(empty: Database) -> None:
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_that_no_comparison_sees_are_migrated_too(empty: Database, tmp_path: Path) -> None:
    """Compares the SQL that SQLite keeps: checks, partial indexes and all."""
    migrate(empty)
    modelled = Database(sqlite_url(tmp_path / "modelled.db"), create=True)
    with modelled.engine.begin() as connection:
        Base.metadata.create_all(connection)
    assert _schema(empty) == _schema(modelled)
    modelled.close()


def test_a_newer_ledger_is_refused_and_left_alone(empty: Database) -> None:
    migrate(empty)
    with empty.session() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '2031_01_01_from_the_future'"))
    before = empty.version()
    with pytest.raises(NewerLedgerError, match="newer Tribute; update the program"):
        migrate(empty)
    assert empty.version() == before


@pytest.mark.slow
def test_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    code = (
        "import sys; from tribute.ledger.database import Database; from tribute.migrations import migrate; sys.stdin.read();"
        "print(migrate(Database(sys.argv[1], create=True)))"
    )
    url = sqlite_url(tmp_path / "tribute.db")
    command = [sys.executable, "-c", code, url]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    said = [process.communicate(timeout=60)[0].strip() for process in started]
    assert sorted(said) == ["False", "False", "False", "True"]


def _schema(database: Database) -> dict[str, list[str]]:
    """Each table's and index's parts, in whatever order they are written."""
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
    with database.reading() as session:
        return {name: sorted(" ".join(sql.removesuffix(")").replace('"', "").split()).split(", ")) for name, sql in session.execute(query)}
