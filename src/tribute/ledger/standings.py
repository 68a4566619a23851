"""What an affiliate's earlier orders come to, for tiers and caps: sums over indexes, of orders before a place, never by arrival.

Orders count that are credited to the affiliate now: not held, linked or rejected ones. Refunds change none of it. Used by who decides
orders, under the program's lock.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.models_orders import CapUseRow, ConversionRow
from tribute.ledger.places import Place, before_place
from tribute.ledger.rules.commissions import Before
from tribute.ledger.rules.terms import Kind


class Standings:
    """Reads within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def before(
        self, program_id: str, affiliate_id: str, place: Place, *, kind: Kind, currency: str, since: datetime | None = None
    ) -> Before:
        """Commissionable minor units and number of the affiliate's orders of a kind and currency from `since` on, before a place."""
        row = ConversionRow
        query = sa.select(sa.func.coalesce(sa.func.sum(row.commissionable_minor), 0), sa.func.count()).where(
            row.program_id == program_id,
            row.credited_affiliate_id == affiliate_id,
            row.currency == currency,
            row.kind == kind,
            _since(row.occurred_at, since),
            before_place(row, place),
        )
        volume, count = self._session.execute(query).one()
        return Before(volume_minor=int(volume), count=count)

    def paid_by_rule(self, program_id: str, affiliate_id: str, place: Place, *, rule_key: str, since: datetime | None = None) -> int:
        """Minor units that a rule with a cap paid the affiliate for orders from `since` on, before a place."""
        row = CapUseRow
        mine = (row.program_id == program_id, row.rule_key == rule_key, row.affiliate_id == affiliate_id)
        query = sa.select(sa.func.coalesce(sa.func.sum(row.amount_minor), 0))
        return int(self._session.scalars(query.where(*mine, _since(row.occurred_at, since), before_place(row, place))).one())

    def paid_for_customer(self, customer_id: str, affiliate_id: str, place: Place, *, rule_key: str) -> int:
        """Minor units that a rule with a cap paid the affiliate for a customer's orders before a place."""
        row = ConversionRow
        mine = (row.customer_id == customer_id, CapUseRow.rule_key == rule_key, CapUseRow.affiliate_id == affiliate_id)
        query = sa.select(sa.func.coalesce(sa.func.sum(CapUseRow.amount_minor), 0)).join(row, row.id == CapUseRow.conversion_id)
        return int(self._session.scalars(query.where(*mine, before_place(row, place))).one())


def _since(at: sa.SQLColumnExpression[datetime], since: datetime | None) -> sa.ColumnElement[bool]:
    return at >= since if since is not None else sa.true()
