"""Customers are recognised by either key, completed, and merged into the lesser id when two turn out to be one."""

from itertools import permutations

import pytest

from tests.support.books import TERMS, World, new_world, told
from tribute.ledger.conversions import Conversions
from tribute.ledger.customers import Customers, Shown, external_key
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


def test_either_key_finds_the_customer_and_a_missing_one_is_added(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        customers = Customers(session, world.clock)
        first = customers.of(world.program, external="api/w/1", email_hash=None, shown=Shown(external_id="1"))
        assert first is not None
        both = customers.of(world.program, external="api/w/1", email_hash="e1", shown=Shown(email="x…@example.com", external_id="1"))
        by_mail = customers.of(world.program, external=None, email_hash="e1", shown=Shown(email="y…@example.com"))
        assert first == both == by_mail
        record = customers.by_id(first.id)
        assert record is not None
        assert (record.shown_email, record.shown_external_id) == ("x…@example.com", "1")
        assert customers.find(world.program, email_hash="e1") == customers.find(world.program, external="api/w/1") == first.id
        assert customers.find(world.program, external="e1") is None
        assert customers.by_id("cus_0") is None


def test_an_order_without_keys_has_no_customer(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        assert Customers(session, world.clock).of(world.program, external=None, email_hash=None, shown=Shown()) is None


def test_customers_of_two_programs_have_nothing_to_do_with_each_other(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        second = Programs(session, world.clock).add("Second", TERMS, by="own_1")
        customers = Customers(session, world.clock)
        here, there = (customers.of(one, external=None, email_hash="e1", shown=Shown()) for one in (world.program, second.id))
        assert here != there


def test_two_who_turn_out_to_be_one_are_merged_with_their_orders(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        customers = Customers(session, world.clock)
        by_id = customers.of(world.program, external="api/w/1", email_hash=None, shown=Shown(external_id="1"))
        by_mail = customers.of(world.program, external=None, email_hash="e1", shown=Shown(email="x…@example.com"))
        assert by_id is not None
        assert by_mail is not None
        orders = [told(session, world, f"order-{one.id}", customer_id=one.id) for one in (by_id, by_mail)]
        kept, gone = sorted((by_id.id, by_mail.id))
        merged = customers.of(world.program, external="api/w/1", email_hash="e1", shown=Shown(email="z…@example.com"))
        assert merged is not None
        assert (merged.id, merged.merged) == (kept, (gone,))
        conversions = Conversions(session, world.clock).by_ids([order.id for order in orders])
        assert {conversion.facts.customer_id for conversion in conversions} == {kept}
        record = customers.by_id(kept)
        assert record is not None
        assert (record.shown_email, record.shown_external_id) == ("x…@example.com", "1")
        assert customers.by_id(gone) is None
        again = customers.of(world.program, external="api/w/1", email_hash="e1", shown=Shown())
        assert again is not None
        assert (again.id, again.merged) == (kept, ())


def test_the_lesser_id_stays_whichever_key_is_its(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        customers = Customers(session, world.clock)
        for n in range(8):
            keys: dict[str, str | None] = {"external": f"api/w/{n}", "email_hash": f"e{n}"}
            both = [customers.of(world.program, **{**keys, without: None}, shown=Shown()) for without in keys]
            merged = customers.of(world.program, **keys, shown=Shown())
            assert merged is not None
            assert [merged.id, *merged.merged] == sorted(one.id for one in both if one is not None)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_is_one_customer_does_not_depend_on_the_order_of_arrival(ledger: Database, world: World, order: tuple[int, ...]) -> None:
    keys = [("a", "e1"), ("b", "e1"), ("b", None)]
    with ledger.session() as session:
        customers = Customers(session, world.clock)
        for index in order:
            customers.of(world.program, external=keys[index][0], email_hash=keys[index][1], shown=Shown())
        found = {customers.find(world.program, external=external) for external in ("a", "b")}
        assert len(found) == 1
        assert found == {customers.find(world.program, email_hash="e1")}


def test_a_senders_id_means_something_with_its_sender_and_website_only() -> None:
    assert external_key("api", "web_1", "7/8") == "api/web_1/7/8"
    with pytest.raises(ValueError, match="no slash"):
        external_key("api/web_1", "web_1", "7")
