"""Refunds and disputes of conversions, as their senders told them; what they take back of commissions is kept with those.

Used by the use cases of money, who lock the conversion (`Conversions.lock`) before they add up what was refunded.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.errors import ConflictError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.columns import columns_of, insert_or_ignore, update, values_of
from tribute.ledger.models_orders import DisputeRow, RefundRow
from tribute.ledger.rules.orders import Refund
from tribute.ledger.rules.text import is_storable

Outcome = Literal["won", "lost"]
HOLD: Final = "hold-"
"""How the disputes are called that an owner opens by holding an order; no sender may call one so."""


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """A refund: `amount_minor` in the order's currency, of which `lines` (line id to amount) where the sender told."""

    id: str
    conversion_id: str
    external_id: str
    fingerprint: str
    amount_minor: int
    lines: dict[str, int]
    reason: str
    occurred_at: datetime
    received_at: datetime
    created_by: str

    def refund(self) -> Refund:
        """The refund as the rules see it."""
        return Refund(self.id, self.amount_minor, self.occurred_at, self.lines)


@dataclass(frozen=True, slots=True)
class DisputeRecord:
    """A chargeback; without an outcome it is open. `won` is won by the seller: what was held is released."""

    id: str
    conversion_id: str
    external_id: str
    reason: str
    opened_at: datetime
    outcome: Outcome | None
    closed_at: datetime | None
    created_by: str

    @property
    def is_hold(self) -> bool:
        """Whether an owner holds the order by it, for a reason that the affiliate may read; any other one's is its sender's."""
        return self.external_id.startswith(HOLD)


_REFUND, _DISPUTE = columns_of(RefundRow, RefundRecord), columns_of(DisputeRow, DisputeRecord)


class Refunds:
    """Reads and writes refunds and disputes within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        conversion_id: str,
        external_id: str,
        *,
        fingerprint: str,
        amount_minor: int,
        lines: Mapping[str, int],
        reason: str,
        occurred_at: datetime,
        received_at: datetime,
        by: str,
    ) -> tuple[RefundRecord, bool]:
        """Take a refund in, or find it when the same was told before; tells also whether it is new.

        Raises ConflictError when something else was told under this id of the conversion.
        """
        refund_id = new_id("ref")
        told = (fingerprint, amount_minor, dict(lines), reason, occurred_at, received_at, by)
        record = RefundRecord(refund_id, conversion_id, external_id, *told)
        known = self.find(conversion_id, external_id)
        if known is None:
            if insert_or_ignore(self._session, RefundRow, values_of(record)):
                return record, True
            known = self.find(conversion_id, external_id)  # told by someone else since we looked
        if known is None or known.fingerprint != fingerprint:
            raise ConflictError(
                f"external_id: {external_id!r} is a refund of this conversion with other content already; give a new one an id of its own"
            )
        return known, False

    def find(self, conversion_id: str, external_id: str) -> RefundRecord | None:
        """The refund of a conversion that its sender calls so."""
        if not is_storable(external_id):
            return None
        this = (RefundRow.conversion_id == conversion_id, RefundRow.external_id == external_id)
        row = self._session.execute(sa.select(*_REFUND).where(*this)).one_or_none()
        return RefundRecord(*row) if row is not None else None

    def of_conversion(self, conversion_id: str) -> Sequence[RefundRecord]:
        """A conversion's refunds, by time and id: the order in which they count."""
        return self.of_conversions([conversion_id]).get(conversion_id, [])

    def of_conversions(self, conversion_ids: Collection[str]) -> Mapping[str, Sequence[RefundRecord]]:
        """Refunds by conversion id, in the same order: a page's worth."""
        query = sa.select(*_REFUND).where(RefundRow.conversion_id.in_(sorted(conversion_ids)))
        found: dict[str, list[RefundRecord]] = {}
        for row in self._session.execute(query.order_by(RefundRow.occurred_at, RefundRow.id)):
            record = RefundRecord(*row)
            found.setdefault(record.conversion_id, []).append(record)
        return found

    def open_dispute(
        self, conversion_id: str, external_id: str, *, reason: str, opened_at: datetime, by: str
    ) -> tuple[DisputeRecord, bool]:
        """Take a dispute in, or find it when it was told before, open or closed; tells also whether it is new."""
        known = self.dispute(conversion_id, external_id)
        if known is not None:
            return known, False
        record = DisputeRecord(new_id("dsp"), conversion_id, external_id, reason, opened_at, outcome=None, closed_at=None, created_by=by)
        if insert_or_ignore(self._session, DisputeRow, values_of(record)):
            return record, True
        known = self.dispute(conversion_id, external_id)
        if known is None:
            raise ConflictError("external_id: somebody told of this dispute at the same moment; try again")
        return known, False

    def close_dispute(self, dispute_id: str, outcome: Outcome, *, closed_at: datetime) -> tuple[DisputeRecord, bool]:
        """End a dispute; tells also whether it was open until now. Raises NotFoundError, and ConflictError when it ended otherwise."""
        this = (DisputeRow.id == dispute_id, DisputeRow.outcome.is_(None))
        closed = self._session.execute(
            update(DisputeRow).where(*this).values(outcome=outcome, closed_at=closed_at).returning(*_DISPUTE)
        ).one_or_none()
        if closed is not None:
            return DisputeRecord(*closed), True
        row = self._session.execute(sa.select(*_DISPUTE).where(DisputeRow.id == dispute_id)).one_or_none()
        if row is None:
            raise NotFoundError("no dispute has that id")
        record = DisputeRecord(*row)
        if record.outcome != outcome:
            raise ConflictError(f"the dispute was {record.outcome} already, and ends once")
        return record, False

    def dispute(self, conversion_id: str, external_id: str) -> DisputeRecord | None:
        """The dispute of a conversion that its sender calls so."""
        if not is_storable(external_id):
            return None
        this = (DisputeRow.conversion_id == conversion_id, DisputeRow.external_id == external_id)
        row = self._session.execute(sa.select(*_DISPUTE).where(*this)).one_or_none()
        return DisputeRecord(*row) if row is not None else None

    def disputes(self, conversion_id: str) -> Sequence[DisputeRecord]:
        """A conversion's disputes, the earliest first."""
        return self.disputes_of([conversion_id]).get(conversion_id, [])

    def disputes_of(self, conversion_ids: Collection[str]) -> Mapping[str, Sequence[DisputeRecord]]:
        """Disputes by conversion id, in the same order: a page's worth."""
        query = sa.select(*_DISPUTE).where(DisputeRow.conversion_id.in_(sorted(conversion_ids)))
        found: dict[str, list[DisputeRecord]] = {}
        for row in self._session.execute(query.order_by(DisputeRow.opened_at, DisputeRow.id)):
            record = DisputeRecord(*row)
            found.setdefault(record.conversion_id, []).append(record)
        return found
