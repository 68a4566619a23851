"""Which conversions hang on each other: a customer's, possible duplicates, and those to decide again when another one changes.

Used by the use cases of money, before and after a decision.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.conversions import CONVERSION, ConversionRecord, conversion_record
from tribute.ledger.models_orders import ConversionRow, DecisionRow
from tribute.ledger.places import Place, after_place, before_place, place_of
from tribute.ledger.rules.decisions import ClickSeen
from tribute.ledger.rules.terms import Kind
from tribute.ledger.rules.text import is_storable

_MANY = 500
"""Names in one statement."""
DUPLICATES_WITHIN: Final = timedelta(hours=1)
_PLACE = place_of(ConversionRow)


@dataclass(frozen=True, slots=True)
class CustomerOrder:
    """An order of a customer, whom it is credited to now, and by which click."""

    conversion_id: str
    place: Place
    kind: Kind
    affiliate_id: str | None
    click: ClickSeen | None


class RelatedConversions:
    """Reads within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_customer(self, customer_id: str, *, before: Place | None = None) -> Sequence[CustomerOrder]:
        """A customer's orders, the earliest first, those before a place or all; not held, linked or rejected ones."""
        row = ConversionRow
        stands = (row.customer_id == customer_id, row.status != "held", row.linked_to.is_(None), row.rejected_note.is_(None))
        columns = (row.id, *_PLACE, row.kind, row.credited_affiliate_id, DecisionRow.record)
        credited = sa.and_(DecisionRow.id == row.decision_id, row.credited_affiliate_id.is_not(None))
        query = sa.select(*columns).outerjoin(DecisionRow, credited).where(*stands).order_by(*_PLACE)
        if before is not None:
            query = query.where(before_place(row, before))
        return [
            CustomerOrder(conversion_id, (at, source, external_id), kind, affiliate_id, decision.click if decision is not None else None)
            for conversion_id, at, source, external_id, kind, affiliate_id, decision in self._session.execute(query)
        ]

    def possible_duplicates(self, of: ConversionRecord) -> Sequence[ConversionRecord]:
        """Conversions of other sources in the same program that may be the same order, in the order of place.

        They have the same payment reference; or the same customer, amount and currency, at most an hour before or after. Linked, rejected
        and kept apart ones are among them: what follows from that is the caller's to say.
        """
        facts, row = of.facts, ConversionRow
        if facts.program_id is None:
            return []
        likenesses = []
        if facts.payment_reference is not None:
            likenesses.append(row.payment_reference == facts.payment_reference)
        if facts.customer_id is not None:
            span = row.occurred_at.between(facts.occurred_at - DUPLICATES_WITHIN, facts.occurred_at + DUPLICATES_WITHIN)
            money = sa.and_(row.amount_minor == facts.amount_minor, row.currency == facts.currency)
            likenesses.append(sa.and_(row.customer_id == facts.customer_id, money, span))
        found: dict[str, ConversionRecord] = {}
        for likeness in likenesses:  # one index each
            query = sa.select(*CONVERSION).where(likeness, row.program_id == facts.program_id, row.source != facts.source)
            found |= {record.id: record for record in map(conversion_record, self._session.execute(query))}
        return sorted(found.values(), key=lambda record: record.facts.place)

    def told_of(self, orders: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these (website id, external id) that some source told of."""
        row = ConversionRow
        found: set[tuple[str, str]] = set()
        names = sorted({name for _, name in orders if is_storable(name)})
        for source in self._sources():  # the index of external ids begins with the source
            for start in range(0, len(names), _MANY):
                query = sa.select(row.website_id, row.external_id)
                query = query.where(row.source == source, row.external_id.in_(names[start : start + _MANY]))
                found |= {(website_id, external_id) for website_id, external_id in self._session.execute(query)}
        return found & set(orders)

    def linked_to(self, conversion_id: str) -> Sequence[str]:
        """The ids of conversions that are linked to this one."""
        query = sa.select(ConversionRow.id).where(ConversionRow.linked_to == conversion_id)
        return list(self._session.scalars(query.order_by(ConversionRow.id)))

    def dependents(self, of: ConversionRecord, *, affiliate_ids: Collection[str] = (), until: datetime | None = None) -> Sequence[str]:
        """The ids of conversions that may be decided otherwise once this one is.

        They are the customer's later ones, possible duplicates, linked ones, and, of affiliates (given where the terms have tiers or caps:
        who was credited before, and who is now), the later ones credited to them in the program; `until`: the end of the longest period
        that tiers and caps count in.
        """
        facts, row = of.facts, ConversionRow
        found = {duplicate.id for duplicate in self.possible_duplicates(of)} | set(self.linked_to(of.id))
        if facts.customer_id is not None:
            query = sa.select(row.id).where(row.customer_id == facts.customer_id, after_place(row, facts.place))
            found |= set(self._session.scalars(query))
        for affiliate_id in sorted(affiliate_ids):
            mine = (row.program_id == facts.program_id, row.credited_affiliate_id == affiliate_id, after_place(row, facts.place))
            query = sa.select(row.id).where(*mine)
            found |= set(self._session.scalars(query if until is None else query.where(row.occurred_at < until)))
        return sorted(found - {of.id})

    def _sources(self) -> list[str]:
        """The names of all sources, each found by a step along the index; there are few."""
        found: list[str] = []
        row = ConversionRow
        while True:
            later = row.source > found[-1] if found else sa.true()
            following = self._session.scalar(sa.select(sa.func.min(row.source)).where(later))
            if following is None:
                return found
            found.append(following)
