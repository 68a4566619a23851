"""The tables of second factors and passkeys, and of what a browser has begun and not finished. Secrets are sealed or kept as hashes.

`role` and `person_id` name a person, as in the access room's other tables.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.database import Base

_ROLES: Final = "role IN ('owner', 'affiliate')"


class AuthenticatorRow(Base):
    """A person's authenticator app. Its secret is sealed, because codes can be checked only with the secret itself."""

    __tablename__ = "authenticators"
    __table_args__ = (sa.CheckConstraint(_ROLES, name="role"),)

    role: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    sealed_secret: Mapped[bytes]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(sa.BigInteger)


class RecoveryCodeRow(Base):
    """A code that stands in for a second factor, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (sa.CheckConstraint(_ROLES, name="role"), sa.Index("ix_recovery_codes_person", "role", "person_id"))

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    role: Mapped[str]
    person_id: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyRow(Base):
    """A passkey: the public half of a key that a device or a password manager keeps."""

    __tablename__ = "passkeys"
    __table_args__ = (sa.CheckConstraint(_ROLES, name="role"), sa.Index("ix_passkeys_person", "role", "person_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    role: Mapped[str]
    person_id: Mapped[str]
    name: Mapped[str]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    is_synced: Mapped[bool]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class StepRow(Base):
    """Something that a browser has begun and must finish itself: a second step, or a passkey's challenge. `token_hash` is its cookie's."""

    __tablename__ = "sign_in_steps"
    __table_args__ = (sa.CheckConstraint(_ROLES, name="role"), sa.Index("ix_sign_in_steps_expires", "expires_at"))

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str | None]
    person_id: Mapped[str | None]
    challenge: Mapped[bytes | None]
    attempts: Mapped[int]
    expires_at: Mapped[datetime]
