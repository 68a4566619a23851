"""Several processes at once on one ledger: an order is taken in once, decided once, approved once, and the books hold."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest

from tests.support.money import MoneyWorld
from tribute.attribution.intake import Taken
from tribute.attribution.order_form import ConversionTold, CustomerTold, RefundTold
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.ledger.database import Database
from tribute.ledger.proof import prove
from tribute.ledger.rules.terms import Cap, Rule

T = TypeVar("T")
WORKERS = 4


@contextmanager
def workers(ledger_url: str, *rules: Rule) -> Iterator[list[MoneyWorld]]:
    """Worlds on one ledger, each with connections of its own, as processes have; the first has made a program and an affiliate."""
    worlds = [MoneyWorld(Database(ledger_url)) for _ in range(WORKERS)]
    worlds[0].program(*rules)
    worlds[0].affiliate("ada")
    for world in worlds:
        world.websites, world.affiliates = worlds[0].websites, worlds[0].affiliates
    try:
        yield worlds
        with worlds[0].database.reading() as session:
            assert prove(session).faults == ()
    finally:
        for world in worlds:
            world.database.close()


def at_once(calls: list[Callable[[], T]]) -> list[T | Exception]:
    """What each call gave, or what it raised; all begin together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        barrier.wait(10)
        try:
            return call()
        except Exception as error:  # noqa: BLE001 -- which of them fails, and how, is what is looked at
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def order(external_id: str = "order-1", amount: int = 10_000, email: str | None = None) -> ConversionTold:
    return ConversionTold(
        website="course.example",
        external_id=external_id,
        amount_minor=amount,
        currency="USD",
        affiliate_code="ada",
        customer=CustomerTold(email=email) if email else None,
    )


@pytest.fixture
def world_of(ledger_url: str) -> Iterator[list[MoneyWorld]]:
    with workers(ledger_url) as worlds:
        yield worlds


def test_the_same_order_told_at_once_is_one_conversion(world_of: list[MoneyWorld]) -> None:
    for number in range(5):
        told = order(f"order-{number}", email=f"new-{number}@example.com")
        answers = at_once([lambda world=world, told=told: world.intake.conversion(told, by="tests") for world in world_of])
        taken = [one for one in answers if isinstance(one, Taken)]
        assert len(taken) == WORKERS, answers
        assert len({one.conversion_id for one in taken}) == 1
        assert [one.is_new for one in taken].count(True) == 1


def test_of_different_orders_under_one_id_one_is_taken(world_of: list[MoneyWorld]) -> None:
    tellings = [order(amount=10_000 + number) for number in range(WORKERS)]
    calls = [
        lambda world=world, told=told: world.intake.conversion(told, by="tests") for world, told in zip(world_of, tellings, strict=True)
    ]
    answers = at_once(calls)
    assert sorted(type(one).__name__ for one in answers) == ["ConflictError"] * (WORKERS - 1) + ["Taken"]
    assert all("external_id" in str(one) for one in answers if isinstance(one, ConflictError))


def test_orders_of_one_new_customer_told_at_once_have_one_customer(world_of: list[MoneyWorld]) -> None:
    calls = [
        lambda world=world, number=number: world.intake.conversion(order(f"order-{number}", email="new@example.com"), by="tests")
        for number, world in enumerate(world_of)
    ]
    ids = [one.conversion_id for one in at_once(calls) if isinstance(one, Taken)]
    assert len(ids) == WORKERS
    assert len({world_of[0].conversion(one).facts.customer_id for one in ids}) == 1


def test_refunds_told_at_once_give_back_no_more_than_was_paid(world_of: list[MoneyWorld]) -> None:
    paid = world_of[0].order(amount=10_000, affiliate_code="ada")
    calls = [
        lambda world=world, number=number: world.intake.refund(
            paid, RefundTold(external_id=f"refund-{number}", amount_minor=6_000), by="tests"
        )
        for number, world in enumerate(world_of)
    ]
    answers = at_once(calls)
    assert sorted(type(one).__name__ for one in answers) == ["InvalidInputError"] * (WORKERS - 1) + ["Taken"]
    assert {one.field for one in answers if isinstance(one, InvalidInputError)} == {"amount_minor"}
    world_of[0].desk.decide_due()
    assert world_of[0].balance("ada").pending_minor == 2_000


def test_workers_that_decide_at_once_book_nothing_twice(world_of: list[MoneyWorld]) -> None:
    ids = [world_of[0].order(f"order-{number}", amount=1_000, decide=False, affiliate_code="ada") for number in range(60)]
    answers = at_once([world.desk.decide_due for world in world_of])
    assert sum(one for one in answers if isinstance(one, int)) >= len(ids), answers
    assert world_of[0].balance("ada").pending_minor == 60 * 500
    assert {len(world_of[0].decisions(one)) for one in ids} == {1}


@pytest.mark.slow
def test_workers_that_decide_while_orders_come_in_respect_a_cap(ledger_url: str) -> None:
    """What one order earns rests on those before it, whoever decided them."""
    with workers(ledger_url, Rule(percent="50", cap=Cap(5_000, "month"))) as worlds:

        def tell(world: MoneyWorld, number: int) -> None:
            for index in range(5):
                world.order(f"order-{number}-{index}", amount=1_000, affiliate_code="ada")

        assert at_once([lambda world=world, number=number: tell(world, number) for number, world in enumerate(worlds)]) == [None] * WORKERS
        worlds[0].desk.decide_due()
        assert worlds[0].balance("ada").pending_minor == 5_000


def test_workers_that_approve_and_decide_at_once_move_each_commission_once(world_of: list[MoneyWorld]) -> None:
    first = world_of[0]
    ids = [first.order(f"order-{number}", amount=1_000, affiliate_code="ada") for number in range(30)]
    for world in world_of:
        world.clock.at = first.clock.at + timedelta(days=31)
    for number, conversion_id in enumerate(ids[:10]):
        first.intake.refund(conversion_id, RefundTold(external_id=f"refund-{number}", amount_minor=500), by="tests")
    approved = at_once([world.desk.approve_due if number % 2 else world.desk.decide_due for number, world in enumerate(world_of)])
    assert all(isinstance(one, int) for one in approved), approved
    assert sum(one for one in approved[1::2] if isinstance(one, int)) == 30
    assert (first.balance("ada").pending_minor, first.balance("ada").approved_minor) == (0, 30 * 500 - 10 * 250)
