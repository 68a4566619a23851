"""The tables of what people decide for themselves: preferences, profile, payout details, a new e-mail address, widgets, mails they had.

A person is named by `kind` (owner for the team, or affiliate) and `person_id`; they live in two tables, so no foreign key can stand on it.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.database import Base
from tribute.ledger.models import AffiliateRow

_KINDS = "kind IN ('owner', 'affiliate')"


class PreferencesRow(Base):
    """How a person wants pages written, and what they want mails about. Without a row everything is as usual."""

    __tablename__ = "preferences"
    __table_args__ = (sa.CheckConstraint(_KINDS, name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    zone: Mapped[str | None]
    locale: Mapped[str | None]
    theme: Mapped[str | None]
    mails_conversions: Mapped[bool]
    mails_approvals: Mapped[bool]
    mails_weekly: Mapped[bool]
    changed_at: Mapped[datetime]


class AffiliateProfileRow(Base):
    """What an affiliate says of themself beyond name and address."""

    __tablename__ = "affiliate_profiles"

    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id), primary_key=True)
    company: Mapped[str | None]
    country: Mapped[str | None]
    websites: Mapped[list[str]]
    changed_at: Mapped[datetime]


class PayoutDetailsRow(Base):
    """Where an affiliate is paid, sealed: nothing of it can be read from a copy of the database."""

    __tablename__ = "payout_details"

    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id), primary_key=True)
    sealed: Mapped[bytes]
    changed_at: Mapped[datetime]


class EmailChangeRow(Base):
    """A new e-mail address that waits for the click on the link that was sent there; one a person."""

    __tablename__ = "email_changes"
    __table_args__ = (sa.CheckConstraint(_KINDS, name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    email: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class EmbedRow(Base):
    """A widget with an affiliate's numbers, under the id of the token that it is shown by."""

    __tablename__ = "embeds"

    token_id: Mapped[str] = mapped_column(primary_key=True)
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id), index=True)
    name: Mapped[str]
    metrics: Mapped[list[str]]
    window: Mapped[str]
    theme: Mapped[str]
    sites: Mapped[list[str]]
    created_at: Mapped[datetime]


class MailMarkRow(Base):
    """Up to when an affiliate was told of one kind of news, and when the last such mail was put into the outbox."""

    __tablename__ = "mail_marks"

    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey(AffiliateRow.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    until_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
