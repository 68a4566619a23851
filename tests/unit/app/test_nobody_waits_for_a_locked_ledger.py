"""While another process writes to the ledger, the event loop goes on: write keys, owners' tokens and salts are answered at once."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TypeVar

import psycopg
import pytest
import sqlalchemy as sa

from tests.support.ledger import NOON, clock_at
from tests.support.people import new_affiliate, new_link
from tribute.access.caller import Caller
from tribute.access.door import Access
from tribute.access.tokens import Tokens
from tribute.app.collector_ledger import LedgerSalts, LedgerSources
from tribute.collector.port import LedgerUnavailableError, NotLookedUpError
from tribute.ledger.database import Database
from tribute.ledger.websites import WebsiteRecord, Websites

AT_ONCE = 6.0
"""Seconds; a transaction that waits for a lock waits for ten."""
TODAY, TOMORROW = NOON.date(), NOON.date() + timedelta(days=1)


@pytest.fixture
def other(ledger_url: str) -> Iterator[Database]:
    """The ledger as another process has it."""
    database = Database(ledger_url)
    yield database
    database.close()


@pytest.fixture(autouse=True)
def _quick(ledger: Database) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < AT_ONCE


T = TypeVar("T")


def looked_up(ask: Callable[[], T]) -> T:
    """The answer as the collector's door gets it: out of memory, or after one look in a thread."""
    try:
        return ask()
    except NotLookedUpError as unknown:
        unknown.look()
        return ask()


def add_website(ledger: Database, name: str = "course") -> WebsiteRecord:
    with ledger.session() as session:
        return Websites(session, clock_at()).add(name, f"{name}.example")


def test_salts_of_today_and_tomorrow_are_there_while_the_ledger_is_locked(ledger: Database, other: Database) -> None:
    website = add_website(ledger)
    salts = LedgerSalts(ledger, clock_at())
    salts.make_ahead()
    with other.session() as writing:
        writing.execute(sa.text("SELECT 1"))
        assert len({salts.salt(website.id, TODAY), salts.salt(website.id, TOMORROW)}) == 2


def test_a_salt_that_is_not_there_is_wanted_and_nobody_waits_for_it(ledger: Database, other: Database) -> None:
    salts = LedgerSalts(ledger, clock_at())
    salts.make_ahead()
    website = add_website(ledger)
    with other.session() as writing:
        writing.execute(sa.text("SELECT 1"))
        with pytest.raises(LedgerUnavailableError):
            salts.salt(website.id, TODAY)
    assert salts.wanted.is_set()
    salts.make_ahead()
    assert len(salts.salt(website.id, TODAY)) >= 16


def test_salts_that_are_made_are_read_without_the_lock(ledger: Database, other: Database) -> None:
    website = add_website(ledger)
    first = LedgerSalts(ledger, clock_at())
    first.make_ahead()
    again = LedgerSalts(ledger, clock_at())
    with other.session() as writing:
        writing.execute(sa.text("SELECT 1"))
        again.make_ahead()
    assert again.salt(website.id, TODAY) == first.salt(website.id, TODAY)


def test_an_owners_token_is_known_and_its_use_noted_later(ledger: Database, other: Database) -> None:
    with ledger.session() as session:
        _, token = Tokens(session, clock_at()).add()
    sources = LedgerSources(ledger, Access(ledger, clock_at()), clock_at())
    with other.session() as writing:
        writing.execute(sa.text("SELECT 1"))
        assert looked_up(lambda: sources.is_owner_token(token))
    sources.note_uses()
    with ledger.reading() as session:
        assert [one.last_used_at for one in Tokens(session, clock_at()).all()] == [NOON]


def test_notes_of_who_was_seen_are_dropped(ledger: Database, other: Database) -> None:
    ada = new_affiliate(ledger, "ada")
    with ledger.session() as session:
        _, token = Tokens(session, clock_at()).add(ada.id)
    cookie = Access(ledger, clock_at()).sign_in_with_link(new_link(ledger, ada))
    access = Access(ledger, clock_at(NOON + timedelta(hours=1)))
    with other.session() as writing:
        writing.execute(sa.text("SELECT 1"))
        assert access.caller_for_session(cookie) == Caller.of_affiliate(ada.id)
        assert access.caller_for_token(token) == Caller.of_affiliate(ada.id)
    with ledger.reading() as session:
        assert [one.last_used_at for one in Tokens(session, clock_at()).all()] == [None]


def test_a_ledger_that_keeps_even_readers_out_is_unavailable_at_once(ledger_url: str, ledger: Database) -> None:
    website = add_website(ledger)
    ledger.close()
    sources = LedgerSources(ledger, Access(ledger, clock_at()), clock_at())
    with kept_out(ledger_url), pytest.raises(LedgerUnavailableError, match="busy"):
        looked_up(lambda: sources.by_write_key(website.write_key))


@contextmanager
def kept_out(url: str) -> Iterator[None]:
    """Keep readers out as a repair, or a migration, does."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as repairing:
            repairing.execute("PRAGMA locking_mode = EXCLUSIVE")
            repairing.execute("BEGIN EXCLUSIVE")
            yield
        return
    with psycopg.connect(url.replace("+psycopg", "")) as migrating:
        migrating.execute("LOCK TABLE websites IN ACCESS EXCLUSIVE MODE")
        yield
