"""A SQLite ledger that is away is an error that may pass, never an empty ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.ledger import clock_at, new_ledger, sqlite_url
from tribute.kit.errors import UnavailableError
from tribute.ledger.database import Database, DatabaseUnavailableError
from tribute.ledger.websites import Websites


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = new_ledger(tmp_path)
    yield database
    database.close()


def count(ledger: Database) -> int:
    with ledger.reading() as session:
        return len(Websites(session, clock_at()).all())


def test_a_missing_file_is_unavailable_and_not_made(tmp_path: Path) -> None:
    ledger = Database(sqlite_url(tmp_path / "tribute.db"))
    for use in (lambda: count(ledger), ledger.version):
        with pytest.raises(DatabaseUnavailableError, match="cannot be opened"):
            use()
    assert not (tmp_path / "tribute.db").exists()
    assert issubclass(DatabaseUnavailableError, UnavailableError)


def test_a_file_moved_away_under_open_connections_is_noticed_and_found_again(tmp_path: Path, ledger: Database) -> None:
    path = tmp_path / "tribute.db"
    assert count(ledger) == 0
    ledger.version()
    path.rename(tmp_path / "away.db")
    for use in (lambda: count(ledger), ledger.version):
        with pytest.raises(DatabaseUnavailableError):
            use()
    (tmp_path / "away.db").rename(path)
    assert count(ledger) == 0
    ledger.version()


def test_a_file_put_in_its_place_is_read_and_told_as_a_change(tmp_path: Path, ledger: Database) -> None:
    other = new_ledger(tmp_path, "other.db")
    with other.session() as session:
        Websites(session, clock_at()).add("A", "a.example")
    other.close()
    assert count(ledger) == 0
    before = ledger.version()
    (tmp_path / "other.db").replace(tmp_path / "tribute.db")
    assert ledger.version() != before
    assert count(ledger) == 1


@pytest.mark.parametrize("content", [b"this is no database" * 1000, b"\x00" * 8192])
def test_a_damaged_file_is_told_as_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tribute.db"
    path.write_bytes(content)
    ledger = Database(sqlite_url(path))
    with pytest.raises(DatabaseUnavailableError, match="restore it from a backup"):
        count(ledger)


def test_a_file_without_tables_is_told_so(tmp_path: Path) -> None:
    ledger = Database(sqlite_url(tmp_path / "tribute.db"), create=True)
    with pytest.raises(DatabaseUnavailableError, match="no tables"):
        count(ledger)
    ledger.close()


def test_a_folder_that_cannot_be_made_a_ledger_in_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match=r"nowhere/tribute\.db cannot be made"):
        Database(sqlite_url(tmp_path / "nowhere" / "tribute.db"), create=True)


def test_a_commit_is_synced_to_disk_and_deleted_content_is_overwritten(ledger: Database) -> None:
    with ledger.reading() as session:
        found = {name: session.execute(sa.text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous", "secure_delete")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
