"""Decisions are added beside earlier ones; the newest says whom the order is credited to, and counts for later orders' tiers and caps."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.support.books import World, at, decision, new_world, told
from tests.support.ledger import NOON
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.customers import Customers, Shown
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.rules.commissions import Before
from tribute.ledger.rules.decisions import ClickSeen, Considered, DecidedLine
from tribute.ledger.standings import Standings


@pytest.fixture
def world(ledger: Database) -> World:
    return new_world(ledger)


@pytest.fixture
def session(ledger: Database, world: World) -> Iterator[Session]:
    """One transaction for the whole test."""
    with ledger.session() as session:
        yield session


def decide(
    session: Session, world: World, conversion: ConversionRecord, affiliate_id: str | None, amount: int = 100, **more: object
) -> None:
    Decisions(session, world.clock).record(conversion, decision(world, conversion, affiliate_id, amount, **more), capped={"key", "other"})


def test_decisions_stand_beside_each_other(session: Session, world: World) -> None:
    conversion, decisions = told(session, world), Decisions(session, world.clock)
    click = ClickSeen(click_id="c", website_id=world.website, time=at(-1), code="ada", country="IN")
    first = decisions.record(
        conversion,
        decision(
            world, conversion, world.ada, considered=(Considered("click", "won", world.ada, "ada", click),), click=click, provisional=True
        ),
    )
    assert Conversions(session, world.clock).lock(conversion.id).state.status == "provisional"
    world.clock.at = at(1)
    second = decisions.record(conversion, decision(world, conversion, None, reason="rejected", note="fraud"))
    assert [(one.number, one.decided_at) for one in (first, second)] == [(1, NOON), (2, at(1))]
    assert decisions.of_conversion(conversion.id) == [first, second]
    assert decisions.newest(conversion.id) == second
    assert decisions.by_ids([first.id, second.id, "dec_0"]) == {first.id: first, second.id: second}
    assert decisions.newest("cnv_0") is None


def test_the_newest_decision_says_whose_the_order_is(session: Session, world: World) -> None:
    conversion, conversions = told(session, world), Conversions(session, world.clock)
    seen = []
    for affiliate, more in ((world.ada, {}), (world.bob, {"outcome": "held"}), (world.bob, {}), (None, {})):
        decide(session, world, conversion, affiliate, **more)
        state = conversions.lock(conversion.id).state
        seen.append((state.status, state.credited_affiliate_id))
        assert (state.due_at, state.due_reason) == (None, None)
    assert seen == [("decided", world.ada), ("held", None), ("decided", world.bob), ("decided", None)]


@pytest.mark.parametrize("statement", ["UPDATE decisions SET number = 7", "DELETE FROM decisions"])
def test_decisions_are_never_changed(ledger: Database, world: World, statement: str) -> None:
    with ledger.session() as session:
        decide(session, world, told(session, world), world.ada)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), ledger.session() as session:
        session.execute(sa.text(statement))


def test_earlier_orders_count_by_their_place(session: Session, world: World) -> None:
    """Of those before noon: the affiliate's own, decided, of this kind and currency, with what is commissionable of them."""
    place = (NOON, "api", "order-5")
    for name, hours, more in (
        ("order-4", 0, {"tax_minor": 900}),
        ("order-5", 0, {}),
        ("order-6", 0, {}),
        ("earlier", -2, {}),
        ("long ago", -2000, {}),
        ("later", 1, {}),
        ("euros", -1, {"currency": "EUR"}),
        ("lead", -1, {"kind": "lead"}),
    ):
        decide(session, world, told(session, world, name, occurred_at=at(hours), amount_minor=10_000, **more), world.ada)
    decide(session, world, told(session, world, "bob's", occurred_at=at(-1)), world.bob)
    decide(session, world, told(session, world, "held", occurred_at=at(-1)), world.ada, outcome="held")
    told(session, world, "undecided", occurred_at=at(-1))

    def before(since: datetime | None, **more: str) -> Before:
        return Standings(session).before(world.program, world.ada, place, since=since, **({"kind": "sale", "currency": "USD"} | more))  # type: ignore[arg-type]

    assert before(None) == Before(volume_minor=29_100, count=3)
    assert before(at(-2)) == Before(volume_minor=19_100, count=2)
    assert before(at(-1.5)) == Before(volume_minor=9_100, count=1)
    assert before(None, currency="EUR") == before(None, kind="lead") == Before(volume_minor=10_000, count=1)
    assert before(at(99)) == Before()


def test_what_capped_rules_paid_before_is_summed_from_newest_decisions(session: Session, world: World) -> None:
    found = Customers(session, world.clock).of(world.program, external="e", email_hash=None, shown=Shown())
    assert found is not None
    conversions = [
        told(session, world, f"o{n}", occurred_at=at(n), customer_id=found.id if n % 2 else None, amount_minor=1000 + n) for n in range(6)
    ]
    for n, conversion in enumerate(conversions):
        decide(session, world, conversion, world.ada, 10**n)
    lines = (
        DecidedLine("1", 500, 7, rule_key="key"),
        DecidedLine("2", 500, 8, rule_key="key"),
        DecidedLine("3", 500, 9, rule_key="other"),
        DecidedLine("4", 500, 5, rule_key="without a cap"),
        DecidedLine("5", 500, 0, rule_key="other"),
    )
    decide(session, world, conversions[2], world.ada, lines=lines)
    decide(session, world, conversions[1], world.bob, 10)
    standings = Standings(session)

    def paid(n: int, whose: str = world.ada, key: str = "key", since: datetime | None = None) -> int:
        return standings.paid_by_rule(world.program, whose, conversions[n].facts.place, rule_key=key, since=since)

    assert [paid(n) for n in range(6)] == [0, 1, 1, 16, 1016, 11016]
    assert paid(5, since=at(3)) == 11000
    assert paid(5, key="other") == 9
    assert paid(5, key="without a cap") == 0
    assert paid(5, whose=world.bob) == 10
    by_customer = [standings.paid_for_customer(found.id, world.ada, conversions[n].facts.place, rule_key="key") for n in (3, 4, 5)]
    assert by_customer == [0, 1000, 1000]
    decide(session, world, conversions[3], None)
    assert paid(5) == 10016
