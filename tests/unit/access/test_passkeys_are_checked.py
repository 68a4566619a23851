"""A passkey signs in who made it, from our own pages, verified, over a fresh challenge: anything else signs nobody in."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.support.authenticator import Authenticator
from tests.support.doors import PLACE, House
from tests.support.ledger import clock_at
from tests.support.people import new_affiliate
from tribute.access.caller import WrongCredentialsError
from tribute.access.passkey_ceremonies import PasskeyRefusedError, RelyingParty
from tribute.access.passkeys import user_handle
from tribute.access.people import Person
from tribute.kit.errors import InvalidInputError, NotFoundError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database


@pytest.fixture
def house(ledger: Database) -> Iterator[House]:
    made = House.over(ledger, clock_at())
    yield made
    made.doors.close()


@pytest.fixture
def ada(ledger: Database) -> Person:
    return new_affiliate(ledger, "ada")


@pytest.fixture
def key(house: House, ada: Person) -> Authenticator:
    """Ada's registered passkey."""
    made = Authenticator(PLACE, "tribute.example", user=user_handle(ada))
    cookie = house.session(ada)
    house.doors.own.add_passkey(cookie, made.make(house.doors.own.begin_passkey(cookie)), "My phone")
    return made


def sign_in(house: House, key: Authenticator) -> str:
    token, options = house.doors.entrance.begin_passkey("")
    return house.doors.entrance.finish_passkey(token, key.use(options))


def test_it_signs_in_without_a_second_step(house: House, ada: Person, key: Authenticator) -> None:
    house.app_of(ada)
    caller = house.access.caller_for_session(sign_in(house, key))
    assert caller is not None
    assert caller.affiliate_id == ada.id


def test_an_answer_works_once(house: House, key: Authenticator) -> None:
    token, options = house.doors.entrance.begin_passkey("")
    answer = key.use(options)
    house.doors.entrance.finish_passkey(token, answer)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish_passkey(token, answer)


def test_an_answer_is_worth_nothing_to_another_browser(house: House, key: Authenticator) -> None:
    _, options = house.doors.entrance.begin_passkey("")
    others, _ = house.doors.entrance.begin_passkey("")
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish_passkey(others, key.use(options))


def test_a_wrong_answer_uses_the_challenge_up(house: House, key: Authenticator) -> None:
    token, options = house.doors.entrance.begin_passkey("")
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish_passkey(token, "{}")
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish_passkey(token, key.use(options))


def test_a_challenge_lives_ten_minutes(house: House, key: Authenticator) -> None:
    token, options = house.doors.entrance.begin_passkey("")
    house.clock.at += timedelta(minutes=10)
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish_passkey(token, key.use(options))


def _elsewhere(key: Authenticator) -> None:
    key.origin = "https://tribute.example.evil.test"


def _unsafe(key: Authenticator) -> None:
    key.origin = "http://tribute.example"


def _for_another_host(key: Authenticator) -> None:
    key.host = "evil.test"


def _unverified(key: Authenticator) -> None:
    key.is_verified = False


def _copied(key: Authenticator) -> None:
    key.counter = 0


def _unknown(key: Authenticator) -> None:
    key.id = b"x" * 32


def _of_somebody_else(key: Authenticator) -> None:
    key.user = b"affiliate:aff_00000000000000000000"


@pytest.mark.parametrize("spoil", [_elsewhere, _unsafe, _for_another_host, _unverified, _copied, _unknown, _of_somebody_else])
def test_what_is_not_quite_right_signs_nobody_in(house: House, key: Authenticator, spoil: Callable[[Authenticator], None]) -> None:
    key.counter = 7
    sign_in(house, key)
    spoil(key)
    with pytest.raises(WrongCredentialsError):
        sign_in(house, key)


@pytest.mark.parametrize(
    "answer", ["", "[]", "null", "{", '{"rawId": 1}', '{"rawId": "eA", "response": 3}', '{"rawId":"%","response":{}}', "9" * 20_000]
)
def test_nonsense_is_refused_like_everything_else(house: House, answer: str) -> None:
    token, _ = house.doors.entrance.begin_passkey("")
    with pytest.raises(WrongCredentialsError):
        house.doors.entrance.finish_passkey(token, answer)


def test_whoever_is_deactivated_is_not_let_in(house: House, ada: Person, key: Authenticator) -> None:
    with house.ledger.session() as session:
        Affiliates(session, house.clock).set_active(ada.id, active=False)
    with pytest.raises(WrongCredentialsError):
        sign_in(house, key)


def test_a_removed_passkey_signs_nobody_in_and_only_its_person_removes_it(house: House, ada: Person, key: Authenticator) -> None:
    cookie, stranger = house.session(ada), house.session(new_affiliate(house.ledger, "bob"))
    [kept] = house.doors.own.shown(cookie).passkeys
    with pytest.raises(NotFoundError):
        house.doors.own.remove_passkey(stranger, kept.id)
    house.doors.own.remove_passkey(cookie, kept.id)
    with pytest.raises(WrongCredentialsError):
        sign_in(house, key)


def test_a_new_passkey_answers_the_challenge_of_its_own_session(house: House, ada: Person) -> None:
    cookie, other = house.session(ada), house.session(ada)
    key = Authenticator(PLACE, "tribute.example", user=user_handle(ada))
    answer = key.make(house.doors.own.begin_passkey(cookie))
    with pytest.raises(InvalidInputError):
        house.doors.own.add_passkey(other, answer, "stolen")
    house.doors.own.add_passkey(cookie, answer, "mine")
    with pytest.raises(InvalidInputError):
        house.doors.own.add_passkey(cookie, answer, "again")


def test_a_passkey_made_elsewhere_is_not_kept(house: House, ada: Person) -> None:
    cookie = house.session(ada)
    key = Authenticator("https://evil.test", "tribute.example", user=user_handle(ada))
    with pytest.raises(PasskeyRefusedError):
        house.doors.own.add_passkey(cookie, key.make(house.doors.own.begin_passkey(cookie)), "x")


def test_browsers_are_asked_for_verified_people_and_keys_they_find_by_themselves(house: House, ada: Person, key: Authenticator) -> None:
    asked = house.doors.own.begin_passkey(house.session(ada))
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert len(asked["excludeCredentials"]) == 1
    _, options = house.doors.entrance.begin_passkey("")
    assert options["userVerification"] == "required"
    assert options["allowCredentials"] == []
    assert "ada" not in json.dumps(options)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example", "a.example"),
        ("https://A.example:8443", "a.example"),
        ("http://localhost:8000", "localhost"),
        ("http://a.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[::1]", None),
    ],
)
def test_passkeys_are_for_addresses_with_a_name(url: str, host: str | None) -> None:
    party = RelyingParty.of(url)
    assert (party.host if party else None) == host
