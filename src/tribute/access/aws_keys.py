"""AWS keys: how programs sign requests to the AWS-shaped doors, as an owner, for one website, or as one affiliate, until revoked.

Shown once. The secret is kept sealed: SigV4 proves that both sides have it and never sends it, so a hash of it would not do.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.caller import Caller, Role
from tribute.access.models import AwsKeyRow
from tribute.access.sealing import Sealer
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.kit.ids import new_secret
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.rules.text import is_storable

SEALING_PURPOSE: Final = "secrets of AWS keys"
PREFIX: Final = "TRBK"
"""Where AWS has `AKIA`, so that nobody takes one of ours for one of Amazon's."""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LENGTH = 16


@dataclass(frozen=True, slots=True)
class AwsKeyRecord:
    """A key without its secret. An owner's has no `affiliate_id`; one for a single website only sends events, for that website."""

    access_key_id: str
    role: Role
    affiliate_id: str | None
    website_id: str | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def caller(self) -> Caller:
        """Whoever signs with this key, asking."""
        return Caller(self.role, self.affiliate_id or self.access_key_id, self.affiliate_id)


@dataclass(frozen=True, slots=True)
class AwsKey:
    """A key in force, with what signatures are checked against."""

    record: AwsKeyRecord
    secret: str = field(repr=False)


class AwsKeys:
    """Makes, finds and revokes keys within the session's transaction."""

    def __init__(self, session: Session, clock: Clock, sealer: Sealer) -> None:
        self._session = session
        self._clock = clock
        self._sealer = sealer

    def add(self, *, affiliate_id: str | None = None, website_id: str | None = None) -> AwsKey:
        """A new key, whose secret is told only here: an affiliate's, or an owner's without one, which may be for one website only.

        Raises NotFoundError for an unknown affiliate.
        """
        if affiliate_id is not None and Affiliates(self._session, self._clock).by_id(affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        access_key_id = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        secret = new_secret()
        row = AwsKeyRow(
            access_key_id=access_key_id,
            sealed_secret=self._sealer.seal(secret, access_key_id),
            role=Role.OWNER if affiliate_id is None else Role.AFFILIATE,
            affiliate_id=affiliate_id,
            website_id=website_id,
            created_at=self._clock.now(),
            last_used_at=None,
            revoked_at=None,
        )
        self._session.add(row)
        self._session.flush()
        return AwsKey(_record(row), secret)

    def find(self, access_key_id: str) -> AwsKey | None:
        """The key with this id, if it is in force. Raises SealBrokenError when the installation's secret is another one by now."""
        row = self._row(access_key_id)
        if row is None or row.revoked_at is not None:
            return None
        return AwsKey(_record(row), self._sealer.open(row.sealed_secret, row.access_key_id))

    def all(self) -> Sequence[AwsKeyRecord]:
        """Every key, revoked ones too, the oldest first."""
        query = sa.select(AwsKeyRow).order_by(AwsKeyRow.created_at, AwsKeyRow.access_key_id)
        return [_record(row) for row in self._session.scalars(query)]

    def revoke(self, access_key_id: str) -> AwsKeyRecord:
        """Turn a key away from now on. Idempotent: the first time stands. Raises NotFoundError."""
        row = self._row(access_key_id)
        if row is None:
            raise NotFoundError("no AWS key has that id; `tribute aws-key list` shows them")
        if row.revoked_at is None:
            row.revoked_at = self._clock.now()
            self._session.flush()
        return _record(row)

    def note_use(self, access_key_id: str) -> None:
        """Note that the key was used now."""
        used = sa.update(AwsKeyRow).where(AwsKeyRow.access_key_id == access_key_id).values(last_used_at=self._clock.now())
        self._session.execute(used)

    def _row(self, access_key_id: str) -> AwsKeyRow | None:
        return self._session.get(AwsKeyRow, access_key_id) if is_storable(access_key_id) else None


def _record(row: AwsKeyRow) -> AwsKeyRecord:
    return AwsKeyRecord(
        row.access_key_id, Role(row.role), row.affiliate_id, row.website_id, row.created_at, row.last_used_at, row.revoked_at
    )
