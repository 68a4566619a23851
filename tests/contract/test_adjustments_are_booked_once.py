"""An adjustment with an id of the sender's own is booked once, whoever tells it again, on each database; without one, each time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.money import MoneyWorld
from tribute.access.caller import Caller, Role
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.proof import prove
from tribute.office.adjustments import AdjustmentOffice

OWNER = Caller(Role.OWNER, "own_00000000000000000000")
ANOTHER = Caller(Role.OWNER, "own_11111111111111111111")


@pytest.fixture
def world(ledger: Database) -> MoneyWorld:
    world = MoneyWorld(ledger)
    world.affiliate("ada")
    world.affiliate("bob")
    return world


@pytest.fixture
def office(world: MoneyWorld) -> AdjustmentOffice:
    return AdjustmentOffice(world.database, world.clock)


def noted(world: MoneyWorld) -> int:
    with world.database.reading() as session:
        assert prove(session).faults == ()
        return len(Audit(session, world.clock).page().items)


def test_told_again_it_is_the_first_one(world: MoneyWorld, office: AdjustmentOffice) -> None:
    first, is_new = office.add(OWNER, "ada", "bonus", 500, "USD", reason="thanks", external_id="nov-1")
    assert (is_new, first.external_id) == (True, "nov-1")
    world.clock.at = world.clock.at.replace(hour=13)
    again = office.add(ANOTHER, first.affiliate_id, "bonus", 500, " usd", reason=" thanks ", external_id=" nov-1 ")
    assert again == (first, False)
    assert (world.balance("ada").adjustments_minor, noted(world)) == (500, 1)


def test_other_content_is_refused(world: MoneyWorld, office: AdjustmentOffice) -> None:
    office.add(OWNER, "ada", "correction", 500, "USD", reason="thanks", external_id="nov-1")
    for kind, amount, currency, reason in (
        ("bonus", 500, "USD", "thanks"),
        ("correction", -500, "USD", "thanks"),
        ("correction", 500, "EUR", "thanks"),
        ("correction", 500, "USD", "sorry"),
    ):
        with pytest.raises(ConflictError, match="'nov-1' is an adjustment of this affiliate with other content"):
            office.add(OWNER, "ada", kind, amount, currency, reason=reason, external_id="nov-1")  # type: ignore[arg-type]
    assert (world.balance("ada").adjustments_minor, noted(world)) == (500, 1)


def test_each_affiliate_has_ids_of_their_own(world: MoneyWorld, office: AdjustmentOffice) -> None:
    for code in ("ada", "bob"):
        assert office.add(OWNER, code, "bonus", 500, "USD", reason="thanks", external_id="nov-1")[1]
    assert (world.balance("ada").adjustments_minor, world.balance("bob").adjustments_minor, noted(world)) == (500, 500, 2)


def test_without_an_id_each_telling_books_once_more(world: MoneyWorld, office: AdjustmentOffice) -> None:
    made = [office.add(OWNER, "ada", "bonus", 500, "USD", reason="thanks") for _ in range(2)]
    assert [is_new for _, is_new in made] == [True, True]
    assert (world.balance("ada").adjustments_minor, noted(world)) == (1000, 2)


@pytest.mark.parametrize("wrong", ["", "  ", "x" * 257, "a\x00b"])
def test_an_id_that_is_none_books_nothing(world: MoneyWorld, office: AdjustmentOffice, wrong: str) -> None:
    with pytest.raises(InvalidInputError, match="external_id"):
        office.add(OWNER, "ada", "bonus", 500, "USD", reason="thanks", external_id=wrong)
    assert noted(world) == 0


def test_told_by_several_at_once_it_is_booked_once(world: MoneyWorld, office: AdjustmentOffice) -> None:
    def tell(_: int) -> tuple[str, bool]:
        made, is_new = office.add(OWNER, "ada", "bonus", 500, "USD", reason="thanks", external_id="nov-1")
        return made.id, is_new

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(tell, range(8)))
    assert len({adjustment_id for adjustment_id, _ in told}) == 1
    assert sum(is_new for _, is_new in told) == 1
    assert (world.balance("ada").adjustments_minor, noted(world)) == (500, 1)
