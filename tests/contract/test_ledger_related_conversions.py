"""Which conversions hang on each other: duplicates between sources, a customer's orders, and what must be decided again."""

import pytest
from sqlalchemy.orm import Session

from tests.support.books import World, at, decision, new_world, told
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.customers import Customers, Shown
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.related_conversions import RelatedConversions
from tribute.ledger.rules.decisions import ClickSeen


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


def customer(session: Session, world: World, email_hash: str = "e1") -> str:
    found = Customers(session, world.clock).of(world.program, external=None, email_hash=email_hash, shown=Shown())
    assert found is not None
    return found.id


def duplicates(session: Session, of: ConversionRecord) -> set[str]:
    return {one.facts.external_id for one in RelatedConversions(session).possible_duplicates(of)}


def test_orders_of_other_sources_with_one_payment_reference_may_be_one(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        one = told(session, world, "one", payment_reference="pi_1")
        told(session, world, "twin", source="stripe", payment_reference="pi_1", amount_minor=1, occurred_at=at(999))
        told(session, world, "same source", payment_reference="pi_1")
        told(session, world, "another payment", source="stripe", payment_reference="pi_2")
        told(session, world, "no payment", source="stripe")
        told(session, world, "no program", source="stripe", payment_reference="pi_1", program_id=None)
        assert duplicates(session, one) == {"twin"}


def test_orders_of_one_customer_amount_and_hour_may_be_one(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        whose = {"customer_id": customer(session, world)}
        one = told(session, world, "one", **whose)
        for name, hours in (("hour before", -1), ("hour after", 1), ("too late", 1.0001), ("too early", -1.0001)):
            told(session, world, name, source="stripe", occurred_at=at(hours), **whose)
        told(session, world, "another amount", source="stripe", amount_minor=19901, **whose)
        told(session, world, "another currency", source="stripe", currency="EUR", **whose)
        told(session, world, "another customer", source="stripe", customer_id=customer(session, world, "e2"))
        told(session, world, "nobody", source="stripe")
        assert duplicates(session, one) == {"hour before", "hour after"}


def test_a_customers_orders_tell_whom_they_are_credited_to(ledger: Database, world: World) -> None:
    click = ClickSeen(click_id="c1", website_id=world.website, time=at(-1), code="ada")
    with ledger.session() as session:
        whose = {"customer_id": customer(session, world)}
        decisions, conversions = Decisions(session, world.clock), Conversions(session, world.clock)
        orders = [told(session, world, f"o{n}", occurred_at=at(n), **whose) for n in range(6)]
        decisions.record(orders[0], decision(world, orders[0], world.ada, click=click, via="click"))
        decisions.record(orders[1], decision(world, orders[1], None))
        decisions.record(orders[2], decision(world, orders[2], world.ada, outcome="held"))
        conversions.link(orders[3].id, orders[0].id)
        conversions.reject(orders[4].id, "fraud")
        related = RelatedConversions(session)
        found = related.of_customer(whose["customer_id"])
        assert [(one.conversion_id, one.affiliate_id, one.click) for one in found] == [
            (orders[0].id, world.ada, click),
            (orders[1].id, None, None),
            (orders[5].id, None, None),
        ]
        assert found[0].place == orders[0].facts.place
        assert list(related.of_customer(whose["customer_id"], before=orders[1].facts.place)) == found[:1]


def test_what_hangs_on_a_conversion_is_found(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        whose = {"customer_id": customer(session, world)}
        one = told(session, world, "one", payment_reference="pi_1", **whose)
        names = {
            "customer's later": told(session, world, "a", occurred_at=at(100), **whose),
            "duplicate before": told(session, world, "b", source="s", payment_reference="pi_1", occurred_at=at(-5)),
            "linked": told(session, world, "c", source="s", occurred_at=at(-5)),
            "ada's later": told(session, world, "d", occurred_at=at(5)),
            "ada's much later": told(session, world, "e", occurred_at=at(500)),
            "bob's later": told(session, world, "f", occurred_at=at(5)),
            "customer's earlier": told(session, world, "g", occurred_at=at(-100), **whose),
            "ada's earlier": told(session, world, "h", occurred_at=at(-5)),
            "nobody's": told(session, world, "i", occurred_at=at(5)),
        }
        Conversions(session, world.clock).link(names["linked"].id, one.id)
        for name, conversion in names.items():
            if name.startswith(("ada", "bob")):
                Decisions(session, world.clock).record(
                    conversion, decision(world, conversion, world.ada if name[0] == "a" else world.bob, 0)
                )
        related = RelatedConversions(session)

        def found(*affiliate_ids: str, **until: float) -> set[str]:
            ids = related.dependents(one, affiliate_ids=affiliate_ids, until=at(until["until"]) if until else None)
            return {name for name, conversion in names.items() if conversion.id in ids}

        always = {"customer's later", "duplicate before", "linked"}
        assert found() == always
        assert found(world.ada) == always | {"ada's later", "ada's much later"}
        assert found(world.ada, until=500) == always | {"ada's later"}
        assert found(world.ada, world.bob, until=6) == always | {"ada's later", "bob's later"}


def test_of_orders_at_one_instant_the_names_tell_which_is_later(ledger: Database, world: World) -> None:
    with ledger.session() as session:
        whose = {"customer_id": customer(session, world)}
        names = ["B", "a", "\u00e4", "z", "\U0001f600", "\uffee"]
        orders = {name: told(session, world, name, amount_minor=n + 1, **whose) for n, name in enumerate(names)}
        for name, order in orders.items():
            later = RelatedConversions(session).dependents(order)
            assert {one for one in names if orders[one].id in later} == {one for one in names if one > name}
