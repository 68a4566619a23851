"""Guessing has to wait longer and longer, and nobody is kept out by a stranger's guesses."""

from datetime import timedelta

import pytest

from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_affiliate, new_link
from tribute.access.caller import Caller, WrongCredentialsError
from tribute.access.door import Access
from tribute.access.throttle import FREE_ATTEMPTS, FREE_ATTEMPTS_OF_AN_ADDRESS, Throttle, TooManyAttemptsError
from tribute.ledger.database import Database

ADA, STRANGER, HOME = "ada@example.com", "203.0.113.9", "198.51.100.7"


def guesses_until_waiting(throttle: Throttle, email: str, client: str | None) -> int:
    for count in range(1000):
        try:
            throttle.admit(email, client)
        except TooManyAttemptsError:
            return count
    raise AssertionError("never had to wait")


def test_waiting_doubles_up_to_a_minute(ledger: Database) -> None:
    clock = clock_at()
    throttle = Throttle(clock)
    assert guesses_until_waiting(throttle, ADA, STRANGER) == FREE_ATTEMPTS
    waits = []
    for _ in range(9):
        with pytest.raises(TooManyAttemptsError) as told:
            throttle.admit(ADA, STRANGER)
        waits.append(told.value.retry_after)
        clock.at += timedelta(seconds=told.value.retry_after)
        throttle.admit(ADA, STRANGER)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_strangers_guesses_do_not_keep_the_person_out(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    access.sign_in_with_link(new_link(ledger, ada), LONG_ENOUGH)
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(WrongCredentialsError):
            access.sign_in_with_password(ADA, "a wrong password", STRANGER)
    with pytest.raises(TooManyAttemptsError, match="try again in 1 seconds"):
        access.sign_in_with_password(ADA, LONG_ENOUGH, STRANGER)
    assert access.caller_for_session(access.sign_in_with_password(ADA, LONG_ENOUGH, HOME)) == Caller.of_affiliate(ada.id)


def test_a_right_password_makes_earlier_mistakes_forgotten(ledger: Database) -> None:
    throttle = Throttle(clock_at())
    for _ in range(3):
        for _ in range(FREE_ATTEMPTS):
            throttle.admit(ADA, HOME)
        throttle.succeeded(ADA, HOME)
    throttle.admit(ADA, HOME)


def test_an_address_that_guesses_at_many_people_waits_too() -> None:
    throttle = Throttle(clock_at())
    for number in range(FREE_ATTEMPTS_OF_AN_ADDRESS):
        throttle.admit(f"{number}@example.com", STRANGER)
    with pytest.raises(TooManyAttemptsError):
        throttle.admit("one-more@example.com", STRANGER)
    throttle.admit("one-more@example.com", HOME)


def test_a_v6_network_counts_as_one_address() -> None:
    throttle = Throttle(clock_at())
    for number in range(FREE_ATTEMPTS):
        throttle.admit(ADA, f"2001:db8::{number}")
    with pytest.raises(TooManyAttemptsError):
        throttle.admit(ADA, "2001:db8::ffff")
    throttle.admit(ADA, "2001:db8:0:1::1")


def test_a_quarter_of_an_hour_forgets() -> None:
    clock = clock_at()
    throttle = Throttle(clock)
    guesses_until_waiting(throttle, ADA, None)
    clock.at += timedelta(minutes=15)
    assert guesses_until_waiting(throttle, ADA, None) == FREE_ATTEMPTS


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tribute.access.throttle._KEPT", 100)
    throttle = Throttle(clock_at())
    for number in range(1000):
        throttle.admit(f"{number}@example.com", f"10.0.{number // 250}.{number % 250}")
    assert len(throttle._failures) == 100
