"""Conversions: what was told of each, once and for all, and where its deciding stands. One (source, external id) is one conversion.

Used by the use cases of money. What has to be decided (again) is marked due; which conversions hang on each other is told by
`related_conversions`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.columns import AnySelect, columns_of, insert_or_ignore, update, values_of
from tribute.ledger.models_orders import ConversionRow
from tribute.ledger.paging import Page, before, checked_limit, cut, newest_first, time_cursor
from tribute.ledger.places import Place
from tribute.ledger.rules.orders import Line, Order
from tribute.ledger.rules.terms import Kind
from tribute.ledger.rules.text import is_storable

Status = Literal["awaiting_events", "provisional", "decided", "held"]
_MANY = 500
"""Ids in one statement."""


@dataclass(frozen=True, slots=True)
class ConversionFacts:
    """What was told of a conversion, checked and with its names looked up. `fingerprint` tells different tellings of one id apart.

    `program_id` is None where the website was in no program.
    """

    program_id: str | None
    website_id: str
    source: str
    external_id: str
    fingerprint: str
    kind: Kind
    amount_minor: int
    currency: str
    tax_minor: int
    shipping_minor: int
    lines: tuple[Line, ...]
    occurred_at: datetime
    received_at: datetime
    created_by: str
    visitor_id: str | None = None
    click_id: str | None = None
    affiliate_code: str | None = None
    coupon: str | None = None
    payment_reference: str | None = None
    customer_id: str | None = None
    customer_email_hash: str | None = None
    order_metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def commissionable_minor(self) -> int:
        return self.amount_minor - self.tax_minor - self.shipping_minor

    @property
    def place(self) -> Place:
        return self.occurred_at, self.source, self.external_id


@dataclass(frozen=True, slots=True)
class ConversionState:
    """Where a conversion's deciding stands, and what the owner said of it.

    `decision_id` is the newest decision; `credited_affiliate_id` whom it credits, None while it credits nobody or is held. With `due_at` it
    waits to be decided (again) from that instant on. `linked_to` is another conversion that is the same order; `kept_apart`: the owner said
    that it is no duplicate.
    """

    status: Status = "awaiting_events"
    decision_id: str | None = None
    credited_affiliate_id: str | None = None
    due_at: datetime | None = None
    due_reason: str | None = None
    assigned_affiliate_id: str | None = None
    assigned_note: str | None = None
    assigned_by: str | None = None
    assigned_at: datetime | None = None
    linked_to: str | None = None
    kept_apart: bool = False
    rejected_note: str | None = None


@dataclass(frozen=True, slots=True)
class ConversionRecord:
    """A conversion as it stands."""

    id: str
    facts: ConversionFacts
    state: ConversionState

    @property
    def same_order_ids(self) -> tuple[str, ...]:
        """Its own id, and that of the order that it is linked to: what is told of it later changes what both come to."""
        return (self.id,) if self.state.linked_to is None else (self.id, self.state.linked_to)

    def order(self) -> Order:
        """The conversion as attribution sees it; without a program, the order's `program_id` is empty."""
        told = self.facts
        return Order(
            conversion_id=self.id,
            program_id=told.program_id or "",
            website_id=told.website_id,
            source=told.source,
            external_id=told.external_id,
            kind=told.kind,
            amount_minor=told.amount_minor,
            currency=told.currency,
            tax_minor=told.tax_minor,
            shipping_minor=told.shipping_minor,
            lines=told.lines,
            occurred_at=told.occurred_at,
            received_at=told.received_at,
            visitor_id=told.visitor_id,
            click_id=told.click_id,
            affiliate_code=told.affiliate_code,
            coupon=told.coupon,
            payment_reference=told.payment_reference,
            customer_id=told.customer_id,
            customer_email_hash=told.customer_email_hash,
            metadata=told.order_metadata,
        )


_FACTS, _STATE = columns_of(ConversionRow, ConversionFacts), columns_of(ConversionRow, ConversionState)
CONVERSION = (ConversionRow.id, *_FACTS, *_STATE)
"""The columns that `conversion_record` takes."""


def conversion_record(row: Sequence[Any]) -> ConversionRecord:
    """A record out of the columns of `CONVERSION`."""
    facts_end = 1 + len(_FACTS)
    return ConversionRecord(row[0], ConversionFacts(*row[1:facts_end]), ConversionState(*row[facts_end:]))


class Conversions:
    """Reads and writes conversions within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, facts: ConversionFacts, *, due_at: datetime | None = None, due_reason: str = "new") -> tuple[ConversionRecord, bool]:
        """Take a conversion in, awaiting events, due from `due_at` on (None: at once); or find it when the same was told before.

        Tells also whether it is new. Raises ConflictError when something else was told under the same source and external id.
        """
        known = self.by_external(facts.source, facts.external_id)
        if known is not None:
            return _the_same(known, facts), False
        state = ConversionState(due_at=due_at if due_at is not None else self._clock.now(), due_reason=due_reason)
        record = ConversionRecord(new_id("cnv"), facts, state)
        values = values_of(facts) | values_of(state)
        values |= {"id": record.id, "commissionable_minor": facts.commissionable_minor}
        if insert_or_ignore(self._session, ConversionRow, values):
            return record, True
        known = self.by_external(facts.source, facts.external_id)  # told by someone else since we looked
        if known is None:
            raise ConflictError("external_id: somebody told of this conversion at the same moment; try again")
        return _the_same(known, facts), False

    def by_id(self, conversion_id: str) -> ConversionRecord | None:
        """The conversion with this id."""
        return self._one(ConversionRow.id == conversion_id) if is_storable(conversion_id) else None

    def by_ids(self, conversion_ids: Collection[str]) -> Sequence[ConversionRecord]:
        """Those of these ids that there are, in order of their place."""
        found: list[ConversionRecord] = []
        for some in _chunks(sorted(conversion_ids)):
            found += self._records(sa.select(*CONVERSION).where(ConversionRow.id.in_(some)))
        return sorted(found, key=lambda record: record.facts.place)

    def by_external(self, source: str, external_id: str) -> ConversionRecord | None:
        """The conversion that a sender calls so."""
        if not is_storable(source) or not is_storable(external_id):
            return None
        return self._one(sa.and_(ConversionRow.source == source, ConversionRow.external_id == external_id))

    def lock(self, conversion_id: str) -> ConversionRecord:
        """The conversion as it stands, with nobody else changing it, its refunds or its due mark until this transaction ends.

        Raises NotFoundError.
        """
        query = sa.select(*CONVERSION).where(ConversionRow.id == conversion_id)
        found = self._records(query.with_for_update(key_share=True, of=ConversionRow)) if is_storable(conversion_id) else []
        if not found:
            raise NotFoundError("no conversion has that id")
        return found[0]

    def page(
        self,
        *,
        website_id: str | None = None,
        program_id: str | None = None,
        affiliate_id: str | None = None,
        status: Status | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[ConversionRecord]:
        """Conversions, the latest by `occurred_at` first; of an affiliate, those that are credited to them; `since` ≤ time < `until`.

        Raises InvalidInputError for a cursor or limit.
        """
        row = ConversionRow
        query = sa.select(*CONVERSION).where(before(cursor, row.occurred_at, row.id))
        wanted = {row.website_id: website_id, row.program_id: program_id, row.credited_affiliate_id: affiliate_id, row.status: status}
        for column, value in wanted.items():
            if value is not None:
                query = query.where(column == value)
        if since is not None:
            query = query.where(row.occurred_at >= since)
        if until is not None:
            query = query.where(row.occurred_at < until)
        found = self._records(query.order_by(*newest_first(row.occurred_at, row.id)).limit(checked_limit(limit) + 1))
        return cut(found, limit, lambda record: time_cursor(record.facts.occurred_at, record.id))

    def next_due(self, limit: int, now: datetime, *, program_id: str | None) -> Sequence[ConversionRecord]:
        """What is to be decided now of a program, or (None) of what is in none, in the order of place.

        Nobody else changes it until this transaction ends; what others are at is left out. Lock the program before (`Programs.lock`).
        """
        whose = ConversionRow.program_id.is_(None) if program_id is None else ConversionRow.program_id == program_id
        query = sa.select(*CONVERSION).where(whose, ConversionRow.due_at.is_not(None), ConversionRow.due_at <= now)
        ordered = query.order_by(ConversionRow.occurred_at, ConversionRow.source, ConversionRow.external_id).limit(limit)
        return self._records(ordered.with_for_update(key_share=True, skip_locked=True, of=ConversionRow))

    def programs_due(self, now: datetime) -> Sequence[str | None]:
        """The programs that something is to be decided of now; None stands for conversions without a program."""
        query = sa.select(ConversionRow.program_id).where(ConversionRow.due_at.is_not(None), ConversionRow.due_at <= now).distinct()
        return list(self._session.scalars(query))

    def next_due_at(self) -> datetime | None:
        """When the next conversion is to be decided: also in the past; None where none is."""
        return self._session.scalar(sa.select(sa.func.min(ConversionRow.due_at)).where(ConversionRow.due_at.is_not(None)))

    def mark_due(self, conversion_ids: Collection[str], reason: str, *, at: datetime | None = None) -> None:
        """Have conversions decided (again) from an instant on (None: now). One that is due earlier stays so. Idempotent."""
        due_at = at if at is not None else self._clock.now()
        row = ConversionRow
        for some in _chunks(sorted(conversion_ids)):
            later = sa.or_(row.due_at.is_(None), row.due_at > due_at)
            self._session.execute(update(row).where(row.id.in_(some), later).values(due_at=due_at, due_reason=reason))

    def put_off(self, conversion_id: str, until: datetime, reason: str) -> None:
        """Have a due conversion looked at again at a later instant."""
        this = (ConversionRow.id == conversion_id, ConversionRow.due_at.is_not(None))
        self._session.execute(update(ConversionRow).where(*this).values(due_at=until, due_reason=reason))

    def settled(self, conversion_id: str) -> None:
        """Have a conversion no longer due: it was looked at, and is decided as before."""
        self._update(conversion_id, due_at=None, due_reason=None)

    def ids(self, status: Status) -> Sequence[str]:
        """The ids of all conversions of a status, in no order: for what is few, such as `provisional`."""
        return list(self._session.scalars(sa.select(ConversionRow.id).where(ConversionRow.status == status)))

    def assign(self, conversion_id: str, affiliate_id: str | None, *, note: str, by: str) -> None:
        """Keep the owner's word whose the order is (None: nobody's)."""
        now = self._clock.now()
        self._update(conversion_id, assigned_affiliate_id=affiliate_id, assigned_note=note, assigned_by=by, assigned_at=now)

    def unassign(self, conversion_id: str) -> None:
        """Forget the owner's word, so that the order is decided by its clicks again."""
        self._update(conversion_id, assigned_affiliate_id=None, assigned_note=None, assigned_by=None, assigned_at=None)

    def link(self, conversion_id: str, to: str) -> None:
        """Keep that this is the same order as another conversion, which is not linked itself. Raises ConflictError."""
        other = self.by_id(to)
        if other is None or other.id == conversion_id or other.state.linked_to is not None:
            raise ConflictError("link an order to another one that is not linked itself")
        pointing = sa.select(ConversionRow.id).where(ConversionRow.linked_to == conversion_id).limit(1)
        if self._session.execute(pointing).first() is not None:
            raise ConflictError("other orders are linked to this one; link the other one to it instead")
        self._update(conversion_id, linked_to=to, kept_apart=False)

    def keep_apart(self, conversion_id: str) -> None:
        """Keep the owner's word that this is no duplicate of another order."""
        self._update(conversion_id, linked_to=None, kept_apart=True)

    def reject(self, conversion_id: str, note: str | None) -> None:
        """Keep the owner's reason for rejecting the order; None takes it back."""
        self._update(conversion_id, rejected_note=note)

    def _update(self, conversion_id: str, **values: object) -> None:
        self._session.execute(update(ConversionRow).where(ConversionRow.id == conversion_id).values(values))

    def _one(self, condition: sa.ColumnElement[bool]) -> ConversionRecord | None:
        return next(iter(self._records(sa.select(*CONVERSION).where(condition))), None)

    def _records(self, query: AnySelect) -> list[ConversionRecord]:
        return [conversion_record(row) for row in self._session.execute(query)]


def _the_same(known: ConversionRecord, told: ConversionFacts) -> ConversionRecord:
    if known.facts.fingerprint != told.fingerprint:
        raise ConflictError(
            f"external_id: {told.external_id!r} of {told.source!r} is a conversion with other content already; "
            "send the same again, or give a new one an id of its own"
        )
    return known


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _MANY] for start in range(0, len(ids), _MANY)]
