"""The access room's tables, in the ledger's database. Secrets are kept as hashes, those of AWS keys sealed; `role` and `person_id` name a
person.

A person is a member of the owner's team or an affiliate, who live in two tables, so that no foreign key can stand on `person_id`. Where a
column `role` stands beside a person, it tells which of the two: `owner` for the whole team. What a member may do is `owners.role`.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.database import Base

_ROLES = "role IN ('owner', 'affiliate')"


class OwnerRow(Base):
    """A member of the owner's team. Whoever is removed stays on record: what they did names them."""

    __tablename__ = "owners"
    __table_args__ = (sa.CheckConstraint("role IN ('owner', 'manager', 'viewer')", name="role"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(server_default="")
    role: Mapped[str] = mapped_column(server_default="owner")
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class PasswordRow(Base):
    """A person's password, as its Argon2id hash."""

    __tablename__ = "passwords"
    __table_args__ = (sa.CheckConstraint(_ROLES, name="role"),)

    role: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    password_hash: Mapped[str]
    set_at: Mapped[datetime]


class SignInLinkRow(Base):
    """A one-time link."""

    __tablename__ = "sign_in_links"
    __table_args__ = (sa.CheckConstraint(_ROLES, name="role"), sa.Index("ix_sign_in_links_person", "role", "person_id"))

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    role: Mapped[str]
    person_id: Mapped[str]
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A browser that is signed in. `id` names it to its person; nothing can be done with it but end the session."""

    __tablename__ = "sessions"
    __table_args__ = (sa.CheckConstraint(_ROLES, name="role"), sa.Index("ix_sessions_person", "role", "person_id"))

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    person_id: Mapped[str]
    device: Mapped[str] = mapped_column(server_default="")
    seen_as_affiliate_id: Mapped[str | None] = mapped_column(sa.ForeignKey("affiliates.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class TokenRow(Base):
    """A program's key to the APIs: the house's own, a team member's (`owner_id`), or an affiliate's. Without `scopes` it is not limited."""

    __tablename__ = "tokens"
    __table_args__ = (
        sa.CheckConstraint(_ROLES, name="role"),
        sa.CheckConstraint("(role = 'affiliate') = (affiliate_id IS NOT NULL)", name="affiliate"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    role: Mapped[str]
    affiliate_id: Mapped[str | None] = mapped_column(sa.ForeignKey("affiliates.id"), index=True)
    owner_id: Mapped[str | None] = mapped_column(sa.ForeignKey("owners.id"), index=True)
    name: Mapped[str] = mapped_column(server_default="")
    scopes: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AwsKeyRow(Base):
    """A program's key to the AWS-shaped doors. Its secret is sealed, because a signature can be checked only with the secret itself."""

    __tablename__ = "aws_keys"
    __table_args__ = (
        sa.CheckConstraint(_ROLES, name="role"),
        sa.CheckConstraint("(role = 'affiliate') = (affiliate_id IS NOT NULL)", name="affiliate"),
        sa.CheckConstraint("affiliate_id IS NULL OR website_id IS NULL", name="website"),
    )

    access_key_id: Mapped[str] = mapped_column(primary_key=True)
    sealed_secret: Mapped[bytes]
    role: Mapped[str]
    affiliate_id: Mapped[str | None] = mapped_column(sa.ForeignKey("affiliates.id"), index=True)
    website_id: Mapped[str | None] = mapped_column(sa.ForeignKey("websites.id"), index=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
