"""What the ledger's reports tell, as the values of the schema's types: dicts by field name. Pure; called by the ledger's resolvers.

Keys that begin with an underscore are for the resolvers of nested fields.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from tribute.kit.clock import iso
from tribute.kit.money import main_units
from tribute.ledger.audit import AuditRecord
from tribute.ledger.refunds import DisputeRecord, RefundRecord
from tribute.reports.clicks import ClickListed
from tribute.reports.joining import ApplicationSeen, Offer
from tribute.reports.money import CommissionSeen, ConversionSeen, ConversionSummary, DecisionSeen, Owed
from tribute.reports.not_credited import NotCredited
from tribute.reports.programs import CouponSeen, EnrollmentSeen, ProgramSeen, TermsSeen
from tribute.reports.promoters import AffiliateSeen, LinkSeen
from tribute.reports.records import AdjustmentSeen

Shape = dict[str, Any]


def money(minor: int, currency: str) -> Shape:
    """An amount."""
    return {"amountMinor": minor, "amount": str(main_units(minor, currency)), "currency": currency}


def time(at: datetime | None) -> str | None:
    """An instant, where there is one."""
    return iso(at) if at is not None else None


def json_text(value: Any) -> str:
    """A value of no fixed shape, as the text of its JSON."""
    return msgspec.json.encode(value).decode()


def link_shape(seen: LinkSeen, public_url: str) -> Shape:
    """A link with its whole address."""
    return {
        "id": seen.record.id,
        "affiliate": seen.code,
        "website": seen.website,
        "slug": seen.record.slug,
        "url": public_url.rstrip("/") + seen.path,
        "destination": seen.destination,
        "subId": seen.record.sub_id,
        "createdAt": iso(seen.record.created_at),
    }


def click_shape(seen: ClickListed) -> Shape:
    """A click."""
    click = seen.click
    return {
        "id": click.click_id,
        "time": iso(click.time),
        "website": seen.website,
        "affiliate": seen.code,
        "link": click.link_slug,
        "subId": click.sub_id,
        "landingPage": click.landing_page,
        "referrer": click.referrer_host,
        "channel": click.channel,
        "utmSource": click.utm_source,
        "utmMedium": click.utm_medium,
        "utmCampaign": click.utm_campaign,
        "country": click.country,
        "device": click.device,
    }


def conversion_shape(seen: ConversionSummary, whole: ConversionSeen | None = None) -> Shape:
    """A conversion; `whole` is there for its owner."""
    return {
        "id": seen.id,
        "kind": seen.kind,
        "status": seen.status,
        "occurredAt": iso(seen.occurred_at),
        "website": seen.website,
        "program": seen.program,
        "commissionable": money(seen.commissionable_minor, seen.currency),
        "affiliate": seen.credited_code,
        "why": list(seen.why),
        "commission": commission_shape(seen.commission) if seen.commission is not None else None,
        "_whole": whole,
    }


def details_shape(seen: ConversionSeen) -> Shape:
    """Everything else of a conversion. `disputes` and `decisions` are read when they are asked for."""
    facts, customer = seen.record.facts, seen.customer
    return {
        "source": facts.source,
        "externalId": facts.external_id,
        "receivedAt": iso(facts.received_at),
        "amount": money(facts.amount_minor, facts.currency),
        "tax": money(facts.tax_minor, facts.currency),
        "shipping": money(facts.shipping_minor, facts.currency),
        "items": [
            {
                "id": line.id,
                "amount": money(line.amount_minor, facts.currency),
                "product": line.product,
                "name": line.name,
                "quantity": line.quantity,
            }
            for line in facts.lines
        ],
        "customer": {"id": customer.id, "externalId": customer.shown_external_id, "email": customer.shown_email} if customer else None,
        "affiliateCode": facts.affiliate_code,
        "coupon": facts.coupon,
        "clickId": facts.click_id,
        "anonymousId": facts.visitor_id,
        "paymentReference": facts.payment_reference,
        "metadata": json_text(facts.order_metadata or {}),
        "refunds": [_refund(one, facts.currency) for one in seen.refunds],
        "_id": seen.record.id,
    }


def _refund(refund: RefundRecord, currency: str) -> Shape:
    return {
        "id": refund.id,
        "externalId": refund.external_id,
        "amount": money(refund.amount_minor, currency),
        "reason": refund.reason,
        "occurredAt": iso(refund.occurred_at),
    }


def dispute_shape(dispute: DisputeRecord) -> Shape:
    """A dispute."""
    return {
        "id": dispute.id,
        "externalId": dispute.external_id,
        "state": dispute.outcome or "open",
        "reason": dispute.reason,
        "openedAt": iso(dispute.opened_at),
        "closedAt": time(dispute.closed_at),
    }


def decision_shape(seen: DecisionSeen) -> Shape:
    """A decision, told to its owner."""
    return {
        "id": seen.record.id,
        "number": seen.record.number,
        "decidedAt": iso(seen.record.decided_at),
        "outcome": seen.record.record.outcome,
        "why": list(seen.why),
        "record": json_text(seen.record.record),
    }


def commission_shape(seen: CommissionSeen) -> Shape:
    """A commission with its reasons."""
    record = seen.record
    return {
        "id": record.id,
        "conversionId": record.conversion_id,
        "affiliate": seen.code,
        "website": seen.website,
        "program": seen.program,
        "kind": seen.kind,
        "status": record.status,
        "heldReason": record.held_reason,
        "occurredAt": iso(record.occurred_at),
        "payableAt": iso(record.payable_at),
        "commissionable": money(seen.order_minor, record.currency),
        "earned": money(record.amount_minor, record.currency),
        "reversed": money(record.reversed_minor, record.currency),
        "owed": money(record.left_minor if record.status != "rejected" else 0, record.currency),
        "reversals": [
            {
                "amount": money(one.amount_minor, one.currency),
                "occurredAt": iso(one.occurred_at),
                "cause": "refund" if one.refund_id is not None else "dispute",
            }
            for one in seen.reversals
        ],
        "why": list(seen.why),
    }


def not_credited_shape(seen: NotCredited) -> Shape:
    """An order that brought the affiliate nothing."""
    return {"occurredAt": iso(seen.occurred_at), "website": seen.website, "outcome": seen.outcome, "why": list(seen.why)}


def balance_shape(owed: Owed) -> Shape:
    """A balance."""
    balance, coming, currency = owed.balance, owed.coming, owed.balance.currency
    return {
        "affiliate": owed.code,
        "currency": currency,
        "pending": money(balance.pending_minor, currency),
        "approved": money(balance.approved_minor, currency),
        "held": money(balance.held_minor, currency),
        "adjustments": money(balance.adjustments_minor, currency),
        "payable": money(balance.approved_minor + balance.adjustments_minor, currency),
        "next": money(coming.amount_minor, currency) if coming is not None else None,
        "nextAt": time(coming.payable_at) if coming is not None else None,
    }


def adjustment_shape(seen: AdjustmentSeen) -> Shape:
    """An adjustment."""
    record = seen.record
    return {
        "id": record.id,
        "affiliate": seen.code,
        "kind": record.kind,
        "amount": money(record.amount_minor, record.currency),
        "reason": record.reason,
        "createdAt": iso(record.created_at),
        "by": seen.by,
        "externalId": seen.external_id,
    }


def program_shape(seen: ProgramSeen, *, to_owner: bool) -> Shape:
    """A program; its enrollments, coupons and history are read when they are asked for."""
    standing = seen.standing
    return {
        "id": seen.record.id,
        "name": seen.record.name,
        "websites": [website.name for website in seen.websites],
        "archivedAt": time(seen.record.archived_at),
        "terms": terms_shape(seen.current, to_owner=to_owner),
        "coming": [terms_shape(one, to_owner=to_owner) for one in seen.coming],
        "groups": list(seen.groups),
        "_standing": standing,
        "mayEarn": seen.may_earn,
    }


def terms_shape(seen: TermsSeen, *, to_owner: bool) -> Shape:
    """A version of terms."""
    terms = seen.version.terms
    return {
        "id": seen.version.id,
        "effectiveFrom": time(seen.version.effective_from),
        "currency": terms.currency,
        "model": terms.model,
        "windowDays": terms.window_days,
        "holdDays": terms.hold_days,
        "minimumPayout": money(terms.minimum_payout_minor, terms.currency),
        "byApproval": terms.by_approval,
        "text": terms.text,
        "rules": list(seen.sentences),
        "record": json_text(terms) if to_owner else None,
    }


def enrollment_shape(seen: EnrollmentSeen) -> Shape:
    """Where an affiliate stands."""
    record = seen.record
    return {
        "affiliate": seen.code,
        "name": seen.name,
        "state": record.state,
        "group": record.group_name,
        "reason": record.reason,
        "at": iso(record.at),
    }


def application_shape(seen: ApplicationSeen) -> Shape:
    """An application."""
    record = seen.record
    return {
        "id": record.id,
        "program": seen.program,
        "state": record.state,
        "name": record.name,
        "email": record.email,
        "code": record.code,
        "promotes": record.promotes,
        "answers": [{"question": one.question, "answer": one.answer} for one in record.answers],
        "at": iso(record.at),
        "affiliate": seen.holder_code,
        "termsId": record.terms_id,
        "decidedAt": time(record.decided_at),
        "reason": record.reason,
    }


def sign_up_shape(offer: Offer, public_url: str) -> Shape:
    """A program's sign-up page."""
    return {
        "isPublished": offer.is_published,
        "slug": offer.slug,
        "address": f"{public_url.rstrip('/')}/join/{offer.slug}",
        "welcome": offer.welcome,
        "termsText": offer.terms.text,
        "termsId": offer.terms_id,
        "byApproval": offer.terms.by_approval,
        "questions": [
            {"text": one.text, "kind": one.kind, "required": one.required, "choices": list(one.choices)} for one in offer.questions
        ],
    }


def coupon_shape(seen: CouponSeen) -> Shape:
    """A coupon."""
    record = seen.record
    return {"code": record.code, "affiliate": seen.code, "createdAt": iso(record.created_at), "disabledAt": time(record.disabled_at)}


def affiliate_shape(seen: AffiliateSeen) -> Shape:
    """An affiliate."""
    record = seen.record
    return {
        "id": record.id,
        "name": record.name,
        "email": record.email,
        "code": record.code,
        "codes": list(seen.codes),
        "active": record.active,
    }


def audit_shape(record: AuditRecord) -> Shape:
    """A change by a person."""
    detail: Mapping[str, Any] = record.detail
    return {
        "id": record.id,
        "at": iso(record.at),
        "by": record.by,
        "action": record.action,
        "subjectKind": record.subject_kind,
        "subjectId": record.subject_id,
        "detail": json_text(detail),
    }
