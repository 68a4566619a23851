"""Tokens: a program's key to the APIs, as the house, a team member or an affiliate, until it is revoked. Shown once, kept as a hash."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.access.caller import TokenScope
from tribute.access.models import TokenRow
from tribute.access.people import Kind, Person
from tribute.access.secrets import secret_hash
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, NotFoundError
from tribute.kit.ids import new_id, new_secret
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.rules.text import checked_name, is_storable

PREFIX = "tribute_"
"""Lets people, and scanners of published code, see what a leaked secret belongs to."""


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token without its secret: an affiliate's, a team member's, or the house's own with neither. Without `scopes` it is not limited."""

    id: str
    name: str
    affiliate_id: str | None
    owner_id: str | None
    scopes: frozenset[TokenScope] | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class Tokens:
    """Makes, finds and revokes tokens within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(
        self,
        affiliate_id: str | None = None,
        *,
        owner_id: str | None = None,
        name: str = "",
        scopes: Collection[TokenScope] | None = None,
    ) -> tuple[TokenRecord, str]:
        """A new token and its secret, which is told only here: an affiliate's, a team member's, or without either the house's own.

        Raises NotFoundError, and InvalidInputError for a name that will not do or when scopes are none at all.
        """
        if affiliate_id is not None and Affiliates(self._session, self._clock).by_id(affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        if scopes is not None and not scopes:
            raise InvalidInputError("scopes", "choose at least one thing that the token may do")
        secret = new_secret(PREFIX)
        row = TokenRow(
            id=new_id("tok"),
            token_hash=secret_hash(secret),
            role=Kind.TEAM if affiliate_id is None else Kind.AFFILIATE,
            affiliate_id=affiliate_id,
            owner_id=owner_id,
            name=checked_name(name) if name.strip() else "",
            scopes=sorted(scopes) if scopes is not None else None,
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

    def of(self, person: Person) -> Sequence[TokenRecord]:
        """A person's own tokens in force, the newest first."""
        whose = TokenRow.owner_id == person.id if person.kind == Kind.TEAM else TokenRow.affiliate_id == person.id
        query = sa.select(TokenRow).where(whose, TokenRow.revoked_at.is_(None))
        return [_record(row) for row in self._session.scalars(query.order_by(TokenRow.created_at.desc(), TokenRow.id))]

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
    scopes = frozenset(TokenScope(scope) for scope in row.scopes) if row.scopes is not None else None
    return TokenRecord(row.id, row.name, row.affiliate_id, row.owner_id, scopes, row.created_at, row.last_used_at, row.revoked_at)
