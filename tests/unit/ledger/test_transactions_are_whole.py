"""A session commits at its end or leaves nothing; a reader sees one moment; times come back as they went in."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.ledger import clock_at, sqlite_url
from tribute.kit.clock import FixedClock
from tribute.ledger import database as database_module
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database, DatabaseUnavailableError
from tribute.ledger.websites import Websites


def test_an_error_in_a_session_undoes_all_of_it(ledger: Database) -> None:
    def fail_at_the_end() -> None:
        with ledger.session() as session:
            Websites(session, clock_at()).add("A", "a.example")
            Affiliates(session, clock_at()).add("Ada", "ada@example.com", "ada")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_at_the_end()
    with ledger.reading() as session:
        assert Websites(session, clock_at()).all() == []
        assert Affiliates(session, clock_at()).code_history() == []


def test_a_reader_is_not_held_up_by_a_writer_and_does_not_see_its_unfinished_work(ledger: Database) -> None:
    with ledger.session() as writing:
        Websites(writing, clock_at()).add("A", "a.example")
        with ledger.reading() as session:
            assert Websites(session, clock_at()).all() == []


def test_a_second_writer_gives_up_with_a_sentence(tmp_path: Path, ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    impatient = Database(sqlite_url(tmp_path / "tribute.db"))
    with ledger.session() as writing:
        Websites(writing, clock_at()).add("A", "a.example")
        with pytest.raises(DatabaseUnavailableError, match="busy"), impatient.session() as session:
            Websites(session, clock_at()).add("B", "b.example")
    impatient.close()


def test_times_keep_microseconds_and_come_back_in_utc(ledger: Database) -> None:
    at = datetime(2026, 3, 29, 2, 30, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with ledger.session() as session:
        Websites(session, FixedClock(at)).add("A", "a.example")
    with ledger.reading() as session:
        (website,) = Websites(session, clock_at()).all()
    assert website.created_at == at
    assert website.created_at.tzinfo is UTC


def test_foreign_keys_are_enforced(ledger: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), ledger.session() as session:
        session.execute(sa.text("INSERT INTO affiliate_codes VALUES ('ada', 'nobody', '2026-01-01 00:00:00', 1)"))


def test_a_commit_is_synced_to_disk_and_deleted_content_is_overwritten(ledger: Database) -> None:
    with ledger.reading() as session:
        found = {name: session.execute(sa.text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous", "secure_delete")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
