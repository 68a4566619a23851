"""The change counter moves with every commit, whoever makes it. In SQLite it stands still otherwise, in PostgreSQL it may move."""

import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.support.ledger import clock_at, new_ledger
from tribute.ledger.database import Database
from tribute.ledger.websites import Websites


def add(ledger: Database, name: str) -> None:
    with ledger.session() as session:
        Websites(session, clock_at()).add(name, f"{name}.example")


def test_reading_changes_nothing_in_sqlite(tmp_path: Path) -> None:
    ledger = new_ledger(tmp_path)
    before = ledger.version()
    with ledger.reading() as session:
        Websites(session, clock_at()).all()
    assert ledger.version() == before
    ledger.close()


def test_each_commit_of_this_process_is_told(ledger: Database) -> None:
    seen = [ledger.version()]
    for name in ("a", "b", "c"):
        add(ledger, name)
        seen.append(ledger.version())
    assert len(set(seen)) == 4


def test_a_commit_of_another_program_is_told(ledger_url: str, ledger: Database) -> None:
    before = ledger.version()
    if ledger_url.startswith("sqlite"):
        file = sqlite3.connect(ledger_url.removeprefix("sqlite:///"))
        file.execute("CREATE TABLE t (a int)")
        file.close()
    else:
        with psycopg.connect(ledger_url.replace("+psycopg", "")) as server:
            server.execute("CREATE TABLE t (a int)")
    assert ledger.version() != before


def test_a_commit_through_another_database_object_is_told(ledger_url: str, ledger: Database) -> None:
    before = ledger.version()
    other = Database(ledger_url)
    add(other, "a")
    other.close()
    assert ledger.version() != before


def test_a_commit_is_told_however_long_ago_its_transaction_began(ledger: Database) -> None:
    """What others commit while one still writes, and its own commit later: both are told."""
    writing, told = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with ledger.session() as session:
            Websites(session, clock_at()).add("slow", "slow.example")
            session.flush()
            writing.set()
            told.wait(10)

    thread = threading.Thread(target=write_slowly)
    thread.start()
    writing.wait(10)
    before = ledger.version()
    told.set()
    thread.join()
    assert ledger.version() != before


@pytest.mark.postgresql
def test_what_is_read_under_a_version_is_at_least_as_new_and_found_out_when_it_is_older(ledger: Database) -> None:
    """A cache over the counter, beside a writer: once the writer rests, the cache is right."""
    writer = threading.Thread(target=lambda: [add(ledger, f"site{number}") for number in range(20)])
    version, cached = ledger.version(), 0
    writer.start()
    while writer.is_alive():
        if (now := ledger.version()) != version:
            with ledger.reading() as session:
                cached = session.execute(sa.text("SELECT count(*) FROM websites")).scalar_one()
            version = now
    writer.join()
    if ledger.version() == version:
        assert cached == 20
