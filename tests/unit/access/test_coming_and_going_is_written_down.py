"""Sign-ins, refusals and sign-outs are in the audit log; what a stranger typed is not."""

import pytest

from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_link, new_owner
from tribute.access.caller import WrongCredentialsError
from tribute.access.door import Access
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database


def written(ledger: Database) -> set[tuple[str, str, str]]:
    with ledger.reading() as session:
        return {(one.action, one.subject_kind, one.subject_id) for one in Audit(session, clock_at()).page(limit=200).items}


def test_a_person_comes_is_refused_and_goes(ledger: Database) -> None:
    access, owner = Access(ledger, clock_at()), new_owner(ledger)
    cookie = access.sign_in_with_link(new_link(ledger, owner), LONG_ENOUGH)
    access.sign_out(cookie)
    access.sign_out(cookie)
    with pytest.raises(WrongCredentialsError):
        access.sign_in_with_password("owner@example.com", "not the password")
    told = written(ledger)
    assert {(action, "owner", owner.id) for action in ("sign_in", "sign_out", "sign_in.refuse")} <= told


def test_an_address_that_nobody_has_is_not_kept(ledger: Database) -> None:
    with pytest.raises(WrongCredentialsError):
        Access(ledger, clock_at()).sign_in_with_password("my-password-in-the-wrong-field", "whatever")
    assert written(ledger) == {("sign_in.refuse", "stranger", "unknown")}
