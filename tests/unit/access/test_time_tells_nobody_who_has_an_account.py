"""Whoever has an address or not: refusing a password costs the same, and asking for a link costs the asker nothing at all."""

import pytest

from tests.support.costs import Costs, counted
from tests.support.doors import House
from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_affiliate, new_link, new_owner
from tribute.access import passwords
from tribute.access.caller import WrongCredentialsError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database

EVERYBODY = ("password@example.com", "both@example.com", "link@example.com", "away@example.com", "owner@example.com")


@pytest.fixture
def house(ledger: Database) -> House:
    """With somebody of every kind: with a password, in the team as well, without one, deactivated, of the team alone."""
    made = House.over(ledger, clock_at())
    both = (new_owner(ledger, "both@example.com"), new_affiliate(ledger, "both"))
    for person in (*both, new_affiliate(ledger, "password"), new_owner(ledger)):
        made.access.sign_in_with_link(new_link(ledger, person), LONG_ENOUGH)
    new_affiliate(ledger, "link")
    away = new_affiliate(ledger, "away")
    with ledger.session() as session:
        Affiliates(session, made.clock).set_active(away.id, active=False)
    return made


def refused(house: House, email: str, monkeypatch: pytest.MonkeyPatch) -> Costs:
    with counted(house.ledger, monkeypatch) as costs, pytest.raises(WrongCredentialsError) as told:
        house.access.sign_in_with_password(email, "a wrong password", "203.0.113.9")
    assert str(told.value) == "the e-mail address or the password is wrong"
    return costs


def test_refusing_a_password_costs_the_same_for_everybody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A found account is read with its code: the one statement in which they may differ, far below what hashes take."""
    told = {email: refused(house, email, monkeypatch) for email in ("nobody@example.com", *EVERYBODY)}
    costly = {(costs["hashes"], costs["writes"], costs["commits"]) for costs in told.values()}
    assert {hashes for hashes, _, _ in costly} == {2}
    assert len(costly) == 1, told
    assert {costs["reads"] - told["nobody@example.com"]["reads"] for costs in told.values()} <= {0, 1}, told


def test_nobodys_hash_is_one_of_todays_that_no_password_has() -> None:
    assert not passwords.is_outdated(passwords._nobodys_hash())
    assert not passwords.matches(passwords._nobodys_hash(), LONG_ENOUGH)


def test_asking_for_a_link_asks_nothing_of_the_ledger_before_the_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for email in ("nobody@example.com", *EVERYBODY):
        with counted(house.ledger, monkeypatch, beside="mailed-links") as costs:
            house.doors.mailed.ask_to_sign_in(email, "203.0.113.9")
            house.doors.mailed.ask_to_reset(email, "203.0.113.9")
        assert costs == {}, email
    assert len(house.letters()) > 0
