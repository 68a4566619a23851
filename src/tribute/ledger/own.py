"""What affiliates say of themselves, where they are paid (sealed), and new e-mail addresses that wait to be confirmed.

Repositories without rules of their own: what comes in is checked by the office.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.ledger.columns import delete, insert, insert_or_ignore, update
from tribute.ledger.models_own import AffiliateProfileRow, EmailChangeRow, PayoutDetailsRow


@dataclass(frozen=True, slots=True)
class AffiliateProfile:
    """What an affiliate says of themself beyond name and address."""

    company: str | None = None
    country: str | None = None
    websites: Sequence[str] = ()


class AffiliateProfiles:
    """Reads and writes profiles within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def of(self, affiliate_id: str) -> AffiliateProfile:
        """An affiliate's; empty for who has said nothing."""
        row = AffiliateProfileRow
        found = self._session.execute(sa.select(row.company, row.country, row.websites).where(row.affiliate_id == affiliate_id)).first()
        return AffiliateProfile(*found) if found is not None else AffiliateProfile()

    def put(self, affiliate_id: str, profile: AffiliateProfile) -> None:
        """Say this from now on. Idempotent."""
        values: dict[str, Any] = {"company": profile.company, "country": profile.country, "websites": list(profile.websites)}
        values["changed_at"] = self._clock.now()
        if not insert_or_ignore(self._session, AffiliateProfileRow, {"affiliate_id": affiliate_id, **values}):
            self._session.execute(update(AffiliateProfileRow).where(AffiliateProfileRow.affiliate_id == affiliate_id).values(**values))


class SealedPayoutDetails:
    """Keeps sealed payout details within the session's transaction; who may open them is not known here."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def of(self, affiliate_id: str) -> tuple[bytes, datetime] | None:
        """What is sealed, and since when."""
        row = PayoutDetailsRow
        found = self._session.execute(sa.select(row.sealed, row.changed_at).where(row.affiliate_id == affiliate_id)).first()
        return (found[0], found[1]) if found is not None else None

    def put(self, affiliate_id: str, sealed: bytes) -> None:
        """Keep this from now on, and no longer what was kept before."""
        values: dict[str, Any] = {"sealed": sealed, "changed_at": self._clock.now()}
        if not insert_or_ignore(self._session, PayoutDetailsRow, {"affiliate_id": affiliate_id, **values}):
            self._session.execute(update(PayoutDetailsRow).where(PayoutDetailsRow.affiliate_id == affiliate_id).values(**values))

    def remove(self, affiliate_id: str) -> bool:
        """Forget them; tells whether there were any."""
        gone = delete(PayoutDetailsRow).where(PayoutDetailsRow.affiliate_id == affiliate_id)
        return cast("sa.CursorResult[Any]", self._session.execute(gone)).rowcount == 1


@dataclass(frozen=True, slots=True)
class EmailChange:
    """A new address of a person's that is to be confirmed."""

    kind: str
    person_id: str
    email: str
    expires_at: datetime


class EmailChanges:
    """Keeps one waiting address a person within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def put(self, kind: str, person_id: str, email: str, token_hash: bytes, life: timedelta) -> None:
        """Wait for this address to be confirmed, and no longer for an earlier one."""
        self.remove(kind, person_id)
        now = self._clock.now()
        values = {"kind": kind, "person_id": person_id, "token_hash": token_hash, "email": email}
        insert(self._session, EmailChangeRow, {**values, "created_at": now, "expires_at": now + life})

    def of(self, kind: str, person_id: str) -> EmailChange | None:
        """What a person waits for."""
        return self._one(EmailChangeRow.kind == kind, EmailChangeRow.person_id == person_id)

    def with_token(self, token_hash: bytes) -> EmailChange | None:
        """What the token confirms; None for an unknown, used or expired one."""
        return self._one(EmailChangeRow.token_hash == token_hash)

    def remove(self, kind: str, person_id: str) -> None:
        """Wait no longer. Idempotent."""
        self._session.execute(delete(EmailChangeRow).where(EmailChangeRow.kind == kind, EmailChangeRow.person_id == person_id))

    def _one(self, *conditions: sa.ColumnElement[bool]) -> EmailChange | None:
        row = EmailChangeRow
        query = sa.select(row.kind, row.person_id, row.email, row.expires_at).where(*conditions, row.expires_at > self._clock.now())
        found = self._session.execute(query).first()
        return EmailChange(*found) if found is not None else None
