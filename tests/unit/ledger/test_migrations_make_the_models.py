"""The steps lead from nothing, and from today, to exactly the tables that the models describe."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.support.ledger import clock_at, sqlite_url
from tests.support.postgresql import empty_database
from tribute.ledger.database import Base, Database
from tribute.ledger.websites import Websites
from tribute.migrations import HEAD, NewerLedgerError, is_current, migrate
from tribute.migrations.run import alembic_config, upgrade


@pytest.fixture
def empty(empty_ledger_url: str) -> Iterator[Database]:
    database = Database(empty_ledger_url, create=True)
    yield database
    database.close()


def test_an_empty_database_becomes_current_once(empty: Database) -> None:
    assert not is_current(empty)
    assert migrate(empty) is True
    assert is_current(empty)
    assert migrate(empty) is False


def test_the_known_head_is_the_last_step() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_the_migrated_schema_is_the_models(empty: Database) -> None:
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_that_no_comparison_sees_are_migrated_too(empty: Database, tmp_path: Path) -> None:
    """Compares what the database itself tells of its tables: checks, partial indexes, defaults, triggers and all."""
    migrate(empty)
    with _another_like(empty, tmp_path) as modelled:
        with modelled.session() as session:
            Base.metadata.create_all(session.connection())
        assert _schema(empty) == _schema(modelled)


@pytest.mark.slow
@pytest.mark.parametrize("first", [step.revision for step in ScriptDirectory.from_config(alembic_config()).walk_revisions()])
def test_every_earlier_ledger_becomes_current_with_what_is_in_it(empty: Database, first: str) -> None:
    with empty.session() as session:
        upgrade(session.connection(), to=first)
        session.execute(
            sa.text(
                "INSERT INTO websites (id, name, name_key, domain, write_key, link_parameters, created_at)"
                " VALUES ('web_1', 'A', 'a', 'a.example', 'key', '[\"via\"]', '2026-11-01 12:00:00.000001+00:00')"
            )
        )
    migrate(empty)
    assert is_current(empty)
    with empty.reading() as session:
        (website,) = Websites(session, clock_at()).all()
    assert (website.domain, website.link_parameters, website.window_days) == ("a.example", ("via",), 90)


def test_a_newer_ledger_is_refused_and_left_alone(empty: Database) -> None:
    migrate(empty)
    with empty.session() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '2031_01_01_from_the_future'"))
    with pytest.raises(NewerLedgerError, match="newer Tribute; update the program"):
        migrate(empty)
    assert not is_current(empty)


@pytest.mark.slow
def test_processes_that_start_at_once_migrate_once(empty_ledger_url: str) -> None:
    code = (
        "import sys; from tribute.ledger.database import Database; from tribute.migrations import migrate; sys.stdin.read();"
        "print(migrate(Database(sys.argv[1], create=True)))"
    )
    command = [sys.executable, "-c", code, empty_ledger_url]
    started = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    said = [process.communicate(timeout=60)[0].strip() for process in started]
    assert sorted(said) == ["False", "False", "False", "True"]


@contextmanager
def _another_like(database: Database, folder: Path) -> Iterator[Database]:
    if database.engine.dialect.name == "postgresql":
        with empty_database() as url:
            modelled = Database(url)
            yield modelled
            modelled.close()
        return
    modelled = Database(sqlite_url(folder / "modelled.db"), create=True)
    yield modelled
    modelled.close()


def _schema(database: Database) -> dict[str, list[str]]:
    """Each table's, index's and trigger's parts, in whatever order they are written."""
    with database.reading() as session:
        return _SCHEMAS[database.engine.dialect.name](session.connection())


def _sqlite_schema(connection: sa.Connection) -> dict[str, list[str]]:
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
    return {name: sorted(" ".join(sql.removesuffix(")").replace('"', "").split()).split(", ")) for name, sql in connection.execute(query)}


def _postgresql_schema(connection: sa.Connection) -> dict[str, list[str]]:
    queries = (
        """SELECT 'columns of ' || table_name, column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
           FROM information_schema.columns WHERE table_schema = 'public'""",
        """SELECT 'constraints of ' || conrelid::regclass, conname || ' ' || pg_get_constraintdef(oid)
           FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
        "SELECT 'indexes of ' || tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT 'triggers of ' || tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    )
    found: dict[str, list[str]] = {}
    for query in queries:
        for name, part in connection.execute(sa.text(query)):
            found.setdefault(name, []).append(part)
    return {name: sorted(parts) for name, parts in found.items() if "alembic_version" not in name}


_SCHEMAS: dict[str, Callable[[sa.Connection], dict[str, list[str]]]] = {"sqlite": _sqlite_schema, "postgresql": _postgresql_schema}
