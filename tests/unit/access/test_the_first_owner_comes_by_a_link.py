"""A home that nobody owns is taken by its link, once; from then on there is no such link."""

from collections.abc import Iterator

import pytest

from tests.support.doors import House
from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_owner
from tribute.access.caller import Role, WrongCredentialsError
from tribute.kit.errors import InvalidInputError
from tribute.ledger.database import Database


@pytest.fixture
def house(ledger: Database) -> Iterator[House]:
    made = House.over(ledger, clock_at())
    yield made
    made.doors.close()


def come_in(house: House, token: str, **other: str) -> str:
    told = {"name": "Olga", "email": "olga@example.com", "password": LONG_ENOUGH} | other
    return house.doors.first_owner.come_in(token, **told)


def test_it_makes_an_owner_who_is_signed_in(house: House) -> None:
    token = house.doors.first_owner.new_link()
    assert token is not None
    caller = house.access.caller_for_session(come_in(house, token))
    assert caller is not None
    assert caller.role is Role.OWNER
    assert house.access.sign_in_with_password("olga@example.com", LONG_ENOUGH)
    with pytest.raises(WrongCredentialsError):
        come_in(house, token, email="eve@example.com")
    assert house.doors.first_owner.new_link() is None


@pytest.mark.parametrize("wrong", [{"name": " "}, {"email": "olga"}, {"password": "short"}])
def test_a_mistake_leaves_the_link_good(house: House, wrong: dict[str, str]) -> None:
    token = house.doors.first_owner.new_link() or ""
    with pytest.raises(InvalidInputError):
        come_in(house, token, **wrong)
    assert house.doors.first_owner.is_open(token)


def test_an_owner_who_came_otherwise_closes_it(house: House) -> None:
    token = house.doors.first_owner.new_link() or ""
    new_owner(house.ledger)
    assert not house.doors.first_owner.is_open(token)
    with pytest.raises(WrongCredentialsError):
        come_in(house, token)


def test_a_new_start_takes_the_earlier_link_away(house: House) -> None:
    first, second = house.doors.first_owner.new_link() or "", house.doors.first_owner.new_link() or ""
    assert not house.doors.first_owner.is_open(first)
    assert house.doors.first_owner.is_open(second)
    assert house.access.link_for(second) is None
