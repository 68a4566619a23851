"""A token speaks for an owner or one affiliate, is shown once, and is refused once it is revoked."""

from datetime import timedelta

import pytest

from tests.support.ledger import NOON, clock_at
from tests.support.people import new_affiliate
from tribute.access.caller import Caller, Role, WrongCredentialsError
from tribute.access.door import Access
from tribute.access.tokens import TokenRecord, Tokens
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database


def add(ledger: Database, affiliate_id: str | None = None) -> tuple[TokenRecord, str]:
    with ledger.session() as session:
        return Tokens(session, clock_at()).add(affiliate_id)


def test_a_token_is_its_affiliate_or_an_owner(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    _, for_ada = add(ledger, ada.id)
    record, for_owner = add(ledger)
    assert for_ada.startswith("tribute_")
    assert access.caller_for_token(for_ada) == Caller.of_affiliate(ada.id)
    caller = access.caller_for_token(for_owner)
    assert (caller.role, caller.person_id, caller.affiliate_id) == (Role.OWNER, record.id, None)
    assert access.team_member(caller.person_id) is None


@pytest.mark.parametrize("token", ["", "tribute_", "tribute_x", "\x00", "\ud800"])
def test_an_unknown_token_is_refused(ledger: Database, token: str) -> None:
    with pytest.raises(WrongCredentialsError):
        Access(ledger, clock_at()).caller_for_token(token)


def test_a_revoked_token_is_refused_and_the_first_revocation_stands(ledger: Database) -> None:
    access = Access(ledger, clock_at())
    record, secret = add(ledger)
    for at in (NOON, NOON + timedelta(days=1)):
        with ledger.session() as session:
            assert Tokens(session, clock_at(at)).revoke(record.id).revoked_at == NOON
    with pytest.raises(WrongCredentialsError, match="unknown or revoked"):
        access.caller_for_token(secret)


def test_a_deactivated_affiliates_token_is_refused(ledger: Database) -> None:
    ada = new_affiliate(ledger, "ada")
    _, secret = add(ledger, ada.id)
    with ledger.session() as session:
        Affiliates(session, clock_at()).set_active(ada.id, active=False)
    with pytest.raises(WrongCredentialsError):
        Access(ledger, clock_at()).caller_for_token(secret)


@pytest.mark.parametrize("unknown", ["", "tok_none", "\x00", "\ud800"])
def test_what_does_not_exist_is_not_found(ledger: Database, unknown: str) -> None:
    with ledger.session() as session:
        tokens = Tokens(session, clock_at())
        with pytest.raises(NotFoundError, match="tribute token list"):
            tokens.revoke(unknown)
        with pytest.raises(NotFoundError, match="tribute affiliate list"):
            tokens.add(unknown)


def test_use_is_noted_at_most_once_a_minute(ledger: Database) -> None:
    clock = clock_at()
    access = Access(ledger, clock)
    _, secret = add(ledger)
    noted = []
    for seconds in (0, 59, 60):
        clock.at = NOON + timedelta(seconds=seconds)
        access.caller_for_token(secret)
        with ledger.reading() as session:
            noted += [token.last_used_at for token in Tokens(session, clock).all()]
    assert noted == [NOON, NOON, NOON + timedelta(seconds=60)]
