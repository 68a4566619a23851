"""Money as a caller may see it: conversions, commissions with their reasons, balances. Used by REST, GraphQL and the pages.

Every read begins with the Caller. The team sees everything; an affiliate what is credited to them, told without anybody else's secrets.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.attribution.telling import OWNER, Telling, told
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.books import Balance, Books
from tribute.ledger.commission_pages import Coming, CommissionPages, Filters
from tribute.ledger.commissions import CommissionRecord, Commissions, CommissionStatus, ReversalRecord
from tribute.ledger.conversions import ConversionRecord, Conversions, Status
from tribute.ledger.customers import CustomerRecord, Customers
from tribute.ledger.database import Database
from tribute.ledger.decisions import DecisionRecord, Decisions
from tribute.ledger.money_facts import MoneyFacts, money_facts
from tribute.ledger.paging import Page
from tribute.ledger.programs import Programs
from tribute.ledger.refunds import DisputeRecord, RefundRecord, Refunds
from tribute.ledger.rules.telling import Names
from tribute.ledger.rules.terms import Terms
from tribute.ledger.websites import Websites
from tribute.reports.asked import affiliate_asked, program_asked, website_asked
from tribute.reports.scope import affiliate_of, require_team, scope_of


@dataclass(frozen=True, slots=True)
class CommissionSeen:
    """A commission with what people call everything in it, and why it is what it is."""

    record: CommissionRecord
    code: str
    affiliate_name: str
    website: str
    program: str
    kind: str
    """`sale` or `lead`."""
    order_minor: int
    """What the order's commission was computed from."""
    reversals: Sequence[ReversalRecord]
    decision: DecisionRecord | None
    telling: Telling | None

    @property
    def why(self) -> Sequence[str]:
        """Why it is what it is, in the forms of the APIs; nothing while nothing is decided."""
        return self.telling.sentences() if self.telling is not None else []


@dataclass(frozen=True, slots=True)
class ConversionSeen:
    """A conversion whole, as its owner sees it; `history` are earlier decisions, the first one first."""

    record: ConversionRecord
    website: str
    program: str | None
    customer: CustomerRecord | None
    decision: DecisionRecord | None
    credited_code: str | None
    telling: Telling | None
    commission: CommissionSeen | None
    refunds: Sequence[RefundRecord]
    disputes: Sequence[DisputeRecord] = field(default=())

    @property
    def why(self) -> Sequence[str]:
        """Why it is credited as it is, in the forms of the APIs; nothing while nothing is decided."""
        return self.telling.sentences() if self.telling is not None else []


@dataclass(frozen=True, slots=True)
class ConversionSummary:
    """A conversion as the affiliate may see it whom it is credited to: without customer, external id, coupon or the owner's notes."""

    id: str
    kind: str
    status: Status
    occurred_at: datetime
    website: str
    program: str | None
    commissionable_minor: int
    currency: str
    credited_code: str | None
    why: Sequence[str]
    commission: CommissionSeen | None


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    """One of a conversion's decisions, told to its owner."""

    record: DecisionRecord
    why: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which conversions or commissions, by the names that people know; everything given must be so, `since` ≤ `occurred_at` < `until`.

    An affiliate's own are read whomever they name.
    """

    website: str | None = None
    program: str | None = None
    affiliate: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What an affiliate is owed, in one currency, and what of it becomes payable next."""

    affiliate_id: str
    code: str
    name: str
    balance: Balance
    coming: Coming | None


class Money:
    """Reads the ledger within the caller's scope. Threads may share it; each call sees one moment's state."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def conversion(self, caller: Caller, conversion_id: str) -> ConversionSeen:
        """One conversion; the team's. Raises NotFoundError."""
        require_team(caller)
        with self._database.reading() as session:
            found = _Reading(session, self._clock, OWNER).conversions([conversion_id])
            if not found:
                raise NotFoundError("no conversion has that id")
            return replace(found[0], disputes=Refunds(session).disputes(conversion_id))

    def conversions(
        self,
        caller: Caller,
        *,
        website_id: str | None = None,
        program_id: str | None = None,
        affiliate_id: str | None = None,
        status: Status | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[ConversionSeen]:
        """Conversions, the latest first; the team's. Raises InvalidInputError for a cursor or limit."""
        require_team(caller)
        with self._database.reading() as session:
            page = Conversions(session, self._clock).page(
                website_id=website_id,
                program_id=program_id,
                affiliate_id=affiliate_id,
                status=status,
                since=since,
                until=until,
                cursor=cursor,
                limit=limit,
            )
            seen = _Reading(session, self._clock, OWNER).conversions([record.id for record in page.items])
        by_id = {one.record.id: one for one in seen}
        return Page(tuple(by_id[record.id] for record in page.items), page.next)

    def credited(
        self, caller: Caller, asked: Asked, *, status: Status | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[ConversionSummary]:
        """The conversions that are credited to the calling affiliate, the latest first. Raises InvalidInputError."""
        wanted = replace(self.filters(caller, asked), affiliate_id=affiliate_of(caller))
        with self._database.reading() as session:
            page = Conversions(session, self._clock).page(
                website_id=wanted.website_id,
                program_id=wanted.program_id,
                affiliate_id=wanted.affiliate_id,
                status=status,
                since=wanted.since,
                until=wanted.until,
                cursor=cursor,
                limit=limit,
            )
            seen = _Reading(session, self._clock, affiliate_of(caller)).conversions([record.id for record in page.items])
        by_id = {one.record.id: summary(one) for one in seen}
        return Page(tuple(by_id[record.id] for record in page.items), page.next)

    def credited_one(self, caller: Caller, conversion_id: str) -> ConversionSummary:
        """One that is credited to the calling affiliate; no other exists for them. Raises NotFoundError."""
        with self._database.reading() as session:
            record = Conversions(session, self._clock).by_id(conversion_id)
            if record is None or record.state.credited_affiliate_id != affiliate_of(caller):
                raise NotFoundError("no conversion has that id")
            return summary(_Reading(session, self._clock, affiliate_of(caller)).conversions([record.id])[0])

    def decisions(self, caller: Caller, conversion_id: str) -> Sequence[DecisionSeen]:
        """Everything that was decided of a conversion, the first decision first; the team's. Raises NotFoundError."""
        require_team(caller)
        with self._database.reading() as session:
            if Conversions(session, self._clock).by_id(conversion_id) is None:
                raise NotFoundError("no conversion has that id")
            return _Reading(session, self._clock, OWNER).decisions(conversion_id)

    def filters(self, caller: Caller, asked: Asked, *, status: CommissionStatus | None = None) -> Filters:
        """What is asked for with ids in the place of names. Raises InvalidInputError for a name that nothing has."""
        own = scope_of(caller)
        with self._database.reading() as session:
            return Filters(
                affiliate_id=own or affiliate_asked(session, self._clock, asked.affiliate),
                status=status,
                website_id=website_asked(session, self._clock, asked.website),
                program_id=program_asked(session, self._clock, asked.program),
                since=asked.since,
                until=asked.until,
            )

    def commissions(self, caller: Caller, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> Page[CommissionSeen]:
        """Commissions that stand, the latest first: an affiliate's own, whatever the filters say; the team's as they say."""
        own = scope_of(caller)
        if own is not None:
            filters = replace(filters, affiliate_id=own)
        with self._database.reading() as session:
            page = CommissionPages(session).page(filters, cursor=cursor, limit=limit)
            return Page(tuple(_Reading(session, self._clock, _audience(caller)).commissions(page.items)), page.next)

    def commission(self, caller: Caller, commission_id: str) -> CommissionSeen:
        """One commission; another affiliate's does not exist for an affiliate. Raises NotFoundError."""
        with self._database.reading() as session:
            record = Commissions(session, self._clock).by_id(commission_id)
            if record is None or scope_of(caller) not in {None, record.affiliate_id}:
                raise NotFoundError("no commission has that id")
            return _Reading(session, self._clock, _audience(caller)).commissions([record])[0]

    def balances(self, caller: Caller, affiliate_id: str | None = None) -> Sequence[Balance]:
        """What an affiliate is owed, by currency: the caller's own, or for the team the named one's."""
        wanted = scope_of(caller) or affiliate_id
        if wanted is None:
            raise NotFoundError("no affiliate has that id")
        with self._database.reading() as session:
            return Books(session, self._clock).balances(wanted)

    def owed(self, caller: Caller, affiliate: str | None = None) -> Sequence[Owed]:
        """What is owed, by currency, and what becomes payable next: to the calling affiliate, or for the team to all or one by code or id.

        Raises InvalidInputError for an affiliate whom nobody knows.
        """
        own = scope_of(caller)
        with self._database.reading() as session:
            affiliates, books, pages = Affiliates(session, self._clock), Books(session, self._clock), CommissionPages(session)
            wanted = own or affiliate_asked(session, self._clock, affiliate)
            people = affiliates.all() if wanted is None else list(affiliates.by_ids([wanted]).values())
            return [
                Owed(one.id, one.code, one.name, balance, pages.coming(one.id, balance.currency))
                for one in people
                for balance in books.balances(one.id)
            ]


def summary(seen: ConversionSeen) -> ConversionSummary:
    """A conversion without what is only its owner's to see; its sentences are as they were told to whoever it was read for."""
    facts = seen.record.facts
    return ConversionSummary(
        id=seen.record.id,
        kind=facts.kind,
        status=seen.record.state.status,
        occurred_at=facts.occurred_at,
        website=seen.website,
        program=seen.program,
        commissionable_minor=facts.commissionable_minor,
        currency=facts.currency,
        credited_code=seen.credited_code,
        why=seen.why,
        commission=seen.commission,
    )


def _audience(caller: Caller) -> str:
    return caller.affiliate_id if caller.affiliate_id is not None else OWNER


class _Reading:
    """One transaction's reads, with names looked up once."""

    def __init__(self, session: Session, clock: Clock, audience: str) -> None:
        self._session = session
        self._clock = clock
        self._audience = audience
        self._websites = {one.id: one.name for one in Websites(session, clock).all()}
        self._programs = {one.id: one.name for one in Programs(session, clock).all()}
        self._terms: Mapping[str, Terms] = {}

    def conversions(self, conversion_ids: Collection[str]) -> list[ConversionSeen]:
        """Conversions in the order of place."""
        facts = money_facts(self._session, self._clock, conversion_ids)
        affiliates = self._affiliates(facts)
        customers = self._customers(facts)
        self._read_terms(facts)
        return [self._conversion(one, affiliates, customers) for one in facts]

    def commissions(self, records: Sequence[CommissionRecord]) -> list[CommissionSeen]:
        """Commissions in the order given, told by the newest decision of their conversion."""
        facts = {one.conversion.id: one for one in money_facts(self._session, self._clock, {record.conversion_id for record in records})}
        affiliates = self._affiliates(facts.values())
        self._read_terms(facts.values())
        return [self._commission(record, facts[record.conversion_id], affiliates) for record in records]

    def decisions(self, conversion_id: str) -> list[DecisionSeen]:
        """A conversion's decisions, the first one first."""
        records = Decisions(self._session, self._clock).of_conversion(conversion_id)
        ids = {one.affiliate_id for record in records for one in record.record.considered} | {one.record.affiliate_id for one in records}
        people = Affiliates(self._session, self._clock).by_ids({one for one in ids if one is not None})
        names = Names(self._websites, {one.id: one.name for one in people.values()})
        return [DecisionSeen(record, told(record.record, names, self._audience)) for record in records]

    def _conversion(
        self, one: MoneyFacts, affiliates: Mapping[str, AffiliateRecord], customers: Mapping[str, CustomerRecord]
    ) -> ConversionSeen:
        told_facts, credited = one.conversion.facts, affiliates.get(one.conversion.state.credited_affiliate_id or "")
        return ConversionSeen(
            record=one.conversion,
            website=self._websites.get(told_facts.website_id, told_facts.website_id),
            program=self._programs.get(told_facts.program_id or ""),
            customer=customers.get(told_facts.customer_id or ""),
            decision=one.decision,
            credited_code=credited.code if credited is not None else None,
            telling=self._telling(one, affiliates),
            commission=self._commission(one.commission, one, affiliates) if one.commission is not None else None,
            refunds=one.refunds,
        )

    def _commission(self, record: CommissionRecord, one: MoneyFacts, affiliates: Mapping[str, AffiliateRecord]) -> CommissionSeen:
        affiliate = affiliates[record.affiliate_id]
        stands = one.commission is not None and one.commission.id == record.id
        return CommissionSeen(
            record=record,
            code=affiliate.code,
            affiliate_name=affiliate.name,
            website=self._websites.get(record.website_id, record.website_id),
            program=self._programs.get(record.program_id, record.program_id),
            kind=one.conversion.facts.kind,
            order_minor=one.conversion.facts.commissionable_minor,
            reversals=one.reversals if stands else (),
            decision=one.decision,
            telling=self._telling(one, affiliates),
        )

    def _telling(self, one: MoneyFacts, affiliates: Mapping[str, AffiliateRecord]) -> Telling | None:
        if one.decision is None:
            return None
        names, decision = Names(self._websites, {affiliate.id: affiliate.name for affiliate in affiliates.values()}), one.decision.record
        return Telling(decision, names, self._audience, self._terms.get(decision.terms_id or ""))

    def _read_terms(self, facts: Iterable[MoneyFacts]) -> None:
        """The terms that these were decided by, all at once."""
        ids = {one.decision.record.terms_id for one in facts if one.decision is not None}
        self._terms = Programs(self._session, self._clock).terms_by_ids(ids)

    def _affiliates(self, facts: Iterable[MoneyFacts]) -> Mapping[str, AffiliateRecord]:
        """Everyone whom these conversions name."""
        ids = set[str]()
        for one in facts:
            decision = one.decision.record if one.decision is not None else None
            named = [each.affiliate_id for each in decision.considered] if decision is not None else []
            credited = (one.conversion.state.credited_affiliate_id, one.commission.affiliate_id if one.commission is not None else None)
            ids |= {each for each in (*named, *credited, decision.affiliate_id if decision is not None else None) if each is not None}
        return Affiliates(self._session, self._clock).by_ids(ids)

    def _customers(self, facts: Iterable[MoneyFacts]) -> Mapping[str, CustomerRecord]:
        ids = {one.conversion.facts.customer_id for one in facts if one.conversion.facts.customer_id is not None}
        return {record.id: record for record in Customers(self._session, self._clock).by_ids(sorted(ids))}
