"""What an affiliate's earlier orders come to, for tiers and caps: sums over indexes, of orders before a place, never by arrival.

Orders count that are credited to the affiliate now: not held, linked or rejected ones. Refunds change none of it. Used by who decides
orders, under the program's lock.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.columns import AnySelect
from tribute.ledger.models_orders import CapUseRow, ConversionRow
from tribute.ledger.places import Place, Placed, before_given, given
from tribute.ledger.rules.commissions import Before
from tribute.ledger.rules.terms import Kind

_EVER = datetime(1, 1, 1, tzinfo=UTC)
"""Before every order."""


def _before() -> AnySelect:
    row = ConversionRow
    mine = (row.program_id == sa.bindparam("program"), row.credited_affiliate_id == sa.bindparam("affiliate"))
    alike = (row.currency == sa.bindparam("currency"), row.kind == sa.bindparam("kind"))
    query = sa.select(sa.func.coalesce(sa.func.sum(row.commissionable_minor), 0), sa.func.count())
    return query.where(*mine, *alike, row.occurred_at >= sa.bindparam("since"), before_given(row))


def _paid(row: Placed) -> AnySelect:
    """What a rule with a cap paid an affiliate for orders before a place."""
    mine = (CapUseRow.rule_key == sa.bindparam("rule"), CapUseRow.affiliate_id == sa.bindparam("affiliate"))
    return sa.select(sa.func.coalesce(sa.func.sum(CapUseRow.amount_minor), 0)).where(*mine, before_given(row))


# Made once: orders ask these wherever terms have tiers or caps, and to build a statement costs more than to run it.
_BEFORE = _before()
_PAID_BY_RULE = _paid(CapUseRow).where(CapUseRow.program_id == sa.bindparam("program"), CapUseRow.occurred_at >= sa.bindparam("since"))
_PAID_FOR_CUSTOMER = (
    _paid(ConversionRow)
    .join(ConversionRow, ConversionRow.id == CapUseRow.conversion_id)
    .where(ConversionRow.customer_id == sa.bindparam("customer"))
)


class Standings:
    """Reads within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def before(
        self, program_id: str, affiliate_id: str, place: Place, *, kind: Kind, currency: str, since: datetime | None = None
    ) -> Before:
        """Commissionable minor units and number of the affiliate's orders of a kind and currency from `since` on, before a place."""
        of = {"program": program_id, "affiliate": affiliate_id, "currency": currency, "kind": kind}
        volume, count = self._session.execute(_BEFORE, {**of, "since": since or _EVER, **given(place)}).one()
        return Before(volume_minor=int(volume), count=count)

    def paid_by_rule(self, program_id: str, affiliate_id: str, place: Place, *, rule_key: str, since: datetime | None = None) -> int:
        """Minor units that a rule with a cap paid the affiliate for orders from `since` on, before a place."""
        of = {"program": program_id, "rule": rule_key, "affiliate": affiliate_id}
        return int(self._session.scalars(_PAID_BY_RULE, {**of, "since": since or _EVER, **given(place)}).one())

    def paid_for_customer(self, customer_id: str, affiliate_id: str, place: Place, *, rule_key: str) -> int:
        """Minor units that a rule with a cap paid the affiliate for a customer's orders before a place."""
        of = {"customer": customer_id, "rule": rule_key, "affiliate": affiliate_id}
        return int(self._session.scalars(_PAID_FOR_CUSTOMER, {**of, **given(place)}).one())
