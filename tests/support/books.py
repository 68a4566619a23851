"""A ledger with a website, a program and two affiliates in it, and orders told, decided and booked there by the repositories alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.support.ledger import NOON, clock_at
from tribute.kit.clock import FixedClock
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.books import Account, Books, Cause
from tribute.ledger.commissions import CommissionRecord, Commissions
from tribute.ledger.conversions import ConversionFacts, ConversionRecord, Conversions
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.programs import Programs
from tribute.ledger.rules.decisions import DecidedLine, Decision
from tribute.ledger.rules.orders import Line
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.websites import Websites

TERMS = Terms(currency="USD", rules=(Rule(percent="50"),))
HOLD = timedelta(days=30)


@dataclass(frozen=True)
class World:
    """Ids of what is there."""

    website: str
    other_website: str
    program: str
    ada: str
    bob: str
    clock: FixedClock


def new_world(ledger: Database) -> World:
    """Two websites, the first of them in a program; Ada and Bob."""
    clock = clock_at()
    with ledger.session() as session:
        course, shop = (Websites(session, clock).add(name, f"{name.lower()}.example") for name in ("Course", "Shop"))
        affiliates = Affiliates(session, clock)
        ada, bob = (affiliates.add(code, f"{code}@affiliates.example", code) for code in ("ada", "bob"))
        program = Programs(session, clock).add("Partners", TERMS, by="own_1", website_ids=[course.id])
    return World(course.id, shop.id, program.id, ada.id, bob.id, clock)


def facts(world: World, external_id: str = "order-1", **told: Any) -> ConversionFacts:
    """What is told of a sale of 199.00 USD at noon; the fingerprint is of whatever is told."""
    amount = told.get("amount_minor", 19900)
    plain = ConversionFacts(
        program_id=world.program,
        website_id=world.website,
        source="api",
        external_id=external_id,
        fingerprint=repr(sorted(told.items())),
        kind="sale",
        amount_minor=amount,
        currency="USD",
        tax_minor=0,
        shipping_minor=0,
        lines=(Line(id="1", amount_minor=amount - told.get("tax_minor", 0) - told.get("shipping_minor", 0)),),
        occurred_at=NOON,
        received_at=NOON,
        created_by="tok_1",
    )
    return replace(plain, **told)


def told(session: Session, world: World, external_id: str = "order-1", **more: Any) -> ConversionRecord:
    """A conversion that is taken in."""
    return Conversions(session, world.clock).add(facts(world, external_id, **more))[0]


def decision(world: World, conversion: ConversionRecord, affiliate_id: str | None, commission_minor: int = 9950, **more: Any) -> Decision:
    """A decision for an affiliate, or for nobody."""
    line = DecidedLine(
        line_id="1",
        amount_minor=conversion.facts.amount_minor,
        commission_minor=commission_minor,
        rule=0,
        rule_key=more.pop("rule_key", "key"),
    )
    said: Mapping[str, Any] = {
        "outcome": "attributed" if affiliate_id is not None else "unattributed",
        "considered": (),
        "currency": conversion.facts.currency,
        "affiliate_id": affiliate_id,
        "program_id": world.program,
        "lines": (line,) if affiliate_id is not None else (),
        "commissionable_minor": conversion.facts.commissionable_minor,
        "commission_minor": commission_minor if affiliate_id is not None else 0,
    }
    return Decision(**{**said, **more})


def earned(
    session: Session, world: World, external_id: str, affiliate_id: str, commission_minor: int = 9950, **more: Any
) -> CommissionRecord:
    """A conversion that is told, decided, and booked as a pending commission."""
    conversion = told(session, world, external_id, **more)
    decided = Decisions(session, world.clock).record(conversion, decision(world, conversion, affiliate_id, commission_minor))
    commission = add_commission(session, world, conversion, decided.id, affiliate_id, amount_minor=commission_minor)
    currency = conversion.facts.currency
    entries = [(Account("pending", currency, affiliate_id), commission_minor), (Account("commission_expense", currency), -commission_minor)]
    Books(session, world.clock).post(Cause("commission", commission.id, "earned"), entries, by="attribution")
    return commission


def add_commission(
    session: Session, world: World, conversion: ConversionRecord, decision_id: str, affiliate_id: str, *, amount_minor: int = 9950
) -> CommissionRecord:
    """A pending commission, which the books know nothing of."""
    return Commissions(session, world.clock).add(
        conversion_id=conversion.id,
        decision_id=decision_id,
        affiliate_id=affiliate_id,
        program_id=conversion.facts.program_id or "",
        website_id=conversion.facts.website_id,
        currency=conversion.facts.currency,
        amount_minor=amount_minor,
        payable_at=conversion.facts.occurred_at + HOLD,
        occurred_at=conversion.facts.occurred_at,
    )


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)
