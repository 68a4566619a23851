"""Affiliates, links, balances, adjustments, the audit log and order hints as JSON documents, and the bodies that change them."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tribute.analytics.clicks import OrderHintSeen
from tribute.kit.clock import iso
from tribute.ledger.audit import AuditRecord
from tribute.ledger.books import Balance
from tribute.ledger.paging import Page
from tribute.reports.promoters import AffiliateSeen, LinkSeen
from tribute.reports.records import AdjustmentSeen


class AffiliateDocument(msgspec.Struct):
    """An affiliate; `code` is the one that new links carry, all of `codes` go on working."""

    id: str
    name: str
    email: str
    code: str
    codes: list[str]
    active: bool
    created_at: str


class AffiliateList(msgspec.Struct):
    """Affiliates by primary code."""

    affiliates: list[AffiliateDocument]


class LinkDocument(msgspec.Struct):
    """A link: `url` is what the affiliate shares, `destination` where it leads."""

    id: str
    affiliate: str
    affiliate_id: str
    website: str
    website_id: str
    slug: str
    destination: str
    sub_id: str | None
    url: str
    created_at: str


class LinkList(msgspec.Struct):
    """Links in the order of their making."""

    links: list[LinkDocument]


class BalanceDocument(msgspec.Struct):
    """What is owed in one currency, in minor units, by how certain it is."""

    currency: str
    pending_minor: int
    approved_minor: int
    held_minor: int
    adjustments_minor: int


class BalanceList(msgspec.Struct):
    """An affiliate's balances by currency."""

    affiliate_id: str
    balances: list[BalanceDocument]


class AdjustmentDocument(msgspec.Struct):
    """A bonus, or a correction, which may be below zero. `by` and `external_id` are for owners."""

    id: str
    affiliate: str
    affiliate_id: str
    kind: str
    amount_minor: int
    currency: str
    reason: str
    created_at: str
    by: str | None
    external_id: str | None


class AdjustmentPage(msgspec.Struct):
    """Some adjustments, the latest first; `next_cursor` asks for those that follow."""

    adjustments: list[AdjustmentDocument]
    next_cursor: str | None


class AuditDocument(msgspec.Struct):
    """A change by a person."""

    id: str
    at: str
    by: str
    action: str
    subject_kind: str
    subject_id: str
    detail: dict[str, Any]


class AuditPage(msgspec.Struct):
    """Some changes, the latest first; `next_cursor` asks for those that follow."""

    changes: list[AuditDocument]
    next_cursor: str | None


class HintDocument(msgspec.Struct):
    """An order that a page told of. It is never paid; tell of it with `POST /api/v1/conversions` when it is one."""

    website_id: str
    kind: str
    external_id: str
    amount_minor: int | None
    currency: str | None
    coupon: str | None
    anonymous_id: str | None
    time: str


class HintList(msgspec.Struct):
    """Hints that no trusted source confirmed, the latest first."""

    hints: list[HintDocument]


class AffiliateTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new affiliate."""

    name: str
    email: str
    code: str


class AffiliateChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the affiliate may sign in and earn."""

    active: bool


class CodeTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A further code; `primary`: new links carry it from now on."""

    code: str
    primary: bool = False


class LinkTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new link; only the team names an affiliate. Without a slug it gets a random one, without `to` it leads to the default page."""

    website: str
    affiliate: str | None = None
    slug: str | None = None
    to: str | None = None
    sub_id: str | None = None


class AdjustmentTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bonus above zero, or a correction above or below, for an affiliate by code or id.

    Told again with the same `external_id` it is booked once; without one, as often as it is told.
    """

    affiliate: str
    kind: Literal["bonus", "correction"]
    amount_minor: Annotated[int, Meta(description="In minor units, not 0.")]
    currency: str
    reason: str
    external_id: Annotated[str | None, Meta(description="Your own id for it, unique for the affiliate.")] = None


def affiliate_document(seen: AffiliateSeen) -> AffiliateDocument:
    """An affiliate."""
    one = seen.record
    return AffiliateDocument(one.id, one.name, one.email, one.code, list(seen.codes), one.active, iso(one.created_at))


def link_document(seen: LinkSeen, public_url: str) -> LinkDocument:
    """A link."""
    one = seen.record
    return LinkDocument(
        id=one.id,
        affiliate=seen.code,
        affiliate_id=one.affiliate_id,
        website=seen.website,
        website_id=one.website_id,
        slug=one.slug,
        destination=seen.destination,
        sub_id=one.sub_id,
        url=public_url.rstrip("/") + seen.path,
        created_at=iso(one.created_at),
    )


def balance_document(balance: Balance) -> BalanceDocument:
    """A balance."""
    return BalanceDocument(balance.currency, balance.pending_minor, balance.approved_minor, balance.held_minor, balance.adjustments_minor)


def adjustment_document(seen: AdjustmentSeen) -> AdjustmentDocument:
    """An adjustment."""
    one = seen.record
    about = (one.kind, one.amount_minor, one.currency, one.reason, iso(one.created_at))
    return AdjustmentDocument(one.id, seen.code, one.affiliate_id, *about, seen.by, seen.external_id)


def adjustment_page(page: Page[AdjustmentSeen]) -> AdjustmentPage:
    """A page of them."""
    return AdjustmentPage([adjustment_document(one) for one in page.items], page.next)


def audit_page(page: Page[AuditRecord]) -> AuditPage:
    """A page of changes."""
    changes = [
        AuditDocument(one.id, iso(one.at), one.by, one.action, one.subject_kind, one.subject_id, dict(one.detail)) for one in page.items
    ]
    return AuditPage(changes, page.next)


def hint_document(seen: OrderHintSeen) -> HintDocument:
    """A hint."""
    hint = seen.hint
    about = (str(hint.kind), hint.order_id, hint.amount_minor, hint.currency, hint.coupon)
    return HintDocument(seen.website_id, *about, seen.visitor_id, iso(seen.time))
