"""The tables of programs: their websites, terms, groups, enrollments and coupons. Only repositories in this room read and write them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.append_only import append_only
from tribute.ledger.columns import StructJson
from tribute.ledger.database import Base
from tribute.ledger.models import AffiliateRow, WebsiteRow
from tribute.ledger.rules.terms import Terms

_STILL_IN, _FIRST = sa.text("left_at IS NULL"), sa.text("joined_at IS NULL")
_FIRST_TERMS = sa.text("effective_from IS NULL")
_LASTING = sa.text("until_at IS NULL")


class ProgramRow(Base):
    """What affiliates join; its terms are versions beside it."""

    __tablename__ = "programs"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class ProgramWebsiteRow(Base):
    """A website in a program, from one instant to another, and in one at a time. Its first program has it also for the time before."""

    __tablename__ = "program_websites"
    __table_args__ = (
        sa.Index("uq_program_websites_current", "website_id", unique=True, sqlite_where=_STILL_IN, postgresql_where=_STILL_IN),
        sa.Index("uq_program_websites_first", "website_id", unique=True, sqlite_where=_FIRST, postgresql_where=_FIRST),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id), index=True)
    website_id: Mapped[str] = mapped_column(sa.ForeignKey(WebsiteRow.id))
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


@append_only
class ProgramTermsRow(Base):
    """One version of a program's terms, from an instant on; the first, without one, also before the second."""

    __tablename__ = "program_terms"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "effective_from", name="uq_program_terms_effective"),
        sa.Index("uq_program_terms_first", "program_id", unique=True, sqlite_where=_FIRST_TERMS, postgresql_where=_FIRST_TERMS),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id))
    effective_from: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    note: Mapped[str]
    terms: Mapped[Terms] = mapped_column(StructJson(Terms))


class ProgramGroupRow(Base):
    """A name under which affiliates of a program have terms of their own."""

    __tablename__ = "program_groups"

    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


@append_only
class EnrollmentChangeRow(Base):
    """Where an affiliate stands in a program from an instant on; changes of one enrollment are numbered in the order of time."""

    __tablename__ = "enrollment_changes"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "affiliate_id", "number", name="uq_enrollment_changes_number"),
        sa.CheckConstraint("state IN ('pending', 'approved', 'rejected', 'invited', 'deactivated', 'banned')", name="state"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id))
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id), index=True)
    number: Mapped[int]
    state: Mapped[str]
    group_name: Mapped[str | None]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]


class CouponRow(Base):
    """A discount code, in lower case, whose use credits an affiliate. It never changes hands."""

    __tablename__ = "coupons"

    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id), index=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class CouponAbsenceRow(Base):
    """A time from one instant to another that a coupon was disabled; without an end while it lasts."""

    __tablename__ = "coupon_absences"
    __table_args__ = (
        sa.ForeignKeyConstraint(["program_id", "code"], [CouponRow.program_id, CouponRow.code], name="fk_coupon_absences_coupon"),
        sa.Index("ix_coupon_absences_coupon", "program_id", "code"),
        sa.Index("uq_coupon_absences_lasting", "program_id", "code", unique=True, sqlite_where=_LASTING, postgresql_where=_LASTING),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str]
    code: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
