"""Conversions: told once whoever tells them first, due until they are decided, listed by time, with the owner's word beside."""

import threading
from datetime import timedelta

import pytest

from tests.support.books import World, at, decision, facts, new_world, told
from tests.support.ledger import NOON
from tribute.kit.errors import ConflictError, NotFoundError, TributeError
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.rules.orders import Line


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


def test_everything_that_was_told_comes_back(ledger: Database, world: World) -> None:
    rich = facts(
        world,
        source="stripe",
        tax_minor=1000,
        shipping_minor=500,
        lines=(Line("1", 10_000, product="p"), Line("2", 8_400, name="Zwei", quantity=3)),
        visitor_id="v",
        click_id="c",
        affiliate_code="Ada",
        coupon="ADA20",
        payment_reference="pi_1",
        customer_email_hash="e",
        order_metadata={"plan": "pro", "seats": 5, "deep": [None, 1.5, {"a": "\u00e9"}]},
    )
    with ledger.session() as session:
        record, created = Conversions(session, world.clock).add(rich)
    with ledger.reading() as session:
        conversions = Conversions(session, world.clock)
        assert conversions.by_id(record.id) == conversions.by_external("stripe", "order-1") == record
    assert created
    assert (record.facts, record.state.status, record.state.due_at) == (rich, "awaiting_events", NOON)
    order = record.order()
    assert (order.place, order.commissionable_minor, order.metadata) == (rich.place, 18_400, rich.order_metadata)


def test_the_same_told_again_is_the_same_and_other_content_is_refused(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        conversions = Conversions(session, world.clock)
        first, _ = conversions.add(facts(world))
        assert conversions.add(facts(world)) == (first, False)
        with pytest.raises(ConflictError, match="'order-1' of 'api' is a conversion with other content"):
            conversions.add(facts(world, amount_minor=1))
        assert conversions.add(facts(world, source="stripe"))[1]


def test_of_two_who_tell_it_at_once_one_is_first(ledger: Database, world: World) -> None:
    barrier, outcomes = threading.Barrier(4), []

    def tell(amount: int) -> None:
        barrier.wait(timeout=10)
        try:
            with ledger.session() as session:
                record, created = Conversions(session, world.clock).add(facts(world, amount_minor=amount))
            outcomes.append((record.id, created))
        except TributeError as error:
            outcomes.append((type(error).__name__, False))

    threads = [threading.Thread(target=tell, args=(amount,)) for amount in (100, 100, 200, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(created for _, created in outcomes) == [False, False, False, True]
    assert [name for name, _ in outcomes].count("ConflictError") == 2
    assert len({name for name, _ in outcomes}) == 2


def test_a_conversion_without_a_program_is_kept(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        record = told(session, world, program_id=None, website_id=world.other_website)
        conversions = Conversions(session, world.clock)
        told(session, world, "in a program")
        assert conversions.next_due(10, NOON, program_id=None) == [record]
        assert set(conversions.programs_due(NOON)) == {None, world.program}
    assert record.order().program_id == ""


def test_what_is_due_comes_in_the_order_of_place(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        conversions = Conversions(session, world.clock)
        for source, external_id, hours in (("b", "1", 0), ("a", "10", 0), ("a", "9", 0), ("a", "Z", 0), ("z", "1", -1)):
            told(session, world, external_id, source=source, occurred_at=at(hours))
        conversions.add(facts(world, "later", occurred_at=at(-9)), due_at=at(1))
        found = [record.facts.place[1:] for record in conversions.next_due(10, NOON, program_id=world.program)]
        assert found == [("z", "1"), ("a", "10"), ("a", "9"), ("a", "Z"), ("b", "1")]
        assert [record.facts.external_id for record in conversions.next_due(2, at(1), program_id=world.program)] == ["later", "1"]
        assert conversions.next_due(10, NOON, program_id="prg_0") == conversions.next_due(10, NOON, program_id=None) == []
        assert conversions.next_due_at() == NOON


def test_due_is_what_is_marked_and_not_decided_since(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        conversions = Conversions(session, world.clock)
        one, other = told(session, world, "1"), told(session, world, "2")
        conversions.put_off(one.id, at(2), "waits for a spool")
        assert [record.id for record in conversions.next_due(10, at(1), program_id=world.program)] == [other.id]
        Decisions(session, world.clock).record(other, decision(world, other, world.ada))
        assert conversions.next_due(10, at(1), program_id=world.program) == []
        assert conversions.next_due_at() == at(2)
        conversions.mark_due([one.id, other.id], "a refund", at=at(3))
        assert {record.id: record.state.due_reason for record in conversions.next_due(10, at(3), program_id=world.program)} == {
            one.id: "waits for a spool",  # which is earlier
            other.id: "a refund",
        }
        conversions.mark_due([one.id], "now")
        assert [record.id for record in conversions.next_due(10, NOON, program_id=world.program)] == [one.id]


def test_pages_show_every_conversion_once_the_latest_first(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        conversions = Conversions(session, world.clock)
        added = [told(session, world, f"o{n}", occurred_at=NOON - timedelta(minutes=n // 3)) for n in range(10)]
        added.append(told(session, world, "elsewhere", program_id=None, website_id=world.other_website))
        decided = Decisions(session, world.clock).record(added[4], decision(world, added[4], None))

        def everything(**filters: str) -> list[ConversionRecord]:
            found, cursor = [], None
            while cursor is not None or not found:
                page = conversions.page(cursor=cursor, limit=3, **filters)  # type: ignore[arg-type]
                found += page.items
                cursor = page.next
            return found

        shown = everything()
        assert [one.id for one in shown] == [one.id for one in sorted(added, key=lambda one: (one.facts.occurred_at, one.id), reverse=True)]
        assert {one.id for one in everything(website_id=world.other_website)} == {added[-1].id}
        assert {one.id for one in everything(program_id=world.program)} == {one.id for one in added[:-1]}
        assert [one.state.decision_id for one in everything(status="decided")] == [decided.id]
        assert conversions.ids("decided") == [added[4].id]


def test_the_owners_word_is_kept_and_taken_back(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        conversions = Conversions(session, world.clock)
        one = told(session, world)
        conversions.assign(one.id, None, note="nobody's", by="own_1")
        assert conversions.lock(one.id).state.assigned_at == NOON
        conversions.assign(one.id, world.bob, note="told me", by="own_1")
        conversions.reject(one.id, "fraud")
        state = conversions.lock(one.id).state
        assert (state.assigned_affiliate_id, state.assigned_note, state.rejected_note) == (world.bob, "told me", "fraud")
        conversions.unassign(one.id)
        conversions.reject(one.id, None)
        assert conversions.lock(one.id).state == one.state
        with pytest.raises(NotFoundError):
            conversions.lock("cnv_0")


def test_orders_are_linked_to_one_that_is_not_linked_itself(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        conversions = Conversions(session, world.clock)
        first, second, third = (told(session, world, f"o{n}", source=f"s{n}") for n in range(3))
        conversions.keep_apart(second.id)
        conversions.link(second.id, first.id)
        assert (conversions.lock(second.id).state.linked_to, conversions.lock(second.id).state.kept_apart) == (first.id, False)
        for one, to in ((third, second), (first, third), (third, third)):
            with pytest.raises(ConflictError):
                conversions.link(one.id, to.id)
        conversions.keep_apart(second.id)
        assert (conversions.lock(second.id).state.linked_to, conversions.lock(second.id).state.kept_apart) == (None, True)
