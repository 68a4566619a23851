"""An app's code is taken within a step of now, once; a recovery code once; and who has neither stays outside, however often they try."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.support.doors import House
from tests.support.ledger import clock_at, everything_in
from tests.support.people import LONG_ENOUGH, new_affiliate, new_link
from tribute.access.arrival import SecondFactorNeededError
from tribute.access.caller import WrongCredentialsError
from tribute.access.entrance import WRONG_CODES_A_DAY, StepOverError
from tribute.access.people import Person
from tribute.access.throttle import TooManyAttemptsError
from tribute.kit.errors import InvalidInputError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database


@pytest.fixture
def house(ledger: Database) -> Iterator[House]:
    made = House.over(ledger, clock_at())
    yield made
    made.doors.close()


@pytest.fixture
def ada(ledger: Database) -> Person:
    return new_affiliate(ledger, "ada")


def step_of(house: House, person: Person) -> str:
    """A second step, begun with a link."""
    with pytest.raises(SecondFactorNeededError) as needed:
        house.access.sign_in_with_link(new_link(house.ledger, person))
    return needed.value.step


def refusals(house: House, person: Person) -> int:
    with house.ledger.reading() as session:
        return Audit(session, house.clock).count("second_factor.refuse", (person.kind, person.id), house.clock.now() - timedelta(days=1))


def test_a_code_opens_the_session_that_a_link_did_not(house: House, ada: Person) -> None:
    secret, _ = house.app_of(ada)
    house.clock.at += timedelta(minutes=5)
    step = step_of(house, ada)
    assert house.access.caller_for_session(step) is None
    session = house.doors.entrance.finish(step, f" {house.code(secret)[:3]} {house.code(secret)[3:]} ")
    caller = house.access.caller_for_session(session)
    assert caller is not None
    assert caller.affiliate_id == ada.id


def test_a_password_needs_the_second_step_too(house: House, ada: Person) -> None:
    house.access.sign_in_with_link(new_link(house.ledger, ada), LONG_ENOUGH)
    house.app_of(ada)
    with pytest.raises(SecondFactorNeededError):
        house.access.sign_in_with_password("ada@example.com", LONG_ENOUGH)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(house: House, ada: Person, steps: int) -> None:
    secret, _ = house.app_of(ada)
    house.clock.at += timedelta(minutes=5)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish(step_of(house, ada), house.code(secret, steps=steps))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_is_taken_once_and_no_earlier_one_after_it(house: House, ada: Person, steps: int) -> None:
    secret, _ = house.app_of(ada)
    house.clock.at += timedelta(minutes=5)
    code = house.code(secret, steps=steps)
    house.doors.entrance.finish(step_of(house, ada), code)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish(step_of(house, ada), code)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish(step_of(house, ada), house.code(secret, steps=steps - 1))


def test_the_code_that_turned_the_app_on_is_used_up(house: House, ada: Person) -> None:
    secret, _ = house.app_of(ada)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish(step_of(house, ada), house.code(secret))


def test_a_recovery_code_works_once_however_it_is_typed(house: House, ada: Person) -> None:
    _, codes = house.app_of(ada)
    house.doors.entrance.finish(step_of(house, ada), codes[0].upper().replace("-", " "))
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish(step_of(house, ada), codes[0])
    bob = new_affiliate(house.ledger, "bob")
    house.app_of(bob)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish(step_of(house, bob), codes[1])


def test_a_step_ends_after_five_wrong_codes_and_its_person_is_told(house: House, ada: Person) -> None:
    secret, _ = house.app_of(ada)
    house.letters()
    house.clock.at += timedelta(minutes=5)
    step = step_of(house, ada)
    for _ in range(5):
        with pytest.raises(WrongCredentialsError):
            house.doors.entrance.finish(step, "000000")
    with pytest.raises(StepOverError):
        house.doors.entrance.finish(step, house.code(secret))
    assert refusals(house, ada) == 5
    [(to, letter)] = house.letters()
    assert to == "ada@example.com"
    assert "wrong codes" in letter.subject


def test_a_step_is_its_browsers_own_and_ends_after_ten_minutes(house: House, ada: Person) -> None:
    secret, _ = house.app_of(ada)
    step = step_of(house, ada)
    with pytest.raises(StepOverError):
        house.doors.entrance.finish("another browser's", house.code(secret))
    house.clock.at += timedelta(minutes=10)
    with pytest.raises(StepOverError):
        house.doors.entrance.finish(step, house.code(secret))


def test_guesses_from_one_place_wait_and_nobody_else_does(house: House, ada: Person) -> None:
    secret, _ = house.app_of(ada)
    house.clock.at += timedelta(minutes=5)
    step = step_of(house, ada)
    for _ in range(5):
        with pytest.raises(WrongCredentialsError):
            house.doors.entrance.finish(step, "000000", "203.0.113.9")
    with pytest.raises(TooManyAttemptsError):
        house.doors.entrance.finish(step_of(house, ada), "000000", "203.0.113.9")
    assert house.doors.entrance.finish(step_of(house, ada), house.code(secret), "198.51.100.7")


def test_a_crowd_of_guessers_stops_the_app_and_not_the_recovery_codes(house: House, ada: Person) -> None:
    secret, codes = house.app_of(ada)
    with house.ledger.session() as session:
        for _ in range(WRONG_CODES_A_DAY):
            Audit(session, house.clock).note("second_factor.refuse", ada.kind, ada.id, by=ada.id)
    house.clock.at += timedelta(minutes=5)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish(step_of(house, ada), house.code(secret))
    assert house.doors.entrance.finish(step_of(house, ada), codes[0])
    house.clock.at += timedelta(days=1)
    assert house.doors.entrance.finish(step_of(house, ada), house.code(secret))


def test_an_app_is_on_only_after_its_first_right_code(house: House, ada: Person) -> None:
    cookie = house.session(ada)
    secret = house.doors.own.begin_app(cookie).secret
    assert house.doors.own.begin_app(cookie).secret == secret
    with pytest.raises(InvalidInputError):
        house.doors.own.confirm_app(cookie, "000000")
    assert house.access.sign_in_with_link(new_link(house.ledger, ada))


def test_neither_secret_nor_codes_lie_in_the_ledger(house: House, ada: Person, ledger_url: str) -> None:
    secret, codes = house.app_of(ada)
    house.ledger.close()
    held = everything_in(ledger_url)
    assert ada.id.encode() in held
    assert secret.encode() not in held
    assert not any(spelled(code).encode() in held for code in codes for spelled in _spellings())


def _spellings() -> list[Callable[[str], str]]:
    return [str, lambda code: code.replace("-", "")]
