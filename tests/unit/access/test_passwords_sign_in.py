"""A password signs in its person; a refusal never tells whether the address is known."""

from typing import Literal

import pytest

from tests.support.ledger import clock_at
from tests.support.people import LONG_ENOUGH, new_affiliate, new_link, new_owner
from tribute.access import passwords
from tribute.access.caller import Caller, Role, WrongCredentialsError
from tribute.access.door import Access
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database

OTHER = "another long password"


def test_an_affiliate_may_set_a_password_and_use_it(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    access.sign_in_with_link(new_link(ledger, ada), LONG_ENOUGH)
    assert access.caller_for_session(access.sign_in_with_password(" ADA@example.com ", LONG_ENOUGH)) == Caller.of_affiliate(ada.id)


def test_someone_who_is_owner_and_affiliate_enters_as_the_one_whose_password_it_is(ledger: Database) -> None:
    access = Access(ledger, clock_at())
    owner, affiliate = new_owner(ledger, "both@example.com"), new_affiliate(ledger, "both")
    access.sign_in_with_link(new_link(ledger, owner), LONG_ENOUGH)
    access.sign_in_with_link(new_link(ledger, affiliate), OTHER)
    assert access.caller_for_session(access.sign_in_with_password("both@example.com", LONG_ENOUGH)) == Caller(Role.OWNER, owner.id)
    assert access.caller_for_session(access.sign_in_with_password("both@example.com", OTHER)) == Caller.of_affiliate(affiliate.id)


def test_every_refusal_has_the_same_words_and_compares_as_many_hashes(ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(ledger, clock_at())
    known, without_password, gone = (new_affiliate(ledger, code) for code in ("known", "without", "gone"))
    access.sign_in_with_link(new_link(ledger, known), LONG_ENOUGH)
    access.sign_in_with_link(new_link(ledger, gone), LONG_ENOUGH)
    assert without_password.id
    with ledger.session() as session:
        Affiliates(session, clock_at()).set_active(gone.id, active=False)
    compared, refusals = [], set()
    real = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", CountingHasher(real, compared))
    attempts = [
        ("known@example.com", OTHER),
        ("without@example.com", OTHER),
        ("gone@example.com", LONG_ENOUGH),
        ("nobody@example.com", OTHER),
    ]
    attempts += [("", ""), ("known@example.com", "x" * 5000), ("\ud800", "\ud800"), ("a\x00", "b\x00")]
    for email, password in attempts:
        compared.clear()
        with pytest.raises(WrongCredentialsError) as refused:
            access.sign_in_with_password(email, password)
        refusals.add((str(refused.value), len(compared)))
    assert refusals == {("the e-mail address or the password is wrong", 2)}


def test_a_password_is_the_same_however_its_accents_are_composed(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    access.sign_in_with_link(new_link(ledger, ada), "cafe\u0301 cafe\u0301")
    assert access.sign_in_with_password("ada@example.com", "caf\u00e9 caf\u00e9")


def test_a_hash_with_old_parameters_is_made_anew_at_the_next_sign_in(ledger: Database) -> None:
    access, ada = Access(ledger, clock_at()), new_affiliate(ledger, "ada")
    old = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(LONG_ENOUGH)
    with ledger.session() as session:
        passwords.Passwords(session, clock_at()).set_hash(ada, old)
    access.sign_in_with_password("ada@example.com", LONG_ENOUGH)
    with ledger.reading() as session:
        new = passwords.Passwords(session, clock_at()).hash_of(ada)
    assert new is not None
    assert not passwords.is_outdated(new)
    access.sign_in_with_password("ada@example.com", LONG_ENOUGH)


class CountingHasher(passwords.PasswordHasher):
    """A hasher like the real one, counting."""

    def __init__(self, real: passwords.PasswordHasher, compared: list[str]) -> None:
        super().__init__(real.time_cost, real.memory_cost, real.parallelism)
        self._compared = compared

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- the library's name
        self._compared.append(str(hash))
        return super().verify(hash, password)
