"""What people change, on each database: booked so that the proof holds, noted once, and without effect on what is past."""

from datetime import timedelta

import pytest

from tests.support.money import MoneyWorld
from tribute.access.caller import Caller, NotAllowedError, Role
from tribute.kit.errors import ConflictError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.proof import prove
from tribute.ledger.rules.terms import Rule, Terms
from tribute.office.office import Office

OWNER = Caller(Role.OWNER, "own_00000000000000000000")
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def world(ledger: Database) -> MoneyWorld:
    world = MoneyWorld(ledger)
    world.affiliate("ada")
    world.affiliate("bob")
    world.program()
    return world


@pytest.fixture
def office(world: MoneyWorld) -> Office:
    return Office.over(world.database, world.clock, world.desk)


def actions(world: MoneyWorld) -> list[str]:
    with world.database.reading() as session:
        return [one.action for one in Audit(session, world.clock).page().items]


def test_the_books_are_right_after_every_word(world: MoneyWorld, office: Office) -> None:
    order = world.order(affiliate_code="ada")
    words = (
        lambda: office.orders.assign(OWNER, order, "bob", reason="Bob wrote the mail"),
        lambda: office.orders.hold(OWNER, order, reason="Looking into it"),
        lambda: world.refund(order, 9_950),
        lambda: office.orders.release(OWNER, order),
        lambda: office.orders.reject(OWNER, order, reason="stolen card"),
        lambda: office.orders.unreject(OWNER, order),
        lambda: office.orders.unassign(OWNER, order),
        lambda: office.adjustments.add(OWNER, "ada", "bonus", 500, "USD", reason="thanks"),
        lambda: office.adjustments.add(OWNER, "ada", "correction", -800, "USD", reason="paid by hand"),
    )
    for word in words:
        world.pass_time(AN_HOUR)
        word()
        with world.database.reading() as session:
            assert prove(session).faults == ()
    assert (world.balance("ada").pending_minor, world.balance("ada").adjustments_minor) == (4_975, -300)
    assert world.balance("bob").pending_minor == 0
    assert len(actions(world)) == len(words) - 1


def test_an_order_that_waits_for_its_events_goes_on_waiting(world: MoneyWorld, office: Office) -> None:
    world.arrivals.held_at = world.clock.at
    world.clock.at += timedelta(seconds=1)
    order = world.order(affiliate_code="ada")
    office.orders.assign(OWNER, order, "bob", reason="Bob's")
    assert world.conversion(order).state.status == "awaiting_events"
    world.arrivals.held_at = None
    world.desk.decide_due()
    assert world.decision(order).affiliate_id == world.affiliate("bob")


def test_a_decided_order_is_decided_again_while_the_watermark_stands(world: MoneyWorld, office: Office) -> None:
    order = world.order(affiliate_code="ada")
    world.arrivals.held_at = world.clock.at
    world.clock.at += AN_HOUR / 60
    office.orders.assign(OWNER, order, "bob", reason="Bob's")
    assert world.decision(order).affiliate_id == world.affiliate("bob")


def test_changes_count_from_then_on(world: MoneyWorld, office: Office) -> None:
    before = world.order("before", affiliate_code="ada", coupon="later")
    world.pass_time(AN_HOUR)
    office.programs.set_terms(OWNER, "Partners", Terms(currency="USD", rules=(Rule(percent="10"),)))
    office.enrollments.change(OWNER, "Partners", "ada", "banned", reason="spam")
    office.affiliates.add_coupon(OWNER, "Partners", "later", "bob")
    world.pass_time(AN_HOUR)
    office.orders.decide_again(OWNER, before)
    assert len(world.decisions(before)) == 1
    after = world.order("after", affiliate_code="ada", coupon="later")
    assert (world.decision(after).affiliate_id, world.decision(after).commission_minor) == (world.affiliate("bob"), 1_990)


def test_saying_the_same_again_notes_nothing(world: MoneyWorld, office: Office) -> None:
    for _ in range(2):
        office.programs.archive(OWNER, "Partners", archived=False)
        office.programs.add_website(OWNER, "Partners", "course.example")
        office.programs.add_group(OWNER, "Partners", "Gold")
        office.enrollments.change(OWNER, "Partners", "ada", "approved", group="Gold")
        office.affiliates.set_active(OWNER, "bob", active=True)
    assert sorted(actions(world)) == ["enrollment.change", "program.group_add"]


def test_what_fails_keeps_nothing_and_notes_nothing(world: MoneyWorld, office: Office) -> None:
    ada = Caller(Role.AFFILIATE, world.affiliate("ada"), world.affiliate("ada"))
    order = world.order(affiliate_code="ada")
    with pytest.raises(NotAllowedError):
        office.orders.assign(ada, order, "ada", reason="mine")
    with pytest.raises(ConflictError):
        office.orders.release(OWNER, order)
    with pytest.raises(ConflictError):
        office.programs.add(OWNER, "Partners", Terms(currency="USD", rules=(Rule(percent="10"),)))
    assert actions(world) == []
    assert len(world.decisions(order)) == 1


def test_who_was_put_out_does_not_come_back_by_applying(world: MoneyWorld, office: Office) -> None:
    ada = Caller(Role.AFFILIATE, world.affiliate("ada"), world.affiliate("ada"))
    assert office.enrollments.apply(ada, "Partners").state == "approved"
    assert office.enrollments.apply(ada, "Partners").number == 1
    office.enrollments.change(OWNER, "Partners", "ada", "deactivated", reason="no sales")
    with pytest.raises(ConflictError):
        office.enrollments.apply(ada, "Partners")
    office.enrollments.change(OWNER, "Partners", "bob", "invited")
    bob = Caller(Role.AFFILIATE, world.affiliate("bob"), world.affiliate("bob"))
    assert office.enrollments.apply(bob, "Partners").state == "approved"


def test_asking_alone_lets_nobody_back_into_an_open_program(world: MoneyWorld, office: Office) -> None:
    ada = Caller(Role.AFFILIATE, world.affiliate("ada"), world.affiliate("ada"))
    office.enrollments.change(OWNER, "Partners", "ada", "invited")
    office.enrollments.change(OWNER, "Partners", "ada", "rejected", reason="spam")
    with pytest.raises(ConflictError):
        office.enrollments.apply(ada, "Partners")
    world.pass_time(AN_HOUR)
    office.programs.set_terms(OWNER, "Partners", Terms(currency="USD", rules=(Rule(percent="10"),), by_approval=True))
    assert office.enrollments.apply(ada, "Partners").state == "pending"
