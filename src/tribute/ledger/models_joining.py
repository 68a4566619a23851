"""The tables of joining: programs' sign-up pages, and who applied through them. Only repositories in this room read and write them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.columns import StructJson
from tribute.ledger.database import Base
from tribute.ledger.models import AffiliateRow
from tribute.ledger.models_programs import ProgramRow, ProgramTermsRow
from tribute.ledger.rules.sign_up import Answer, Question


class SignUpRow(Base):
    """A program's sign-up page: its public name, and what it says and asks beside the program's terms."""

    __tablename__ = "program_sign_ups"

    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    is_published: Mapped[bool]
    welcome: Mapped[str]
    questions: Mapped[tuple[Question, ...]] = mapped_column(StructJson(tuple[Question, ...]))
    changed_at: Mapped[datetime]


class ApplicationRow(Base):
    """What somebody told who wants to be in a program, and what came of it. `affiliate_id` is whom it belongs to, once that is known."""

    __tablename__ = "applications"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'admitted', 'rejected', 'repeated')", name="state"),
        sa.Index("ix_applications_state", "state", "at", "id"),
        sa.Index("ix_applications_code", "code"),
        sa.Index("ix_applications_person", "program_id", "email_key"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[str] = mapped_column(sa.ForeignKey(ProgramRow.id))
    affiliate_id: Mapped[str | None] = mapped_column(sa.ForeignKey(AffiliateRow.id), index=True)
    state: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    code: Mapped[str]
    promotes: Mapped[str]
    answers: Mapped[tuple[Answer, ...]] = mapped_column(StructJson(tuple[Answer, ...]))
    terms_id: Mapped[str | None] = mapped_column(sa.ForeignKey(ProgramTermsRow.id))
    sent_key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
