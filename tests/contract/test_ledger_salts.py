"""Daily salts, on every database that the ledger may live in: one a website and day for everybody, then gone."""

import multiprocessing
import threading
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.support.ledger import NOON, clock_at
from tribute.kit.errors import InvalidInputError, NotFoundError
from tribute.ledger.database import Database
from tribute.ledger.salts import SALT_BYTES, Salts
from tribute.ledger.websites import Websites

TODAY = NOON.date()


def new_website(ledger: Database, name: str = "a") -> str:
    with ledger.session() as session:
        return Websites(session, clock_at()).add(name, f"{name}.example").id


def salt_of(ledger: Database, website_id: str, day: date = TODAY, now: datetime = NOON) -> bytes:
    with ledger.session() as session:
        return Salts(session, clock_at(now)).salt(website_id, day)


def in_another_process(url: str, website_id: str, answers: "multiprocessing.Queue[bytes]") -> None:
    answers.put(salt_of(Database(url), website_id))


def test_a_salt_is_the_same_whoever_asks_and_another_for_each_website_and_day(ledger: Database) -> None:
    one, two = new_website(ledger, "a"), new_website(ledger, "b")
    first = salt_of(ledger, one)
    assert len(first) == SALT_BYTES
    assert salt_of(ledger, one) == first
    assert len({first, salt_of(ledger, two), salt_of(ledger, one, TODAY + timedelta(days=1))}) == 3


def test_threads_that_ask_at_once_get_one_salt(ledger: Database) -> None:
    website = new_website(ledger)
    start, answers = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        answers.append(salt_of(ledger, website))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


@pytest.mark.slow
def test_processes_that_ask_at_once_get_one_salt(ledger_url: str, ledger: Database) -> None:
    website, spawn = new_website(ledger), multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    processes = [spawn.Process(target=in_another_process, args=(ledger_url, website, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    assert {answers.get(timeout=60) for _ in processes} == {salt_of(ledger, website)}
    for process in processes:
        process.join(60)


def test_salts_are_gone_48_hours_after_their_day_began_and_are_not_made_again(ledger: Database) -> None:
    website = new_website(ledger)
    midnight = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
    salt_of(ledger, website, now=midnight)
    for now, deleted in ((midnight + timedelta(hours=48) - timedelta(microseconds=1), 0), (midnight + timedelta(hours=48), 1)):
        with ledger.session() as session:
            assert Salts(session, clock_at(now)).delete_expired() == deleted
    with pytest.raises(InvalidInputError, match="is deleted"):
        salt_of(ledger, website, now=midnight + timedelta(hours=48))


def test_an_unknown_website_has_no_salt(ledger: Database) -> None:
    with pytest.raises(NotFoundError):
        salt_of(ledger, "web_unknown")
    with ledger.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM cookieless_salts")).scalar_one() == 0
