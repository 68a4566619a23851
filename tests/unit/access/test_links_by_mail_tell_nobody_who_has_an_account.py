"""Whoever asks for a link gets the same answer; only the mailbox of an account gets a letter, a few of them, and never another's."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.doors import PLACE, House
from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_affiliate, new_owner
from tribute.access.arrival import SecondFactorNeededError
from tribute.access.caller import WrongCredentialsError
from tribute.access.links import LinkPurpose
from tribute.access.throttle import TooManyAttemptsError
from tribute.kit.errors import InvalidInputError
from tribute.ledger.database import Database


@pytest.fixture
def house(ledger: Database) -> Iterator[House]:
    made = House.over(ledger, clock_at())
    yield made
    made.doors.close()


def token_in(text: str) -> str:
    found = re.search(rf"{re.escape(PLACE)}/sign-in/([\w-]+)", text)
    assert found is not None
    return found[1]


def asked(house: House, email: str) -> str:
    """The token of the link that was mailed."""
    house.doors.mailed.ask_to_sign_in(email)
    [(_, letter)] = house.letters()
    assert token_in(letter.text) == token_in(letter.html)
    return token_in(letter.text)


def test_a_link_signs_in_once_within_a_quarter_of_an_hour(house: House) -> None:
    new_affiliate(house.ledger, "ada")
    first, second = asked(house, " ADA@example.com"), asked(house, "ada@example.com")
    assert house.access.sign_in_with_link(first)
    with pytest.raises(WrongCredentialsError):
        house.access.sign_in_with_link(first)
    house.clock.at += timedelta(minutes=15)
    with pytest.raises(WrongCredentialsError):
        house.access.sign_in_with_link(second)


def test_one_of_the_team_signs_in_by_mail_without_a_new_password(house: House) -> None:
    new_owner(house.ledger)
    assert house.access.sign_in_with_link(asked(house, "owner@example.com"))


def test_a_reset_sets_a_new_password_and_ends_what_was_open(house: House) -> None:
    ada = new_affiliate(house.ledger, "ada")
    open_before, mailed_before = house.session(ada), asked(house, "ada@example.com")
    house.doors.mailed.ask_to_reset("ada@example.com")
    [(_, letter)] = house.letters()
    token = token_in(letter.text)
    with pytest.raises(InvalidInputError):
        house.access.sign_in_with_link(token)
    house.access.sign_in_with_link(token, LONG_ENOUGH)
    assert house.access.caller_for_session(open_before) is None
    assert house.access.link_for(mailed_before) is None
    assert house.access.sign_in_with_password("ada@example.com", LONG_ENOUGH)


def test_a_mailed_link_goes_past_no_second_step(house: House) -> None:
    ada = new_affiliate(house.ledger, "ada")
    house.app_of(ada)
    house.letters()
    with pytest.raises(SecondFactorNeededError):
        house.access.sign_in_with_link(asked(house, "ada@example.com"))


def test_an_unknown_address_is_answered_alike_and_written_to_by_nobody(house: House) -> None:
    for email in ("nobody@example.com", "", "x" * 9_000, "ada@example.com\r\nBcc: eve@evil.test", "\x00", "\ud800"):
        house.doors.mailed.ask_to_sign_in(email)
        house.doors.mailed.ask_to_reset(email)
    assert house.letters() == []


def test_a_mailbox_is_not_filled_and_its_links_stay_good(house: House) -> None:
    new_affiliate(house.ledger, "ada")
    for _ in range(50):
        house.doors.mailed.ask_to_sign_in("ada@example.com")
    letters = house.letters()
    assert len(letters) == 3
    assert all(house.access.link_for(token_in(letter.text)) for _, letter in letters)
    house.clock.at += timedelta(minutes=15)
    assert asked(house, "ada@example.com")


def test_who_asks_all_the_time_waits_whoever_they_ask_about(house: House) -> None:
    new_affiliate(house.ledger, "ada")
    for number in range(20):
        house.doors.mailed.ask_to_sign_in(f"guess{number}@example.com", "203.0.113.9")
    with pytest.raises(TooManyAttemptsError):
        house.doors.mailed.ask_to_sign_in("ada@example.com", "203.0.113.9")
    house.doors.mailed.ask_to_sign_in("ada@example.com", "198.51.100.7")
    assert len(house.letters()) == 1


def test_without_a_mail_server_nothing_is_made(ledger: Database) -> None:
    house = House.over(ledger, clock_at(), mails=False)
    new_affiliate(ledger, "ada")
    house.doors.mailed.ask_to_sign_in("ada@example.com")
    assert not house.doors.mailed.are_sent
    assert house.letters() == []
    house.doors.close()


def test_what_a_link_is_for_is_known(house: House) -> None:
    new_affiliate(house.ledger, "ada")
    shown = house.access.link_for(asked(house, "ada@example.com"))
    assert shown is not None
    assert shown.purpose is LinkPurpose.MAILED_SIGN_IN
