"""A PostgreSQL that cannot be used is an error that names what to do, and never the password."""

import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator

import psycopg
import pytest
import sqlalchemy as sa

from tests.support.ledger import clock_at
from tests.support.postgresql import empty_database, ended_sessions, migrated_database
from tribute.ledger.database import Database, DatabaseUnavailableError
from tribute.ledger.engines import postgresql
from tribute.ledger.websites import Websites

pytestmark = pytest.mark.postgresql


@pytest.fixture
def url() -> Iterator[str]:
    with migrated_database() as url:
        yield url


@pytest.fixture
def open_ledger() -> Iterator[Callable[[str], Database]]:
    """Opens ledgers that are closed at the end."""
    opened: list[Database] = []

    def open_one(url: str) -> Database:
        opened.append(Database(url))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


def count(ledger: Database) -> int:
    with ledger.reading() as session:
        return len(Websites(session, clock_at()).all())


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda url: url.replace(url.partition("@")[2].partition("/")[0], f"127.0.0.1:{closed_port()}"), "is PostgreSQL running there"),
        (lambda url: url.replace("a-password-to-look-for", "a-wrong-password-to-look-for"), "refuses the user or the password"),
        (lambda url: url.replace("//tribute:", "//nobody:"), "refuses the user or the password"),
        (lambda url: f"{url}_not", "make them with CREATE ROLE and CREATE DATABASE"),
        (lambda url: f"{url}?colour=red", "an option that PostgreSQL does not know"),
    ],
)
def test_what_is_wrong_is_named_and_the_password_is_not(
    url: str, open_ledger: Callable[[str], Database], change: Callable[[str], str], sentence: str
) -> None:
    ledger = open_ledger(change(url))
    for use in (lambda: count(ledger), ledger.version):
        with pytest.raises(DatabaseUnavailableError, match=sentence) as error:
            use()
        assert "to-look-for" not in "".join(traceback.format_exception(error.value))
    assert "tribute:" not in ledger.name


def test_a_database_without_tables_is_told_so(open_ledger: Callable[[str], Database]) -> None:
    with empty_database() as url:
        ledger = open_ledger(url)
        with pytest.raises(DatabaseUnavailableError, match="no tables"):
            count(ledger)
        ledger.close()


def test_after_a_restart_it_goes_on_and_the_restart_is_told_as_a_change(url: str, open_ledger: Callable[[str], Database]) -> None:
    ledger = open_ledger(url)
    before = ledger.version()
    assert count(ledger) == 0
    ended_sessions(url)
    assert count(ledger) == 0
    assert ledger.version() != before


def test_a_user_without_rights_is_told_so(url: str, open_ledger: Callable[[str], Database]) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as owner:
        owner.execute("REVOKE SELECT ON websites FROM tribute")
    with pytest.raises(DatabaseUnavailableError, match="may not be used by this user"):
        count(open_ledger(url))


def test_a_hurried_reader_does_not_wait_for_a_migration(url: str, open_ledger: Callable[[str], Database]) -> None:
    ledger = open_ledger(url)
    with psycopg.connect(url.replace("+psycopg", "")) as migrating:
        migrating.execute("LOCK TABLE websites IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailableError, match="busy"), ledger.reading(hurried=True) as session:
            Websites(session, clock_at()).all()
        assert time.monotonic() - started < 3


def test_a_writer_that_stands_still_does_not_stop_the_others(
    url: str, open_ledger: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, other = open_ledger(url), open_ledger(url)
    monkeypatch.setattr(postgresql, "_IDLE_SECONDS", 0.1)

    def write_and_freeze() -> None:
        with frozen.session() as session:
            session.execute(sa.text("SELECT 1"))
            monkeypatch.undo()
            with other.session() as writing:  # waits until the server has ended the frozen one
                Websites(writing, clock_at()).add("A", "a.example")
            session.execute(sa.text("SELECT 1"))

    with pytest.raises(DatabaseUnavailableError, match="stood still"):
        write_and_freeze()
    assert count(other) == 1


def test_settings_of_a_transaction_end_with_it(url: str, open_ledger: Callable[[str], Database]) -> None:
    ledger = open_ledger(url)
    with ledger.session(hurried=True) as session:
        session.execute(sa.text("SELECT 1"))
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names] == ["0"] * 3


def test_many_writers_at_once_all_come_through(url: str, open_ledger: Callable[[str], Database]) -> None:
    ledgers = [open_ledger(url) for _ in range(4)]

    def add(ledger: Database, first: int) -> None:
        for number in range(first, first + 10):
            with ledger.session() as session:
                Websites(session, clock_at()).add(f"Site {number}", f"site{number}.example")

    threads = [threading.Thread(target=add, args=(ledger, position * 10)) for position, ledger in enumerate(ledgers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(ledgers[0]) == 40
