"""The tables of what is owed: commissions, reversals, adjustments, the double-entry books and the audit log. Only repositories read them.

Books: what is owed to an affiliate is positive on the affiliate's accounts, and negative on the house's account that it comes from.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.append_only import append_only
from tribute.ledger.columns import Minor
from tribute.ledger.database import Base
from tribute.ledger.models import AffiliateRow, WebsiteRow
from tribute.ledger.models_orders import ConversionRow, DecisionRow, DisputeRow, RefundRow
from tribute.ledger.models_programs import ProgramRow

_CURRENT = sa.text("superseded_at IS NULL")
_WAITING = sa.text("superseded_at IS NULL AND status = 'pending'")
_HOUSE = sa.text("affiliate_id IS NULL")
_TOLD = sa.text("external_id IS NOT NULL")


def _current(name: str, *columns: str, unique: bool = False) -> sa.Index:
    """An index of what stands; superseded rows are looked up by their conversion or commission alone."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=_CURRENT, postgresql_where=_CURRENT)


class CommissionRow(Base):
    """What an affiliate earns by a conversion. A later decision supersedes it by another one, or by none.

    The indexes that begin with the affiliate serve pages of affiliates who have a million of these; the first of them also the series.
    """

    __tablename__ = "commissions"
    __table_args__ = (
        sa.CheckConstraint("status IN ('pending', 'approved', 'paid', 'reversed', 'held', 'rejected')", name="status"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint("reversed_minor >= 0 AND reversed_minor <= amount_minor", name="reversed"),
        _current("uq_commissions_current", "conversion_id", unique=True),
        sa.Index("ix_commissions_conversion", "conversion_id"),
        _current(
            "ix_commissions_affiliate",
            *("affiliate_id", "occurred_at", "id", "website_id", "status", "currency", "amount_minor", "reversed_minor"),
        ),
        _current("ix_commissions_affiliate_status", "affiliate_id", "status", "occurred_at", "id"),
        _current("ix_commissions_affiliate_website", "affiliate_id", "website_id", "occurred_at", "id"),
        _current("ix_commissions_affiliate_both", "affiliate_id", "website_id", "status", "occurred_at", "id"),
        _current("ix_commissions_affiliate_program", "affiliate_id", "program_id", "occurred_at", "id"),
        _current("ix_commissions_time", "occurred_at", "id"),
        _current("ix_commissions_status", "status", "occurred_at", "id"),
        _current("ix_commissions_website", "website_id", "occurred_at", "id"),
        sa.Index(
            "ix_commissions_coming",
            *("affiliate_id", "currency", "payable_at", "amount_minor", "reversed_minor"),
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        sa.Index("ix_commissions_waiting", "status", "payable_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversion_id: Mapped[str] = mapped_column(sa.ForeignKey(ConversionRow.id))
    decision_id: Mapped[str] = mapped_column(sa.ForeignKey(DecisionRow.id))
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id))
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id))
    website_id: Mapped[str] = mapped_column(sa.ForeignKey(WebsiteRow.id))
    currency: Mapped[str]
    amount_minor: Mapped[Minor]
    reversed_minor: Mapped[Minor]
    status: Mapped[str]
    held_reason: Mapped[str | None]
    payable_at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    created_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class ReversalRow(Base):
    """A part of a commission that is taken back for a refund or a lost dispute; affiliate, website and currency are the commission's."""

    __tablename__ = "reversals"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint("(refund_id IS NULL) <> (dispute_id IS NULL)", name="cause"),
        sa.Index("ix_reversals_commission", "commission_id"),
        _current("uq_reversals_refund", "commission_id", "refund_id", unique=True),
        _current("uq_reversals_dispute", "commission_id", "dispute_id", unique=True),
        _current("ix_reversals_affiliate", "affiliate_id", "occurred_at"),
        _current("ix_reversals_time", "occurred_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    commission_id: Mapped[str] = mapped_column(sa.ForeignKey(CommissionRow.id))
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id))
    website_id: Mapped[str] = mapped_column(sa.ForeignKey(WebsiteRow.id))
    currency: Mapped[str]
    refund_id: Mapped[str | None] = mapped_column(sa.ForeignKey(RefundRow.id))
    dispute_id: Mapped[str | None] = mapped_column(sa.ForeignKey(DisputeRow.id))
    amount_minor: Mapped[Minor]
    occurred_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class AdjustmentRow(Base):
    """What an owner gives or takes beside commissions, with a reason; an id of the sender's own, where there is one, does so once."""

    __tablename__ = "adjustments"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('bonus', 'correction')", name="kind"),
        sa.CheckConstraint("amount_minor > 0 OR (kind = 'correction' AND amount_minor < 0)", name="amount"),
        sa.Index("ix_adjustments_affiliate", "affiliate_id", "created_at", "id"),
        sa.Index("ix_adjustments_time", "created_at", "id"),
        sa.Index("uq_adjustments_external", "affiliate_id", "external_id", unique=True, sqlite_where=_TOLD, postgresql_where=_TOLD),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id))
    kind: Mapped[str]
    amount_minor: Mapped[Minor]
    currency: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    external_id: Mapped[str | None]


class AccountRow(Base):
    """One of the books' accounts, in one currency: an affiliate's, or the house's. `balance_minor` is the sum of its entries."""

    __tablename__ = "accounts"
    __table_args__ = (
        sa.UniqueConstraint("kind", "affiliate_id", "currency", name="uq_accounts_kind"),
        sa.Index("uq_accounts_house", "kind", "currency", unique=True, sqlite_where=_HOUSE, postgresql_where=_HOUSE),
        sa.Index("ix_accounts_affiliate", "affiliate_id"),
        sa.CheckConstraint("affiliate_id IS NULL OR kind NOT IN ('commission_expense', 'adjustment_expense')", name="house"),
        sa.CheckConstraint("affiliate_id IS NOT NULL OR kind NOT IN ('pending', 'approved', 'held', 'adjustments')", name="affiliate"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    affiliate_id: Mapped[str | None] = mapped_column(sa.ForeignKey(AffiliateRow.id))
    currency: Mapped[str]
    balance_minor: Mapped[Minor]


@append_only
class TransactionRow(Base):
    """One balanced booking with its cause; each step of a cause is booked once."""

    __tablename__ = "transactions"
    __table_args__ = (
        sa.UniqueConstraint("cause_kind", "cause_id", "step", name="uq_transactions_cause"),
        sa.Index("ix_transactions_time", "at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    cause_kind: Mapped[str]
    cause_id: Mapped[str]
    step: Mapped[str]
    note: Mapped[str]
    by: Mapped[str]


@append_only
class EntryRow(Base):
    """What a transaction moves on an account."""

    __tablename__ = "entries"
    __table_args__ = (sa.CheckConstraint("amount_minor <> 0", name="amount"),)

    transaction_id: Mapped[str] = mapped_column(sa.ForeignKey(TransactionRow.id), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey(AccountRow.id), primary_key=True, index=True)
    amount_minor: Mapped[Minor]


@append_only
class AuditRow(Base):
    """Something that a person changed."""

    __tablename__ = "audit_log"
    __table_args__ = (sa.Index("ix_audit_log_time", "at", "id"), sa.Index("ix_audit_log_subject", "subject_kind", "subject_id", "at", "id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON())
