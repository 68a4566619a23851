"""Bonuses and corrections: what an owner gives or takes beside commissions. The caller writes the books, in the same transaction.

An adjustment that is told with an id of the sender's own is added once for its affiliate; without one each telling adds another.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import new_id
from tribute.kit.money import LARGEST_MINOR, checked_currency
from tribute.ledger.columns import columns_of, insert_or_ignore, values_of
from tribute.ledger.models import AffiliateRow
from tribute.ledger.models_money import AdjustmentRow
from tribute.ledger.paging import Page, before, checked_limit, cut, newest_first, time_cursor
from tribute.ledger.rules.orders_checked import checked_text
from tribute.ledger.rules.text import is_storable

REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class AdjustmentRecord:
    """What an affiliate was given (above zero) or had taken (below), in minor units."""

    id: str
    affiliate_id: str
    kind: Literal["bonus", "correction"]
    amount_minor: int
    currency: str
    reason: str
    created_at: datetime
    created_by: str
    external_id: str | None = None
    """The sender's own id for it."""


_ADJUSTMENT = columns_of(AdjustmentRow, AdjustmentRecord)


class Adjustments:
    """Reads and adds adjustments within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(
        self,
        affiliate_id: str,
        kind: Literal["bonus", "correction"],
        amount_minor: int,
        currency: str,
        *,
        reason: str,
        by: str,
        external_id: str | None = None,
    ) -> tuple[AdjustmentRecord, bool]:
        """Add an adjustment; tells also whether it is new. Told again with the same `external_id` and content, it is the first one.

        Raises NotFoundError, InvalidInputError for an amount, a currency, an id or a missing reason, and ConflictError when the affiliate
        has an adjustment with that id and other content.
        """
        if not is_storable(affiliate_id) or self._session.get(AffiliateRow, affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")
        if not 0 < abs(amount_minor) <= LARGEST_MINOR or (kind == "bonus" and amount_minor < 0):
            raise InvalidInputError("amount_minor", "give whole minor units, not 0; below 0 only for a correction")
        told = reason.strip()
        if not told or len(told) > REASON_LIMIT or not is_storable(told):
            raise InvalidInputError("reason", f"say why, in at most {REASON_LIMIT} characters; the affiliate will see it")
        name = checked_text(external_id, "external_id") if external_id is not None else None
        values = (affiliate_id, kind, amount_minor, checked_currency(currency), told, self._clock.now(), by, name)
        record = AdjustmentRecord(new_id("adj"), *values)
        if insert_or_ignore(self._session, AdjustmentRow, values_of(record)):
            return record, True
        return self._told_before(record), False

    def _told_before(self, again: AdjustmentRecord) -> AdjustmentRecord:
        """The adjustment that has this one's external id, if it says the same; who says it, and when, may differ."""
        this = (AdjustmentRow.affiliate_id == again.affiliate_id, AdjustmentRow.external_id == again.external_id)
        known = AdjustmentRecord(*self._session.execute(sa.select(*_ADJUSTMENT).where(*this)).one())
        if replace(again, id=known.id, created_at=known.created_at, created_by=known.created_by) != known:
            raise ConflictError(
                f"external_id: {again.external_id!r} is an adjustment of this affiliate with other content already; "
                "send the same again, or give a new one an id of its own"
            )
        return known

    def page(self, *, affiliate_id: str | None = None, cursor: str | None = None, limit: int = 50) -> Page[AdjustmentRecord]:
        """Adjustments, all or an affiliate's, the latest first. Raises InvalidInputError for a cursor or limit."""
        row = AdjustmentRow
        query = sa.select(*_ADJUSTMENT).where(before(cursor, row.created_at, row.id))
        if affiliate_id is not None:
            query = query.where(row.affiliate_id == affiliate_id)
        found = self._session.execute(query.order_by(*newest_first(row.created_at, row.id)).limit(checked_limit(limit) + 1))
        return cut([AdjustmentRecord(*values) for values in found], limit, lambda record: time_cursor(record.created_at, record.id))
