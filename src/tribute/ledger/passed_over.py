"""Which orders an affiliate was considered for and earns nothing by, the latest first. `Decisions` keeps them; reports read them here."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.models_orders import ConversionRow, PassedOverRow
from tribute.ledger.paging import Page, before, checked_limit, cut, newest_first, time_cursor


@dataclass(frozen=True, slots=True)
class PassedOverOrder:
    """Such an order, with the decision that says why."""

    conversion_id: str
    occurred_at: datetime
    website_id: str
    decision_id: str


class PassedOver:
    """Reads within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, affiliate_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[PassedOverOrder]:
        """The orders of one affiliate. Raises InvalidInputError for a cursor or limit."""
        row = PassedOverRow
        query = sa.select(row.conversion_id, row.occurred_at, ConversionRow.website_id, ConversionRow.decision_id)
        query = query.join(ConversionRow, ConversionRow.id == row.conversion_id)
        query = query.where(row.affiliate_id == affiliate_id, before(cursor, row.occurred_at, row.conversion_id))
        found = self._session.execute(query.order_by(*newest_first(row.occurred_at, row.conversion_id)).limit(checked_limit(limit) + 1))
        orders = [PassedOverOrder(one, at, website_id, decision_id or "") for one, at, website_id, decision_id in found]
        return cut(orders, limit, lambda one: time_cursor(one.occurred_at, one.conversion_id))
