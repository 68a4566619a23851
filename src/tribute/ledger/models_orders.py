"""The tables of orders: customers, conversions, decisions, refunds and disputes. Only repositories in this room read and write them.

`by` and `created_by` name who did it: an owner's id, a token's, or a part of the program such as `cli`.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.append_only import append_only
from tribute.ledger.columns import Minor, PlaceText, StructJson
from tribute.ledger.database import Base
from tribute.ledger.models import AffiliateRow, WebsiteRow
from tribute.ledger.models_programs import ProgramRow
from tribute.ledger.rules.decisions import Decision
from tribute.ledger.rules.orders import Line

_PLACE = ("occurred_at", "source", "external_id")


def _where_given(name: str, given: str, *columns: str) -> sa.Index:
    """An index of the rows in which a column is not NULL."""
    condition = sa.text(f"{given} IS NOT NULL")
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class CustomerRow(Base):
    """Someone who buys, within one program; who they are is kept in their keys, which can be erased."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id), index=True)
    created_at: Mapped[datetime]
    shown_email: Mapped[str | None]
    shown_external_id: Mapped[str | None]


class CustomerKeyRow(Base):
    """What a customer is recognised by: a sender's id for them, or the keyed hash of an e-mail address."""

    __tablename__ = "customer_keys"
    __table_args__ = (sa.CheckConstraint("kind IN ('external', 'email')", name="kind"),)

    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(sa.ForeignKey(CustomerRow.id), index=True)


class ConversionRow(Base):
    """A sale or a lead: what was told of it, which never changes, and where its deciding stands.

    `decision_id` is the decision with the greatest number; no foreign key, as decisions point here. `credited_affiliate_id` is set while
    that decision attributes the order.
    """

    __tablename__ = "conversions"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id", name="uq_conversions_external"),
        sa.CheckConstraint("kind IN ('sale', 'lead')", name="kind"),
        sa.CheckConstraint("status IN ('awaiting_events', 'provisional', 'decided', 'held')", name="status"),
        sa.CheckConstraint("amount_minor >= 0 AND tax_minor >= 0 AND shipping_minor >= 0", name="amounts"),
        sa.CheckConstraint("commissionable_minor = amount_minor - tax_minor - shipping_minor", name="commissionable"),
        sa.CheckConstraint("commissionable_minor >= 0", name="commissionable_sign"),
        _where_given("ix_conversions_due", "due_at", "program_id", *_PLACE),
        _where_given("ix_conversions_customer", "customer_id", "customer_id", *_PLACE),
        _where_given("ix_conversions_payment", "payment_reference", "payment_reference"),
        _where_given("ix_conversions_linked", "linked_to", "linked_to"),
        _where_given(
            "ix_conversions_credited",
            "credited_affiliate_id",
            *("program_id", "credited_affiliate_id", *_PLACE, "currency", "kind", "commissionable_minor"),
        ),
        _where_given("ix_conversions_affiliate", "credited_affiliate_id", "credited_affiliate_id", "occurred_at", "id"),
        sa.Index("ix_conversions_time", "occurred_at", "id"),
        sa.Index("ix_conversions_website", "website_id", "occurred_at", "id"),
        sa.Index("ix_conversions_status", "status", "occurred_at", "id"),
        sa.Index("ix_conversions_program", "program_id", "occurred_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str | None] = mapped_column(sa.ForeignKey(ProgramRow.id))
    website_id: Mapped[str] = mapped_column(sa.ForeignKey(WebsiteRow.id))
    source: Mapped[PlaceText]
    external_id: Mapped[PlaceText]
    fingerprint: Mapped[str]
    kind: Mapped[str]
    amount_minor: Mapped[Minor]
    currency: Mapped[str]
    tax_minor: Mapped[Minor]
    shipping_minor: Mapped[Minor]
    commissionable_minor: Mapped[Minor]
    lines: Mapped[tuple[Line, ...]] = mapped_column(StructJson(tuple[Line, ...]))
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    visitor_id: Mapped[str | None]
    click_id: Mapped[str | None]
    affiliate_code: Mapped[str | None]
    coupon: Mapped[str | None]
    payment_reference: Mapped[str | None]
    customer_id: Mapped[str | None] = mapped_column(sa.ForeignKey(CustomerRow.id))
    customer_email_hash: Mapped[str | None]
    order_metadata: Mapped[dict[str, Any]] = mapped_column("metadata", sa.JSON(), key="order_metadata")
    created_by: Mapped[str]
    status: Mapped[str]
    decision_id: Mapped[str | None]
    credited_affiliate_id: Mapped[str | None] = mapped_column(sa.ForeignKey(AffiliateRow.id))
    due_at: Mapped[datetime | None]
    due_reason: Mapped[str | None]
    assigned_affiliate_id: Mapped[str | None] = mapped_column(sa.ForeignKey(AffiliateRow.id))
    assigned_note: Mapped[str | None]
    assigned_by: Mapped[str | None]
    assigned_at: Mapped[datetime | None]
    linked_to: Mapped[str | None] = mapped_column(sa.ForeignKey("conversions.id"))
    kept_apart: Mapped[bool] = mapped_column(server_default=sa.text("false"))
    rejected_note: Mapped[str | None]


@append_only
class DecisionRow(Base):
    """What was decided about a conversion; later decisions stand beside earlier ones, numbered from 1."""

    __tablename__ = "decisions"
    __table_args__ = (sa.UniqueConstraint("conversion_id", "number", name="uq_decisions_number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    conversion_id: Mapped[str] = mapped_column(sa.ForeignKey(ConversionRow.id))
    number: Mapped[int]
    decided_at: Mapped[datetime]
    record: Mapped[Decision] = mapped_column(StructJson(Decision))


class CapUseRow(Base):
    """What the current decision of a conversion paid by a rule that has a cap, so that later orders know how much of it is left."""

    __tablename__ = "cap_uses"
    __table_args__ = (
        sa.Index(
            "ix_cap_uses_standing",
            *("program_id", "rule_key", "affiliate_id", *_PLACE, "amount_minor"),
        ),
    )

    conversion_id: Mapped[str] = mapped_column(sa.ForeignKey(ConversionRow.id), primary_key=True)
    rule_key: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id))
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id))
    occurred_at: Mapped[datetime]
    source: Mapped[PlaceText]
    external_id: Mapped[PlaceText]
    amount_minor: Mapped[Minor]


class PassedOverRow(Base):
    """An affiliate whom a conversion's current decision considered and who earns nothing by it: so that they can be told why."""

    __tablename__ = "passed_over"
    __table_args__ = (sa.Index("ix_passed_over_affiliate", "affiliate_id", "occurred_at", "conversion_id"),)

    conversion_id: Mapped[str] = mapped_column(sa.ForeignKey(ConversionRow.id), primary_key=True)
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id), primary_key=True)
    occurred_at: Mapped[datetime]


class RefundRow(Base):
    """Money given back to a customer. `lines` says how much of which line, where the sender told."""

    __tablename__ = "refunds"
    __table_args__ = (
        sa.UniqueConstraint("conversion_id", "external_id", name="uq_refunds_external"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversion_id: Mapped[str] = mapped_column(sa.ForeignKey(ConversionRow.id))
    external_id: Mapped[str]
    fingerprint: Mapped[str]
    amount_minor: Mapped[Minor]
    lines: Mapped[dict[str, int]] = mapped_column(sa.JSON())
    reason: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    created_by: Mapped[str]


class DisputeRow(Base):
    """A chargeback: open until the bank says who won."""

    __tablename__ = "disputes"
    __table_args__ = (
        sa.UniqueConstraint("conversion_id", "external_id", name="uq_disputes_external"),
        sa.CheckConstraint("outcome IN ('won', 'lost')", name="outcome"),
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversion_id: Mapped[str] = mapped_column(sa.ForeignKey(ConversionRow.id))
    external_id: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    created_by: Mapped[str]


class MoneyOutboxRow(Base):
    """A conversion whose facts the analytics store must be told again; `mark` grows whenever it is put here once more."""

    __tablename__ = "money_outbox"

    conversion_id: Mapped[str] = mapped_column(sa.ForeignKey(ConversionRow.id), primary_key=True)
    mark: Mapped[int]
