"""A sign-in link is shown without being used, works once within seven days, and an owner's sets a password."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.support.ledger import NOON, clock_at
from tests.support.people import LONG_ENOUGH, new_affiliate, new_link, new_owner
from tribute.access.caller import Caller, Role, WrongCredentialsError
from tribute.access.door import Access
from tribute.access.links import LinkPurpose
from tribute.access.people import Kind
from tribute.kit.errors import InvalidInputError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database


def test_an_affiliates_link_signs_in_at_once_and_once_only(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    token = new_link(ledger, ada)
    caller = access.caller_for_session(access.sign_in_with_link(token))
    assert caller == Caller.of_affiliate(ada.id)
    assert caller is not None
    assert (caller.role, caller.affiliate_id) == (Role.AFFILIATE, ada.id)
    with pytest.raises(WrongCredentialsError, match="used already"):
        access.sign_in_with_link(token)


def test_looking_at_a_link_does_not_use_it(ledger: Database) -> None:
    access, ada, owner = Access(ledger, clock_at()), new_affiliate(ledger, "ada"), new_owner(ledger)
    token = new_link(ledger, ada)
    for _ in range(2):
        link = access.link_for(token)
        assert link is not None
        assert (link.name, link.email, link.kind) == ("Name of ada", "ada@example.com", Kind.AFFILIATE)
        assert (link.purpose, link.expires_at) == (LinkPurpose.SIGN_IN, NOON + timedelta(days=7))
    shown = access.link_for(new_link(ledger, owner))
    assert shown is not None
    assert (shown.name, shown.kind, shown.purpose) == ("owner@example.com", Kind.TEAM, LinkPurpose.SET_PASSWORD)
    access.sign_in_with_link(token)
    assert access.link_for(token) is None


def test_a_link_ends_after_seven_days(ledger: Database) -> None:
    token = new_link(ledger, new_affiliate(ledger, "ada"))
    clock = clock_at(NOON + timedelta(days=7) - timedelta(microseconds=1))
    access = Access(ledger, clock)
    assert access.link_for(token) is not None
    clock.at = NOON + timedelta(days=7)
    assert access.link_for(token) is None
    with pytest.raises(WrongCredentialsError):
        access.sign_in_with_link(token)


def test_an_owners_link_wants_a_password_and_stays_usable_until_it_gets_a_good_one(ledger: Database) -> None:
    access, owner = Access(ledger, clock_at()), new_owner(ledger)
    token = new_link(ledger, owner)
    for wrong in (None, "", "too short", "x" * 1025, "\ud800" * 12):
        with pytest.raises(InvalidInputError, match=r"^password: "):
            access.sign_in_with_link(token, wrong)
    assert access.caller_for_session(access.sign_in_with_link(token, LONG_ENOUGH)) == Caller(Role.OWNER, owner.id)
    assert access.caller_for_session(access.sign_in_with_password("Owner@example.com", LONG_ENOUGH)) == Caller(Role.OWNER, owner.id)


def test_a_new_link_of_an_owner_replaces_the_old_one(ledger: Database) -> None:
    access, owner, ada = Access(ledger, clock_at()), new_owner(ledger), new_affiliate(ledger, "ada")
    first, second = new_link(ledger, owner), new_link(ledger, owner)
    assert access.link_for(first) is None
    assert access.link_for(second) is not None
    assert all(access.link_for(token) is not None for token in [new_link(ledger, ada), new_link(ledger, ada)])


def test_a_new_password_ends_every_other_session_and_link_of_that_person_only(ledger: Database) -> None:
    access, ada, bob = Access(ledger, clock_at()), new_affiliate(ledger, "ada"), new_affiliate(ledger, "bob")
    old = access.sign_in_with_link(new_link(ledger, ada))
    bobs = access.sign_in_with_link(new_link(ledger, bob))
    spare, used = new_link(ledger, ada), new_link(ledger, ada)
    new = access.sign_in_with_link(used, LONG_ENOUGH)
    assert access.caller_for_session(old) is None
    assert access.link_for(spare) is None
    assert access.caller_for_session(new) == Caller.of_affiliate(ada.id)
    assert access.caller_for_session(bobs) == Caller.of_affiliate(bob.id)


def test_of_many_who_use_a_link_at_once_one_signs_in(ledger: Database) -> None:
    access = Access(ledger, clock_at())
    token = new_link(ledger, new_affiliate(ledger, "ada"))
    start, outcomes = threading.Barrier(6), []

    def use() -> None:
        start.wait()
        try:
            access.sign_in_with_link(token)
            outcomes.append("in")
        except WrongCredentialsError:
            outcomes.append("out")

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", *["out"] * 5]


def test_a_link_of_someone_deactivated_is_dead(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    token = new_link(ledger, ada)
    with ledger.session() as session:
        Affiliates(session, clock_at()).set_active(ada.id, active=False)
    assert access.link_for(token) is None
    with pytest.raises(WrongCredentialsError):
        access.sign_in_with_link(token)


@pytest.mark.parametrize("token", ["", "nobody's", "\x00", "\ud800", "ü" * 10_000])
def test_a_token_that_was_never_made_is_no_link(ledger: Database, token: str) -> None:
    access = Access(ledger, clock_at())
    assert access.link_for(token) is None
    with pytest.raises(WrongCredentialsError):
        access.sign_in_with_link(token)


def test_links_that_are_over_are_deleted(ledger: Database) -> None:
    new_link(ledger, new_affiliate(ledger, "ada"))
    clock = clock_at(NOON + timedelta(days=6))
    access = Access(ledger, clock)
    assert access.delete_expired() == 0
    clock.at = NOON + timedelta(days=8)
    assert access.delete_expired() == 1
    with ledger.reading() as session:
        assert session.execute(sa.text("SELECT count(*) FROM sign_in_links")).scalar_one() == 0
