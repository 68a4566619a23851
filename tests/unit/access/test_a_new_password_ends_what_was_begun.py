"""A new password takes along whatever was begun on the way in before it, by whoever began it, and is no sign-in itself."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.doors import House
from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_affiliate, new_link
from tribute.access.arrival import SecondFactorNeededError
from tribute.access.entrance import StepOverError
from tribute.access.own_doors import FRESH_FOR, NotFreshError
from tribute.access.people import Person
from tribute.access.secrets import secret_hash
from tribute.ledger.database import Database
from tribute.ledger.own import EmailChanges

NEW = "another horse, another battery"


@pytest.fixture
def house(ledger: Database) -> Iterator[House]:
    made = House.over(ledger, clock_at())
    yield made
    made.doors.close()


@pytest.fixture
def ada(house: House) -> Person:
    person = new_affiliate(house.ledger, "ada")
    house.access.sign_in_with_link(new_link(house.ledger, person), LONG_ENOUGH)
    return person


@pytest.fixture
def waiting(house: House, ada: Person) -> str:
    """The token of a new address that somebody asked for."""
    with house.ledger.session() as session:
        EmailChanges(session, house.clock).put(ada.kind, ada.id, "eve@example.com", secret_hash("token"), timedelta(days=1))
    return "token"


def is_waiting(house: House, token: str) -> bool:
    with house.ledger.reading() as session:
        return EmailChanges(session, house.clock).with_token(secret_hash(token)) is not None


def test_a_second_step_begun_with_the_old_one_is_over(house: House, ada: Person) -> None:
    secret, _ = house.app_of(ada)
    with pytest.raises(SecondFactorNeededError) as begun:
        house.access.sign_in_with_password("ada@example.com", LONG_ENOUGH)
    with pytest.raises(SecondFactorNeededError) as own:
        house.access.sign_in_with_link(new_link(house.ledger, ada), NEW)
    with pytest.raises(StepOverError):
        house.doors.entrance.finish(begun.value.step, house.code(secret, steps=1))
    assert house.doors.entrance.finish(own.value.step, house.code(secret, steps=1))


def test_an_address_that_waits_is_forgotten_when_a_link_sets_it(house: House, ada: Person, waiting: str) -> None:
    house.access.sign_in_with_link(new_link(house.ledger, ada), NEW)
    assert not is_waiting(house, waiting)


def test_an_address_that_waits_is_forgotten_when_its_person_sets_it(house: House, ada: Person, waiting: str) -> None:
    house.doors.own.change_password(house.session(ada), LONG_ENOUGH, NEW)
    assert not is_waiting(house, waiting)


def test_the_old_one_is_no_way_around_the_second_step(house: House, ada: Person) -> None:
    """Whoever has an open browser and the password, but not the app, does not take the app away."""
    house.app_of(ada)
    cookie = house.session(ada)
    house.clock.at += FRESH_FOR
    kept = house.doors.own.change_password(cookie, LONG_ENOUGH, NEW)
    with pytest.raises(NotFreshError):
        house.doors.own.remove_app(kept)


def test_whoever_had_another_one_is_told_and_a_newcomer_is_not(house: House, ada: Person) -> None:
    bob = new_affiliate(house.ledger, "bob")
    for person in (ada, bob):
        house.access.sign_in_with_link(new_link(house.ledger, person), NEW, house.doors.post)
    assert [(to, letter.subject) for to, letter in house.letters()] == [("ada@example.com", "Your password was changed at tribute.example")]
