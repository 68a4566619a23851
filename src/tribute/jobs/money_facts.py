"""Tells the analytics store what conversions, refunds and reversals add to its numbers, so that money is cut as traffic is.

The store holds what it was told, no more: the ledger's outbox says what has changed since, and a store that was never told everything is
told everything first. Whatever stops this between two steps, the same is told again. Called by the money worker.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, Protocol

from tribute.analytics.clicks import MoneyFact, Placement
from tribute.kit.clock import Clock
from tribute.kit.money import rounded
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.database import Database
from tribute.ledger.money_facts import MoneyFacts, money_facts
from tribute.ledger.outbox import Outbox
from tribute.ledger.paging import LARGEST_PAGE
from tribute.ledger.rules.orders import Order
from tribute.ledger.rules.refunds import refunded_by_any, split_refunds

BATCH: Final = 500
_PLACEMENT = tuple(Placement.__dataclass_fields__)
"""What a fact has of the winning click: everything that analytics break numbers down by."""


class MoneyStore(Protocol):
    """The part of the event store that is told of money."""

    def tell_money(self, facts: Mapping[str, Sequence[MoneyFact]]) -> None: ...

    def has_money(self) -> bool: ...

    def mark_money_complete(self) -> None: ...


class MoneyFeeder:
    """Brings the store's money up to date with the ledger's. One at a time."""

    def __init__(self, database: Database, store: MoneyStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    def feed(self) -> int:
        """Tell what is new, and everything to a store that was never told all of it; tells of how many conversions."""
        told = 0 if self._store.has_money() else self._tell_everything()
        while waiting := self._tell_waiting():
            told += waiting
        return told

    def _tell_waiting(self) -> int:
        with self._database.reading() as session:
            waiting = Outbox(session).take(BATCH)
            facts = money_facts(session, self._clock, [one.conversion_id for one in waiting])
        if waiting:
            self._tell(facts)
            with self._database.session() as session:
                Outbox(session).clear(waiting)
        return len(waiting)

    def _tell_everything(self) -> int:
        told, cursor = 0, None
        while True:
            with self._database.reading() as session:
                page = Conversions(session, self._clock).page(cursor=cursor, limit=LARGEST_PAGE)
                facts = money_facts(session, self._clock, [one.id for one in page.items])
            self._tell(facts)
            told, cursor = told + len(page.items), page.next
            if cursor is None:
                self._store.mark_money_complete()
                return told

    def _tell(self, facts: Sequence[MoneyFacts]) -> None:
        self._store.tell_money({one.conversion.id: list(facts_of(one)) for one in facts})


def facts_of(one: MoneyFacts) -> Iterator[MoneyFact]:
    """What a conversion adds: itself, its refunds, its commission, what was taken back of that. Nothing while held, linked or rejected."""
    conversion, decision = one.conversion, one.decision
    if decision is None or not _counts(conversion):
        return
    facts, order = conversion.facts, conversion.order()
    click = decision.record.click if decision.record.outcome == "attributed" else None
    shared: dict[str, Any] = {name: getattr(click, name) if click is not None else None for name in _PLACEMENT}
    shared |= {"conversion_id": conversion.id, "website_id": facts.website_id, "currency": facts.currency}
    shared["affiliate_id"] = conversion.state.credited_affiliate_id
    counted = one.commission if one.commission is not None and one.commission.status not in {"held", "rejected"} else None
    yield MoneyFact(
        **shared,
        time=facts.occurred_at,
        conversions=1,
        revenue_minor=facts.commissionable_minor,
        commission_minor=counted.amount_minor if counted is not None else 0,
    )
    for occurred_at, amount in _refunded(order, one):
        yield MoneyFact(**shared, time=occurred_at, conversions=0, revenue_minor=-amount, commission_minor=0)
    for reversal in one.reversals if counted is not None else ():
        yield MoneyFact(**shared, time=reversal.occurred_at, conversions=0, revenue_minor=0, commission_minor=-reversal.amount_minor)


def _counts(conversion: ConversionRecord) -> bool:
    state = conversion.state
    return state.status in {"decided", "provisional"} and state.linked_to is None and state.rejected_note is None


def _refunded(order: Order, one: MoneyFacts) -> Iterator[tuple[datetime, int]]:
    """How much of the commissionable amount each refund gave back, whichever source told of it.

    Rounded so that a full refund gives back exactly all of it.
    """
    linked = [(other.order(), [refund.refund() for refund in refunds]) for other, refunds in one.linked]
    counted = refunded_by_any(order, [refund.refund() for refund in one.refunds], linked)
    exact, returned = Fraction(0), 0
    for refund, split in zip(counted, split_refunds(order, counted), strict=True):
        exact += sum(split.lines.values())
        amount = rounded(exact) - returned
        returned += amount
        if amount:
            yield refund.occurred_at, amount
