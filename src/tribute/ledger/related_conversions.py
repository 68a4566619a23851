"""Which conversions hang on each other: a customer's, possible duplicates, and those to decide again when another one changes.

Used by the use cases of money, before and after a decision.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.columns import AnySelect
from tribute.ledger.conversions import CONVERSION, ConversionRecord, conversion_record
from tribute.ledger.models_orders import ConversionRow, DecisionRow
from tribute.ledger.places import Place, after_given, before_given, given, place_of
from tribute.ledger.rules.decisions import ClickSeen
from tribute.ledger.rules.terms import Kind
from tribute.ledger.rules.text import is_storable

_MANY = 500
"""Names in one statement."""
DUPLICATES_WITHIN: Final = timedelta(hours=1)
_PLACE = place_of(ConversionRow)


def _of_customer() -> AnySelect:
    row = ConversionRow
    stands = (row.customer_id == sa.bindparam("customer"), row.status != "held", row.linked_to.is_(None), row.rejected_note.is_(None))
    columns = (row.id, *_PLACE, row.kind, row.credited_affiliate_id, DecisionRow.record)
    credited = sa.and_(DecisionRow.id == row.decision_id, row.credited_affiliate_id.is_not(None))
    return sa.select(*columns).outerjoin(DecisionRow, credited).where(*stands).order_by(*_PLACE)


def _alike(*likeness: sa.ColumnElement[bool]) -> AnySelect:
    """Of other sources in a program; one statement an index."""
    row = ConversionRow
    return sa.select(*CONVERSION).where(*likeness, row.program_id == sa.bindparam("program"), row.source != sa.bindparam("source"))


def _bought_alike() -> AnySelect:
    row = ConversionRow
    span = row.occurred_at.between(sa.bindparam("since"), sa.bindparam("until"))
    money = (row.amount_minor == sa.bindparam("amount"), row.currency == sa.bindparam("currency"))
    return _alike(row.customer_id == sa.bindparam("customer"), *money, span)


# Made once: every order asks these, and to build and recognise a statement costs more than to run it.
_OF_CUSTOMER = _of_customer()
_OF_CUSTOMER_BEFORE = _OF_CUSTOMER.where(before_given(ConversionRow))
_LATER_OF_CUSTOMER = sa.select(ConversionRow.id).where(ConversionRow.customer_id == sa.bindparam("customer"), after_given(ConversionRow))
_LATER_OF_AFFILIATE = sa.select(ConversionRow.id).where(
    ConversionRow.program_id == sa.bindparam("program"),
    ConversionRow.credited_affiliate_id == sa.bindparam("affiliate"),
    ConversionRow.occurred_at < sa.bindparam("until"),
    after_given(ConversionRow),
)
_END = datetime(9999, 12, 31, tzinfo=UTC)
"""After every order."""
_LINKED = sa.select(ConversionRow.id).where(ConversionRow.linked_to == sa.bindparam("conversion")).order_by(ConversionRow.id)
_PAID_ALIKE = _alike(ConversionRow.payment_reference == sa.bindparam("reference"))
_BOUGHT_ALIKE = _bought_alike()


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
        query, place = (_OF_CUSTOMER, {}) if before is None else (_OF_CUSTOMER_BEFORE, given(before))
        return [
            CustomerOrder(conversion_id, (at, source, external_id), kind, affiliate_id, decision.click if decision is not None else None)
            for conversion_id, at, source, external_id, kind, affiliate_id, decision in self._session.execute(
                query, {"customer": customer_id, **place}
            )
        ]

    def possible_duplicates(self, of: ConversionRecord) -> Sequence[ConversionRecord]:
        """Conversions of other sources in the same program that may be the same order, in the order of place.

        They have the same payment reference; or the same customer, amount and currency, at most an hour before or after. Linked, rejected
        and kept apart ones are among them: what follows from that is the caller's to say.
        """
        facts = of.facts
        if facts.program_id is None:
            return []
        common = {"program": facts.program_id, "source": facts.source}
        found: dict[str, ConversionRecord] = {}
        if facts.payment_reference is not None:
            paid_alike = self._session.execute(_PAID_ALIKE, {**common, "reference": facts.payment_reference})
            found |= {record.id: record for record in map(conversion_record, paid_alike)}
        if facts.customer_id is not None:
            span = {"since": facts.occurred_at - DUPLICATES_WITHIN, "until": facts.occurred_at + DUPLICATES_WITHIN}
            money = {"amount": facts.amount_minor, "currency": facts.currency}
            bought_alike = self._session.execute(_BOUGHT_ALIKE, {**common, **span, **money, "customer": facts.customer_id})
            found |= {record.id: record for record in map(conversion_record, bought_alike)}
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
        return list(self._session.scalars(_LINKED, {"conversion": conversion_id}))

    def linked_orders(self, conversion_ids: Collection[str]) -> Mapping[str, Sequence[ConversionRecord]]:
        """What is linked to these conversions, by their ids, in the order of place: a batch's worth."""
        query = sa.select(*CONVERSION).where(ConversionRow.linked_to.in_(sorted(conversion_ids))).order_by(*_PLACE)
        found: dict[str, list[ConversionRecord]] = {}
        for record in map(conversion_record, self._session.execute(query)):
            found.setdefault(record.state.linked_to or "", []).append(record)
        return found

    def dependents(
        self,
        of: ConversionRecord,
        *,
        duplicates: Sequence[ConversionRecord] | None = None,
        affiliate_ids: Collection[str] = (),
        until: datetime | None = None,
    ) -> Sequence[str]:
        """The ids of conversions that may be decided otherwise once this one is.

        They are the customer's later ones, possible duplicates (looked for unless given), linked ones, and, of affiliates (given where the
        terms have tiers or caps: who was credited before, and who is now), the later ones credited to them in the program; `until`: the
        end of the longest period that tiers and caps count in.
        """
        facts = of.facts
        alike = self.possible_duplicates(of) if duplicates is None else duplicates
        found = {duplicate.id for duplicate in alike} | set(self.linked_to(of.id))
        if facts.customer_id is not None:
            found |= set(self._session.scalars(_LATER_OF_CUSTOMER, {"customer": facts.customer_id, **given(facts.place)}))
        for affiliate_id in sorted(affiliate_ids):
            mine = {"program": facts.program_id, "affiliate": affiliate_id, "until": until or _END}
            found |= set(self._session.scalars(_LATER_OF_AFFILIATE, {**mine, **given(facts.place)}))
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
