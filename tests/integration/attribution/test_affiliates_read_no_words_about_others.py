"""What a bank wrote of its customer, and an owner of an affiliate, is not kept where the affiliate reads why a commission is held."""

import pytest

from tests.support.money import MoneyWorld
from tribute.attribution.order_form import DisputeTold
from tribute.kit.errors import InvalidInputError
from tribute.ledger.conversions import Conversions
from tribute.ledger.database import Database
from tribute.ledger.refunds import Refunds

SECRET = "Jane Roe <jane@customers.example> denies it"


@pytest.fixture
def world(ledger: Database) -> MoneyWorld:
    world = MoneyWorld(ledger)
    world.affiliate("ada")
    world.program()
    return world


def standing(world: MoneyWorld, conversion_id: str) -> tuple[str, str | None]:
    commission = world.commission(conversion_id)
    assert commission is not None
    return commission.status, commission.held_reason


def test_a_dispute_s_words_stay_with_the_dispute(world: MoneyWorld) -> None:
    order = world.order(affiliate_code="ada")
    world.dispute(order, reason=SECRET)
    assert standing(world, order) == ("held", "disputed")
    with world.database.reading() as session:
        assert [one.reason for one in Refunds(session).disputes(order)] == [SECRET]


def test_an_owner_s_reason_for_rejecting_stays_with_the_decision(world: MoneyWorld) -> None:
    order = world.order(affiliate_code="ada")
    with world.database.session() as session:
        Conversions(session, world.clock).reject(order, SECRET)
        Conversions(session, world.clock).mark_due([order], "rejected")
    world.desk.decide_due()
    assert standing(world, order) == ("rejected", None)
    assert world.decision(order).note == SECRET


def test_no_sender_s_dispute_passes_for_an_owner_s_hold(world: MoneyWorld) -> None:
    order = world.order(affiliate_code="ada")
    with pytest.raises(InvalidInputError, match="external_id: begins with 'hold-'"):
        world.intake.dispute(order, DisputeTold("hold-1", "won"), by="tests")
