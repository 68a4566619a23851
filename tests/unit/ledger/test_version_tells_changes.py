"""The change counter moves with every commit, whoever makes it, and stands still otherwise."""

import subprocess
import sys
from pathlib import Path

from tests.support.ledger import clock_at, sqlite_url
from tribute.ledger.database import Database
from tribute.ledger.websites import Websites


def add(ledger: Database, name: str) -> None:
    with ledger.session() as session:
        Websites(session, clock_at()).add(name, f"{name}.example")


def test_reading_changes_nothing(ledger: Database) -> None:
    before = ledger.version()
    with ledger.reading() as session:
        Websites(session, clock_at()).all()
    assert ledger.version() == before


def test_each_commit_of_this_process_is_told(ledger: Database) -> None:
    seen = [ledger.version()]
    for name in ("a", "b", "c"):
        add(ledger, name)
        seen.append(ledger.version())
    assert len(set(seen)) == 4


def test_a_commit_of_another_process_is_told(tmp_path: Path, ledger: Database) -> None:
    before = ledger.version()
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('CREATE TABLE t (a)'); c.commit()"
    command = [sys.executable, "-c", code, str(tmp_path / "tribute.db")]
    subprocess.run(command, check=True, timeout=30)
    assert ledger.version() != before


def test_a_commit_through_another_database_object_is_told(tmp_path: Path, ledger: Database) -> None:
    before = ledger.version()
    other = Database(sqlite_url(tmp_path / "tribute.db"))
    add(other, "a")
    other.close()
    assert ledger.version() != before
