"""Joining, on each database and by several processes at once: one code has one holder, one form counts once, an answer is given once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest

from tests.support.money import MoneyWorld
from tribute.access.caller import Caller, Role
from tribute.kit.errors import ConflictError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.applications import Application
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs
from tribute.ledger.rules.sign_up import FormProblemsError, Question
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.rules.terms_checked import checked_terms
from tribute.office.joining import Told
from tribute.office.office import Office
from tribute.office.sign_ups import SignUpChange
from tribute.reports.joining import JoiningReports

OWNER = Caller(Role.OWNER, "own_00000000000000000000")
WORKERS = 4
T = TypeVar("T")


@contextmanager
def offices(ledger_url: str) -> Iterator[list[tuple[MoneyWorld, Office]]]:
    """Offices on one ledger with a published page, each with connections of its own, as processes have."""
    worlds = [MoneyWorld(Database(ledger_url)) for _ in range(WORKERS)]
    made = [(world, Office.over(world.database, world.clock, world.desk)) for world in worlds]
    try:
        terms = checked_terms(Terms(currency="USD", rules=(Rule(percent="50"),), by_approval=True))
        with worlds[0].database.session() as session:
            Programs(session, worlds[0].clock).add("Partners", terms, by="tests")
        questions = (Question("Why?"), Question("Which?", kind="choice", choices=("A", "B")))
        made[0][1].sign_ups.change(OWNER, "Partners", SignUpChange(is_published=True, questions=questions))
        yield made
    finally:
        for world in worlds:
            world.database.close()


def told(world: MoneyWorld, **others: object) -> Told:
    terms_id = JoiningReports(world.database, world.clock).offer("partners").terms_id
    ada = Told("Ada", "ada@x.example", "ada", "My blog", {0: "\u05e9\u05dc\u05d5\u05dd", 1: "B"}, terms_id, "once")
    return replace(ada, **others)  # type: ignore[arg-type]


def at_once(calls: list[Callable[[], T]]) -> list[T | Exception]:
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        barrier.wait(10)
        try:
            return call()
        except Exception as error:  # noqa: BLE001 -- which of them fails, and how, is what is looked at
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def waiting(world: MoneyWorld) -> list[Application]:
    return [one.record for one in JoiningReports(world.database, world.clock).applications(OWNER, "waiting", search="ADA").items]


@pytest.fixture
def made(ledger: Database, ledger_url: str) -> Iterator[list[tuple[MoneyWorld, Office]]]:
    ledger.close()  # migrated; everybody opens it anew
    with offices(ledger_url) as opened:
        yield opened


def test_one_code_has_one_holder(made: list[tuple[MoneyWorld, Office]]) -> None:
    world = made[0][0]
    forms = [told(world, email=f"ada{number}@x.example", once=str(number)) for number in range(WORKERS)]
    came = at_once(
        [lambda office=office, form=form: office.joining.apply("partners", form) for (_, office), form in zip(made, forms, strict=True)]
    )
    assert [type(one) for one in came].count(FormProblemsError) == WORKERS - 1
    [kept] = waiting(world)
    assert [one.answer for one in kept.answers] == ["\u05e9\u05dc\u05d5\u05dd", "B"]


def test_one_form_counts_once_and_is_answered_once(made: list[tuple[MoneyWorld, Office]]) -> None:
    world, form = made[0][0], told(made[0][0])
    assert at_once([lambda office=office: office.joining.apply("partners", form) for _, office in made]) == [None] * WORKERS
    [kept] = waiting(world)
    answers = at_once([lambda office=office: office.applications.approve(OWNER, kept.id) for _, office in made])
    assert [type(one) for one in answers].count(ConflictError) == WORKERS - 1
    with world.database.reading() as session:
        [ada] = Affiliates(session, world.clock).page(search="ADA@x").items
        assert Affiliates(session, world.clock).page(search="_").items == ()
    assert ada.code == "ada"
