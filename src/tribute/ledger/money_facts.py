"""Everything that the ledger knows of some conversions, for the analytics store and for pages. Used by jobs and reports, through `app`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.ledger.columns import columns_of
from tribute.ledger.commissions import CommissionRecord, Commissions, ReversalRecord
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.decisions import DecisionRecord, Decisions
from tribute.ledger.models_money import ReversalRow
from tribute.ledger.refunds import RefundRecord, Refunds
from tribute.ledger.related_conversions import RelatedConversions


@dataclass(frozen=True, slots=True)
class MoneyFacts:
    """A conversion with what stands of it: its newest decision, commission and reversals, and its refunds, by time.

    `linked` are the orders that are linked to it, with what was refunded of them.
    """

    conversion: ConversionRecord
    decision: DecisionRecord | None
    commission: CommissionRecord | None
    refunds: Sequence[RefundRecord]
    reversals: Sequence[ReversalRecord]
    linked: Sequence[tuple[ConversionRecord, Sequence[RefundRecord]]]


def money_facts(session: Session, clock: Clock, conversion_ids: Collection[str]) -> Sequence[MoneyFacts]:
    """The facts of those of these conversions that there are, in the order of place; a few queries for a page's worth."""
    conversions = Conversions(session, clock).by_ids(conversion_ids)
    ids = [conversion.id for conversion in conversions]
    decisions = Decisions(session, clock).by_ids({one.state.decision_id for one in conversions if one.state.decision_id is not None})
    commissions = Commissions(session, clock).current_of(ids)
    linked = RelatedConversions(session).linked_orders(ids)
    refunds = Refunds(session).of_conversions({*ids, *(other.id for others in linked.values() for other in others)})
    reversals = _reversals(session, [commission.id for commission in commissions.values()])
    return [
        MoneyFacts(
            conversion,
            decisions.get(conversion.state.decision_id or ""),
            commission := commissions.get(conversion.id),
            refunds.get(conversion.id, ()),
            reversals.get(commission.id, ()) if commission is not None else (),
            [(other, refunds.get(other.id, ())) for other in linked.get(conversion.id, ())],
        )
        for conversion in conversions
    ]


def _reversals(session: Session, commission_ids: Sequence[str]) -> dict[str, list[ReversalRecord]]:
    row = ReversalRow
    query = sa.select(*columns_of(row, ReversalRecord)).where(row.commission_id.in_(commission_ids), row.superseded_at.is_(None))
    found: dict[str, list[ReversalRecord]] = {}
    for values in session.execute(query.order_by(row.occurred_at, row.id)):
        record = ReversalRecord(*values)
        found.setdefault(record.commission_id, []).append(record)
    return found
