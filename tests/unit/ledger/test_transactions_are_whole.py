"""A session commits at its end or leaves nothing; a reader sees one moment; times come back as they went in."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from tests.support.ledger import clock_at
from tribute.kit.clock import FixedClock
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database, DatabaseUnavailableError
from tribute.ledger.engines import port
from tribute.ledger.websites import Websites


@pytest.fixture
def other(ledger_url: str) -> Iterator[Database]:
    """The ledger as another process has it."""
    database = Database(ledger_url)
    yield database
    database.close()


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


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(ledger: Database, other: Database) -> None:
    with ledger.reading() as session:
        assert Websites(session, clock_at()).all() == []
        with other.session() as writing:
            Websites(writing, clock_at()).add("A", "a.example")
        assert Websites(session, clock_at()).all() == []


def test_what_a_reader_writes_is_refused_or_not_kept(ledger: Database) -> None:
    with suppress(DatabaseUnavailableError), ledger.reading() as session:
        Websites(session, clock_at()).add("A", "a.example")
    with ledger.reading() as session:
        assert Websites(session, clock_at()).all() == []


def test_a_writer_waits_for_the_one_before_and_sees_its_work(ledger: Database, other: Database) -> None:
    """What a writer has read stays true until it commits: two who look first and then add cannot both find nothing."""
    looked, seen = threading.Event(), list[int]()

    def second() -> None:
        looked.wait(10)
        with other.session() as session:
            seen.append(len(Websites(session, clock_at()).all()))

    thread = threading.Thread(target=second)
    thread.start()
    with ledger.session() as session:
        assert Websites(session, clock_at()).all() == []
        looked.set()
        thread.join(0.2)
        Websites(session, clock_at()).add("A", "a.example")
    thread.join(10)
    assert seen == [1]


@pytest.mark.parametrize("hurried", [False, True])
def test_a_second_writer_gives_up_with_a_sentence(
    ledger: Database, other: Database, monkeypatch: pytest.MonkeyPatch, *, hurried: bool
) -> None:
    if not hurried:
        monkeypatch.setattr(port, "BUSY_SECONDS", 0.05)
    with ledger.session() as writing:
        Websites(writing, clock_at()).add("A", "a.example")
        with pytest.raises(DatabaseUnavailableError, match="busy"), other.session(hurried=hurried) as session:
            Websites(session, clock_at()).add("B", "b.example")
    with other.session(hurried=hurried) as session:
        Websites(session, clock_at()).add("B", "b.example")


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
        session.execute(sa.text("INSERT INTO affiliate_codes VALUES ('ada', 'nobody', '2026-01-01 00:00:00', true)"))
