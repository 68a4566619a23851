"""Commissions and what is taken back of them. A conversion has at most one that stands; a later decision supersedes it.

Every change of status names the status that it comes from, so that a job which runs twice, or on two machines, changes nothing twice. The
books are the caller's to write, in the same transaction. Used by the use cases of money.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError
from tribute.kit.ids import new_id
from tribute.ledger.columns import AnySelect, columns_of, insert, insert_or_ignore, update, values_of
from tribute.ledger.models_money import CommissionRow, ReversalRow
from tribute.ledger.rules.text import is_storable

CommissionStatus = Literal["pending", "approved", "paid", "reversed", "held", "rejected"]


@dataclass(frozen=True, slots=True)
class CommissionRecord:
    """A commission as it stands, in minor units; `reversed_minor` of it is taken back. `payable_at` ends its hold period."""

    id: str
    conversion_id: str
    decision_id: str
    affiliate_id: str
    program_id: str
    website_id: str
    currency: str
    amount_minor: int
    reversed_minor: int
    status: CommissionStatus
    held_reason: str | None
    payable_at: datetime
    occurred_at: datetime
    created_at: datetime
    superseded_at: datetime | None

    @property
    def left_minor(self) -> int:
        """What is not taken back."""
        return self.amount_minor - self.reversed_minor


@dataclass(frozen=True, slots=True)
class ReversalRecord:
    """A part of a commission that is taken back, for a refund or a lost dispute, when that occurred."""

    id: str
    commission_id: str
    affiliate_id: str
    website_id: str
    currency: str
    refund_id: str | None
    dispute_id: str | None
    amount_minor: int
    occurred_at: datetime
    superseded_at: datetime | None


COMMISSION = columns_of(CommissionRow, CommissionRecord)
_REVERSAL = columns_of(ReversalRow, ReversalRecord)
_CURRENT = CommissionRow.superseded_at.is_(None)


class Commissions:
    """Reads and writes commissions within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(
        self,
        *,
        conversion_id: str,
        decision_id: str,
        affiliate_id: str,
        program_id: str,
        website_id: str,
        currency: str,
        amount_minor: int,
        payable_at: datetime,
        occurred_at: datetime,
        status: CommissionStatus = "pending",
        held_reason: str | None = None,
    ) -> CommissionRecord:
        """Add a conversion's commission; what stood before must be superseded. Raises ConflictError when one stands."""
        record = CommissionRecord(
            id=new_id("com"),
            conversion_id=conversion_id,
            decision_id=decision_id,
            affiliate_id=affiliate_id,
            program_id=program_id,
            website_id=website_id,
            currency=currency,
            amount_minor=amount_minor,
            reversed_minor=0,
            status=status,
            held_reason=held_reason,
            payable_at=payable_at,
            occurred_at=occurred_at,
            created_at=self._clock.now(),
            superseded_at=None,
        )
        if not insert_or_ignore(self._session, CommissionRow, values_of(record)):
            raise ConflictError("the conversion has a commission already; it must be superseded first")
        return record

    def current(self, conversion_id: str, *, lock: bool = False) -> CommissionRecord | None:
        """The commission that stands; `lock` keeps others from changing it until this transaction ends."""
        query = sa.select(*COMMISSION).where(CommissionRow.conversion_id == conversion_id, _CURRENT)
        found = self._records(query.with_for_update(key_share=True) if lock else query)
        return found[0] if found else None

    def by_id(self, commission_id: str) -> CommissionRecord | None:
        """The commission with this id, superseded or not."""
        if not is_storable(commission_id):
            return None
        return next(iter(self._records(sa.select(*COMMISSION).where(CommissionRow.id == commission_id))), None)

    def of_conversion(self, conversion_id: str) -> Sequence[CommissionRecord]:
        """Every commission that a conversion ever had, the first one first."""
        query = sa.select(*COMMISSION).where(CommissionRow.conversion_id == conversion_id)
        return self._records(query.order_by(CommissionRow.created_at, CommissionRow.id))

    def current_of(self, conversion_ids: Collection[str]) -> Mapping[str, CommissionRecord]:
        """The commissions that stand, by conversion id: a page's worth."""
        query = sa.select(*COMMISSION).where(CommissionRow.conversion_id.in_(sorted(conversion_ids)), _CURRENT)
        return {record.conversion_id: record for record in self._records(query)}

    def supersede(self, commission_id: str) -> bool:
        """Let a commission stand no longer, and its reversals with it; tells whether it stood until now."""
        now = self._clock.now()
        stood = self._updated(update(CommissionRow).where(CommissionRow.id == commission_id, _CURRENT).values(superseded_at=now))
        standing = (ReversalRow.commission_id == commission_id, ReversalRow.superseded_at.is_(None))
        self._session.execute(update(ReversalRow).where(*standing).values(superseded_at=now))
        return stood

    def move(self, commission_id: str, *, of: CommissionStatus, to: CommissionStatus, held_reason: str | None = None) -> bool:
        """Give a commission that stands another status; tells whether it had the one that it comes from."""
        this = (CommissionRow.id == commission_id, CommissionRow.status == of, _CURRENT)
        return self._updated(update(CommissionRow).where(*this).values(status=to, held_reason=held_reason))

    def due_for_approval(self, now: datetime, limit: int) -> Sequence[CommissionRecord]:
        """Pending commissions whose hold period is over, the earliest first, kept from others until this transaction ends."""
        waiting = (_CURRENT, CommissionRow.status == sa.literal_column("'pending'"), CommissionRow.payable_at <= now)
        query = sa.select(*COMMISSION).where(*waiting).order_by(CommissionRow.payable_at, CommissionRow.id).limit(limit)
        return self._records(query.with_for_update(key_share=True, skip_locked=True))

    def reverse(
        self,
        commission: CommissionRecord,
        amount_minor: int,
        *,
        occurred_at: datetime,
        refund_id: str | None = None,
        dispute_id: str | None = None,
    ) -> tuple[ReversalRecord, bool]:
        """Take back a part of a commission for a refund or a dispute; each does so once. Tells also whether it is new.

        Raises ConflictError when more would be taken back than is left, or when another amount was taken back for the same before.
        """
        known = next((one for one in self.reversals(commission.id) if (one.refund_id, one.dispute_id) == (refund_id, dispute_id)), None)
        if known is not None:
            if known.amount_minor != amount_minor:
                raise ConflictError("another amount of this commission is reversed for that already")
            return known, False
        whose = (commission.affiliate_id, commission.website_id, commission.currency)
        record = ReversalRecord(new_id("rev"), commission.id, *whose, refund_id, dispute_id, amount_minor, occurred_at, superseded_at=None)
        left = (CommissionRow.id == commission.id, _CURRENT, CommissionRow.amount_minor - CommissionRow.reversed_minor >= amount_minor)
        taken = update(CommissionRow).where(*left).values(reversed_minor=CommissionRow.reversed_minor + amount_minor)
        if not self._updated(taken):
            raise ConflictError("more would be reversed than is left of the commission")
        insert(self._session, ReversalRow, values_of(record))
        return record, True

    def unreverse(self, reversal: ReversalRecord) -> bool:
        """Let a reversal stand no longer, so that another may stand for the same cause; tells whether it stood until now."""
        this = (ReversalRow.id == reversal.id, ReversalRow.superseded_at.is_(None))
        if not self._updated(update(ReversalRow).where(*this).values(superseded_at=self._clock.now())):
            return False
        back = CommissionRow.reversed_minor - reversal.amount_minor
        self._session.execute(update(CommissionRow).where(CommissionRow.id == reversal.commission_id).values(reversed_minor=back))
        return True

    def reversals(self, commission_id: str) -> Sequence[ReversalRecord]:
        """What stands of a commission's reversals, the earliest first."""
        row = ReversalRow
        query = sa.select(*_REVERSAL).where(row.commission_id == commission_id, row.superseded_at.is_(None))
        return [ReversalRecord(*values) for values in self._session.execute(query.order_by(row.occurred_at, row.id))]

    def _records(self, query: AnySelect) -> list[CommissionRecord]:
        return [CommissionRecord(*row) for row in self._session.execute(query)]

    def _updated(self, statement: sa.Update) -> bool:
        return cast("sa.CursorResult[Any]", self._session.execute(statement)).rowcount == 1
