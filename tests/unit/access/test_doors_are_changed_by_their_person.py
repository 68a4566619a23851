"""Who changes the way into an account is its person, signed in a moment ago; it is written down, told by mail, and ends what was open."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.doors import House
from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_affiliate, new_link
from tribute.access.caller import WrongCredentialsError
from tribute.access.own_doors import FRESH_FOR, NotFreshError
from tribute.access.people import Person
from tribute.access.resetting import reset_second_factors
from tribute.access.throttle import TooManyAttemptsError
from tribute.kit.errors import InvalidInputError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database

NEW = "another horse, another battery"


@pytest.fixture
def house(ledger: Database) -> Iterator[House]:
    made = House.over(ledger, clock_at())
    yield made
    made.doors.close()


@pytest.fixture
def ada(house: House) -> Person:
    """With a password."""
    person = new_affiliate(house.ledger, "ada")
    house.access.sign_in_with_link(new_link(house.ledger, person), LONG_ENOUGH)
    return person


def test_a_new_password_takes_the_old_one_and_ends_all_other_sessions(house: House, ada: Person) -> None:
    cookie, other, link = house.session(ada), house.session(ada), new_link(house.ledger, ada)
    kept = house.doors.own.change_password(cookie, LONG_ENOUGH, NEW)
    assert house.access.caller_for_session(kept) is not None
    assert house.access.caller_for_session(cookie) is None
    assert house.access.caller_for_session(other) is None
    assert house.access.link_for(link) is None
    assert house.access.sign_in_with_password("ada@example.com", NEW)
    assert [letter.subject for _, letter in house.letters()] == ["Your password was changed at tribute.example"]


def test_a_wrong_old_password_changes_nothing_and_is_slowed_down(house: House, ada: Person) -> None:
    cookie = house.session(ada)
    for _ in range(5):
        with pytest.raises(InvalidInputError, match="old_password"):
            house.doors.own.change_password(cookie, "a guess of someone", NEW, "203.0.113.9")
    with pytest.raises(TooManyAttemptsError):
        house.doors.own.change_password(cookie, LONG_ENOUGH, NEW, "203.0.113.9")
    assert house.access.sign_in_with_password("ada@example.com", LONG_ENOUGH)


def test_who_has_no_password_sets_the_first_one_freshly_signed_in(house: House) -> None:
    bob = new_affiliate(house.ledger, "bob")
    old = house.session(bob)
    house.clock.at += FRESH_FOR
    fresh = house.session(bob)
    with pytest.raises(NotFreshError):
        house.doors.own.change_password(old, "", NEW)
    assert house.doors.own.change_password(fresh, "", NEW)


CHANGES: list[Callable[[House, str], object]] = [
    lambda house, cookie: house.doors.own.begin_app(cookie),
    lambda house, cookie: house.doors.own.confirm_app(cookie, "000000"),
    lambda house, cookie: house.doors.own.remove_app(cookie),
    lambda house, cookie: house.doors.own.renew_recovery_codes(cookie),
    lambda house, cookie: house.doors.own.begin_passkey(cookie),
    lambda house, cookie: house.doors.own.add_passkey(cookie, "{}", "x"),
    lambda house, cookie: house.doors.own.remove_passkey(cookie, "psk_00000000000000000000"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_factors_are_changed_within_ten_minutes_of_signing_in(house: House, ada: Person, change: Callable[[House, str], object]) -> None:
    cookie = house.session(ada)
    house.clock.at += FRESH_FOR
    with pytest.raises(NotFreshError):
        change(house, cookie)
    with pytest.raises(WrongCredentialsError):
        change(house, "nobody's")


def test_every_change_is_written_down_and_told(house: House, ada: Person) -> None:
    house.app_of(ada)
    cookie = house.session(ada)
    house.doors.own.renew_recovery_codes(cookie)
    house.doors.own.remove_app(cookie)
    with house.ledger.reading() as session:
        noted = [record.action for record in Audit(session, house.clock).page(subject=(ada.kind, ada.id)).items]
    wanted = {"authenticator.add", "recovery_codes.renew", "authenticator.remove", "password.set", "sign_in"}
    assert wanted <= set(noted)
    assert {letter.subject for _, letter in house.letters()} == {
        "An authenticator app was added to your account at tribute.example",
        "New recovery codes were made for your account at tribute.example",
        "The authenticator app was removed from your account at tribute.example",
    }


def test_lost_factors_are_taken_away_by_the_operator(house: House, ada: Person) -> None:
    _, codes = house.app_of(ada)
    with house.ledger.session() as session:
        reset_second_factors(session, ada)
    assert house.access.sign_in_with_password("ada@example.com", LONG_ENOUGH)
    assert house.doors.own.shown(house.session(ada)).recovery_codes_left == 0
    assert len(codes) == 10
