"""Tokens: a program's key to the APIs, as an owner or as one affiliate, until it is revoked. Shown once, kept as a hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.caller import Role
from tribute.access.models import TokenRow
from tribute.access.secrets import secret_hash
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.kit.ids import new_id, new_secret
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.rules.text import is_storable

PREFIX = "tribute_"
"""Lets people, and scanners of published code, see what a leaked secret belongs to."""


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token without its secret. An owner's has no `affiliate_id`."""

    id: str
    role: Role
    affiliate_id: str | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class Tokens:
    """Makes, finds and revokes tokens within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, affiliate_id: str | None = None) -> tuple[TokenRecord, str]:
        """A new token and its secret, which is told only here: an affiliate's, or an owner's without one. Raises NotFoundError."""
        if affiliate_id is not None and Affiliates(self._session, self._clock).by_id(affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        secret = new_secret(PREFIX)
        row = TokenRow(
            id=new_id("tok"),
            token_hash=secret_hash(secret),
            role=Role.OWNER if affiliate_id is None else Role.AFFILIATE,
            affiliate_id=affiliate_id,
            created_at=self._clock.now(),
        )
        self._session.add(row)
        self._session.flush()
        return _record(row), secret

    def find(self, secret: str) -> TokenRecord | None:
        """The token with this secret, if it is in force."""
        query = sa.select(TokenRow).where(TokenRow.token_hash == secret_hash(secret), TokenRow.revoked_at.is_(None))
        row = self._session.scalars(query).one_or_none()
        return _record(row) if row is not None else None

    def all(self) -> Sequence[TokenRecord]:
        """Every token, revoked ones too, the oldest first."""
        return [_record(row) for row in self._session.scalars(sa.select(TokenRow).order_by(TokenRow.created_at, TokenRow.id))]

    def revoke(self, token_id: str) -> TokenRecord:
        """Turn a token away from now on. Idempotent: the first time stands. Raises NotFoundError."""
        row = self._session.get(TokenRow, token_id) if is_storable(token_id) else None
        if row is None:
            raise NotFoundError("no token has that id; `tribute token list` shows them")
        if row.revoked_at is None:
            row.revoked_at = self._clock.now()
            self._session.flush()
        return _record(row)

    def note_use(self, token_id: str) -> None:
        """Note that the token was used now."""
        self._session.execute(sa.update(TokenRow).where(TokenRow.id == token_id).values(last_used_at=self._clock.now()))


def _record(row: TokenRow) -> TokenRecord:
    return TokenRecord(row.id, Role(row.role), row.affiliate_id, row.created_at, row.last_used_at, row.revoked_at)
