"""Conversions, commissions and refunds as JSON documents. Amounts are whole minor units; times ISO 8601 in UTC."""

from datetime import datetime
from typing import Any

import msgspec

from tribute.kit.clock import iso
from tribute.ledger.paging import Page
from tribute.ledger.refunds import DisputeRecord, RefundRecord
from tribute.reports.money import CommissionSeen, ConversionSeen


class ReversalDocument(msgspec.Struct):
    """A part of a commission that was taken back."""

    amount_minor: int
    occurred_at: str
    refund_id: str | None
    dispute_id: str | None


class CommissionDocument(msgspec.Struct):
    """A commission. `amount_minor` is what the order earned; `reversed_minor` of it was taken back for refunds, `owed_minor` is left."""

    id: str
    conversion_id: str
    affiliate: str
    """The affiliate's current primary code."""
    affiliate_id: str
    website: str
    program: str
    kind: str
    amount_minor: int
    reversed_minor: int
    owed_minor: int
    currency: str
    status: str
    held_reason: str | None
    occurred_at: str
    payable_at: str
    reversals: list[ReversalDocument]
    why: list[str]


class RefundDocument(msgspec.Struct):
    """A refund as it was told."""

    id: str
    external_id: str
    amount_minor: int
    reason: str
    items: dict[str, int]
    occurred_at: str


class DisputeDocument(msgspec.Struct):
    """A dispute: open, won by the seller, or lost."""

    id: str
    external_id: str
    state: str
    reason: str
    opened_at: str
    closed_at: str | None


class CustomerDocument(msgspec.Struct):
    """A customer: their address is kept as a keyed hash, and shown masked."""

    id: str
    external_id: str | None
    email: str | None


class ItemDocument(msgspec.Struct):
    """A line of the order."""

    id: str
    amount_minor: int
    product: str | None
    name: str | None
    quantity: int


class AttributionDocument(msgspec.Struct):
    """What was decided: `decision` is the whole record, with all that was considered and the arithmetic; `why` tells it in English."""

    outcome: str
    affiliate: str | None
    affiliate_id: str | None
    via: str | None
    reason: str | None
    why: list[str]
    decision: dict[str, Any]


class ConversionDocument(msgspec.Struct):
    """A conversion as it stands now."""

    id: str
    status: str
    website: str
    website_id: str
    program: str | None
    source: str
    external_id: str
    kind: str
    amount_minor: int
    tax_minor: int
    shipping_minor: int
    commissionable_minor: int
    currency: str
    occurred_at: str
    received_at: str
    items: list[ItemDocument]
    customer: CustomerDocument | None
    affiliate_code: str | None
    coupon: str | None
    click_id: str | None
    anonymous_id: str | None
    payment_reference: str | None
    metadata: dict[str, Any]
    attribution: AttributionDocument | None
    commissions: list[CommissionDocument]
    refunds: list[RefundDocument]
    disputes: list[DisputeDocument]


class ConversionPage(msgspec.Struct):
    """Some conversions, the latest first; `next_cursor` asks for those that follow."""

    conversions: list[ConversionDocument]
    next_cursor: str | None


class CommissionPage(msgspec.Struct):
    """Some commissions, the latest first; `next_cursor` asks for those that follow."""

    commissions: list[CommissionDocument]
    next_cursor: str | None


def conversion_document(seen: ConversionSeen) -> ConversionDocument:
    """A conversion whole."""
    record, facts = seen.record, seen.record.facts
    return ConversionDocument(
        id=record.id,
        status=record.state.status,
        website=seen.website,
        website_id=facts.website_id,
        program=seen.program,
        source=facts.source,
        external_id=facts.external_id,
        kind=facts.kind,
        amount_minor=facts.amount_minor,
        tax_minor=facts.tax_minor,
        shipping_minor=facts.shipping_minor,
        commissionable_minor=facts.commissionable_minor,
        currency=facts.currency,
        occurred_at=iso(facts.occurred_at),
        received_at=iso(facts.received_at),
        items=[ItemDocument(line.id, line.amount_minor, line.product, line.name, line.quantity) for line in facts.lines],
        customer=_customer(seen),
        affiliate_code=facts.affiliate_code,
        coupon=facts.coupon,
        click_id=facts.click_id,
        anonymous_id=facts.visitor_id,
        payment_reference=facts.payment_reference,
        metadata=facts.order_metadata or {},
        attribution=_attribution(seen),
        commissions=[commission_document(seen.commission)] if seen.commission is not None else [],
        refunds=[refund_document(refund) for refund in seen.refunds],
        disputes=[dispute_document(dispute) for dispute in seen.disputes],
    )


def conversion_page(page: Page[ConversionSeen]) -> ConversionPage:
    """A page of them."""
    return ConversionPage([conversion_document(one) for one in page.items], page.next)


def commission_page(page: Page[CommissionSeen]) -> CommissionPage:
    """A page of them."""
    return CommissionPage([commission_document(one) for one in page.items], page.next)


def commission_document(seen: CommissionSeen) -> CommissionDocument:
    """A commission with its reversals and its reasons."""
    record = seen.record
    return CommissionDocument(
        id=record.id,
        conversion_id=record.conversion_id,
        affiliate=seen.code,
        affiliate_id=record.affiliate_id,
        website=seen.website,
        program=seen.program,
        kind=seen.kind,
        amount_minor=record.amount_minor,
        reversed_minor=record.reversed_minor,
        owed_minor=record.left_minor if record.status != "rejected" else 0,
        currency=record.currency,
        status=record.status,
        held_reason=record.held_reason,
        occurred_at=iso(record.occurred_at),
        payable_at=iso(record.payable_at),
        reversals=[ReversalDocument(one.amount_minor, iso(one.occurred_at), one.refund_id, one.dispute_id) for one in seen.reversals],
        why=list(seen.why),
    )


def refund_document(refund: RefundRecord) -> RefundDocument:
    """A refund."""
    occurred_at = iso(refund.occurred_at)
    return RefundDocument(refund.id, refund.external_id, refund.amount_minor, refund.reason, dict(refund.lines), occurred_at)


def dispute_document(dispute: DisputeRecord) -> DisputeDocument:
    """A dispute."""
    state, closed_at = dispute.outcome or "open", _iso(dispute.closed_at)
    return DisputeDocument(dispute.id, dispute.external_id, state, dispute.reason, iso(dispute.opened_at), closed_at)


def _attribution(seen: ConversionSeen) -> AttributionDocument | None:
    if seen.decision is None:
        return None
    record = seen.decision.record
    credited = record.outcome == "attributed"
    return AttributionDocument(
        outcome=record.outcome,
        affiliate=seen.credited_code if credited else None,
        affiliate_id=record.affiliate_id if credited else None,
        via=record.via,
        reason=record.reason,
        why=list(seen.why),
        decision=msgspec.to_builtins(record)
        | {"id": seen.decision.id, "number": seen.decision.number, "decided_at": iso(seen.decision.decided_at)},
    )


def _customer(seen: ConversionSeen) -> CustomerDocument | None:
    customer = seen.customer
    return CustomerDocument(customer.id, customer.shown_external_id, customer.shown_email) if customer is not None else None


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at is not None else None
