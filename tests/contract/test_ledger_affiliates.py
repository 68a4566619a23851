"""The ledger's affiliates and codes, on every database that it may live in."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.support.ledger import NOON, clock_at
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.ledger.absences import Absence
from tribute.ledger.affiliates import AffiliateRecord, Affiliates, CodeHistoryEntry
from tribute.ledger.database import Database


def add(ledger: Database, code: str, email: str | None = None) -> AffiliateRecord:
    with ledger.session() as session:
        return Affiliates(session, clock_at()).add(f"Name of {code}", email or f"{code}@example.com", code)


def test_an_affiliate_is_found_by_code_id_and_email_without_case(ledger: Database) -> None:
    ada = add(ledger, "Ada", "Ada@Example.com")
    assert (ada.code, ada.email, ada.active, ada.created_at) == ("ada", "Ada@Example.com", True, NOON)
    with ledger.reading() as session:
        affiliates = Affiliates(session, clock_at())
        assert affiliates.by_code("ADA") == affiliates.by_id(ada.id) == affiliates.by_email("ada@example.COM") == ada


@pytest.mark.parametrize("stranger", ["", "nobody", "\x00", "\ud800", "a' OR 1=1 --"])
def test_what_nobody_has_finds_nothing(ledger: Database, stranger: str) -> None:
    add(ledger, "ada")
    with ledger.reading() as session:
        affiliates = Affiliates(session, clock_at())
        assert affiliates.by_code(stranger) is affiliates.by_id(stranger) is affiliates.by_email(stranger) is None


def test_holders_of_many_codes_are_told_by_the_code_as_asked(ledger: Database) -> None:
    ada, bob = add(ledger, "ada"), add(ledger, "bob")
    with ledger.session() as session:
        Affiliates(session, clock_at()).add_code(ada.id, "lovelace")
    with ledger.reading() as session:
        found = Affiliates(session, clock_at()).holders(["ADA", "lovelace", "bob", "nobody", "\x00"])
    assert found == {"ADA": ada.id, "lovelace": ada.id, "bob": bob.id}


def test_codes_and_addresses_are_unique_without_case(ledger: Database) -> None:
    add(ledger, "ada", "ada@example.com")
    with pytest.raises(ConflictError, match="'ada' is an affiliate's already, and a code never changes hands"):
        add(ledger, "ADA", "other@example.com")
    with pytest.raises(ConflictError, match="e-mail address is there already"):
        add(ledger, "other", "ADA@example.com")
    with ledger.reading() as session:
        assert len(Affiliates(session, clock_at()).all()) == 1


def test_a_new_primary_code_leaves_the_old_one_with_its_affiliate(ledger: Database) -> None:
    ada, bob = add(ledger, "ada"), add(ledger, "bob")
    later = clock_at(NOON + timedelta(days=1))
    with ledger.session() as session:
        affiliates = Affiliates(session, later)
        assert affiliates.add_code(ada.id, "Countess", primary=True).code == "countess"
        assert affiliates.add_code(ada.id, "lovelace").code == "countess"
        assert affiliates.add_code(ada.id, "lovelace").code == "countess"
        assert affiliates.primary_codes() == {ada.id: "countess", bob.id: "bob"}
        assert affiliates.by_code("ada") == affiliates.by_code("lovelace") == affiliates.by_id(ada.id)
        with pytest.raises(ConflictError, match="never changes hands"):
            affiliates.add_code(bob.id, "ada")
        assert affiliates.add_code(ada.id, "ada", primary=True).code == "ada"
        with pytest.raises(NotFoundError):
            affiliates.add_code("aff_unknown", "free")
        with pytest.raises(InvalidInputError):
            affiliates.add_code(ada.id, "not a code")


def test_the_history_has_every_code_and_every_id_since_its_registration(ledger: Database) -> None:
    ada = add(ledger, "ada")
    later = NOON + timedelta(days=1)
    with ledger.session() as session:
        affiliates = Affiliates(session, clock_at(later))
        affiliates.add_code(ada.id, "countess", primary=True)
        affiliates.set_active(ada.id, active=False)
        assert affiliates.code_history() == [
            CodeHistoryEntry("ada", ada.id, NOON),
            CodeHistoryEntry(ada.id, ada.id, NOON),
            CodeHistoryEntry("countess", ada.id, later),
        ]


def test_deactivation_can_be_taken_back(ledger: Database) -> None:
    ada = add(ledger, "ada")
    for active in (False, False, True):
        with ledger.session() as session:
            affiliates = Affiliates(session, clock_at())
            affiliates.set_active(ada.id, active=active)
            assert [one.active for one in affiliates.all()] == [active]


def test_absences_are_kept_when_they_are_over(ledger: Database) -> None:
    ada, bob = add(ledger, "ada"), add(ledger, "bob")
    days = [NOON + timedelta(days=number) for number in range(6)]
    for at, active in zip(days, (True, False, False, True, True, False), strict=True):
        with ledger.session() as session:
            Affiliates(session, clock_at(at)).set_active(ada.id, active=active)
    with ledger.reading() as session:
        absences = Affiliates(session, clock_at()).absences([ada.id, bob.id])
    assert absences == {ada.id: [Absence(days[1], days[3]), Absence(days[5], None)], bob.id: []}
    assert [any(one.holds(at) for one in absences[ada.id]) for at in days] == [False, True, True, False, False, True]


def test_of_many_who_deactivate_at_once_one_begins_the_absence(ledger: Database) -> None:
    ada = add(ledger, "ada")
    start = threading.Barrier(4)

    def deactivate(second: int) -> None:
        start.wait()
        with ledger.session() as session:
            Affiliates(session, clock_at(NOON + timedelta(seconds=second))).set_active(ada.id, active=False)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(deactivate, range(4)))
    with ledger.reading() as session:
        affiliates = Affiliates(session, clock_at())
        (absence,) = affiliates.absences([ada.id])[ada.id]
        assert affiliates.by_ids([ada.id])[ada.id].deactivated_at == absence.from_at


def test_of_many_who_take_a_code_at_once_one_gets_it(ledger: Database) -> None:
    ids = [add(ledger, f"first{number}").id for number in range(4)]
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def compete(take: Callable[[Affiliates], AffiliateRecord]) -> None:
        start.wait()
        try:
            with ledger.session() as session:
                outcomes.append(take(Affiliates(session, clock_at())).id)
        except ConflictError:
            outcomes.append("refused")

    takes = [lambda affiliates, one=one: affiliates.add_code(one, "wanted") for one in ids]
    takes += [lambda affiliates, n=n: affiliates.add(f"New {n}", f"new{n}@example.com", "WANTED") for n in range(4)]
    threads = [threading.Thread(target=compete, args=(take,)) for take in takes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("refused") == 7
    with ledger.reading() as session:
        winner = Affiliates(session, clock_at()).by_code("wanted")
    assert winner is not None
    assert winner.id in outcomes
