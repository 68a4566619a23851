"""Reads everything that a decision rests on: the terms of that time, candidates, what stood before the order. Judges nothing.

One Gatherer serves one transaction, which holds the program's lock; what many of its orders share is read once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from tribute.analytics.clicks import Click, ClicksAsked
from tribute.attribution.candidates import AffiliateStanding, Assigned, Candidates, EarlierOrder, SameAs
from tribute.attribution.emails import EmailHashes
from tribute.attribution.ports import Evidence
from tribute.kit.clock import Clock
from tribute.ledger.absences import Absence
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.conversions import ConversionRecord
from tribute.ledger.coupons import Coupons
from tribute.ledger.enrollments import Enrollment, Enrollments
from tribute.ledger.programs import Programs, TermsVersion, WebsiteTime
from tribute.ledger.related_conversions import CustomerOrder, RelatedConversions
from tribute.ledger.rules.calendar import period_of
from tribute.ledger.rules.commissions import CapPer, Earner, Standing, needs_of
from tribute.ledger.rules.decisions import ClickSeen
from tribute.ledger.rules.orders import Order
from tribute.ledger.rules.telling import Names
from tribute.ledger.rules.terms import Terms
from tribute.ledger.standings import Standings
from tribute.ledger.websites import Websites

_JUST_BEFORE = timedelta(microseconds=1)


class Gatherer:
    """Reads within the session's transaction."""

    def __init__(self, session: Session, clock: Clock, evidence: Evidence, hashes: EmailHashes) -> None:
        self._session = session
        self._clock = clock
        self._evidence = evidence
        self._hashes = hashes
        self._programs = Programs(session, clock)
        self._related = RelatedConversions(session)
        self._standings = Standings(session)
        self._histories: dict[str, Sequence[TermsVersion]] = {}
        self._website_times: dict[str, Sequence[WebsiteTime]] = {}
        self._enrollments: dict[tuple[str, str], Sequence[Enrollment]] = {}
        self._affiliates: dict[str, AffiliateRecord] = {}
        self._absences: dict[str, Sequence[Absence]] = {}
        self._duplicates: dict[str, Sequence[ConversionRecord]] = {}
        self._website_names: dict[str, str] | None = None

    def with_visitors(self, records: Sequence[ConversionRecord]) -> list[Order]:
        """The orders; one that was told without an `anonymous_id` has the visitor whose browser told of the same order, if any did."""
        orders = [record.order() for record in records]
        silent = [index for index, order in enumerate(orders) if order.visitor_id is None]
        asked = [(orders[index].website_id, orders[index].external_id, _admitted(orders[index])) for index in silent]
        found = self._evidence.visitors_of_orders(asked) if asked else []
        for index, visitor_id in zip(silent, found, strict=True):
            if visitor_id is not None:
                orders[index] = msgspec.structs.replace(orders[index], visitor_id=visitor_id)
        return orders

    def clicks(self, orders: Sequence[Order]) -> list[list[Click]]:
        """Each order's clicks: those of its visitor and the one that it names, on any of our websites, received before the order was."""
        known = [index for index, order in enumerate(orders) if order.visitor_id is not None or order.click_id is not None]
        asked = [
            ClicksAsked(orders[index].visitor_id, orders[index].click_id, self._all_websites(), _admitted(orders[index])) for index in known
        ]
        found: list[list[Click]] = [[] for _ in orders]
        for index, clicks in zip(known, self._evidence.clicks_for(asked) if asked else (), strict=True):
            found[index] = clicks
        return found

    def candidates(self, record: ConversionRecord, order: Order, clicks: Sequence[Click | ClickSeen]) -> Candidates:
        """Everyone who comes into question for an order of a program, and what the owner said of it."""
        version = self.terms_of(order)
        if version is None:
            return Candidates(None, None, frozenset())
        seen = [_seen(click) for click in clicks]
        named = next((click for click in seen if click.click_id == order.click_id), None)
        earlier = self._related.of_customer(order.customer_id, before=order.place) if order.customer_id else []
        code = Affiliates(self._session, self._clock).holder_of(order.affiliate_code, order.received_at) if order.affiliate_code else None
        coupon = self._coupon_holder(order)
        state = record.state
        mentioned = {
            code,
            coupon,
            state.assigned_affiliate_id,
            *(click.affiliate_id for click in seen),
            *(one.affiliate_id for one in earlier),
        }
        return Candidates(
            terms_id=version.id,
            terms=version.terms,
            websites=self._websites_at(order),
            code=code,
            coupon=coupon,
            named_click=named,
            clicks=tuple(seen),
            earlier=tuple(_earlier(one) for one in earlier),
            affiliates=self._affiliate_standings(order, {one for one in mentioned if one is not None}),
            assigned=Assigned(state.assigned_affiliate_id, state.assigned_note) if state.assigned_at is not None else None,
            same_as=self._same_as(record),
            rejected=state.rejected_note,
        )

    def standing(self, order: Order, earner: Earner, terms: Terms) -> Standing:
        """What stood before the order, as far as these terms ask for it."""
        needs = needs_of(terms)
        before = {
            per: self._standings.before(
                order.program_id,
                earner.affiliate_id,
                order.place,
                kind=order.kind,
                currency=terms.currency,
                since=period_of(order.occurred_at, per).start,
            )
            for per in needs.periods
        }
        by_rule = {(need.rule, need.per): self._paid(order, earner, need.rule_key, need.per) for need in needs.caps}
        earlier = self._related.of_customer(order.customer_id, before=order.place) if needs.customer and order.customer_id else []
        sales = [one for one in earlier if one.kind == "sale"]
        credited = [one.place[0] for one in sales if one.affiliate_id == earner.affiliate_id]
        return Standing(before, by_rule, customer_is_new=not sales, first_credited_at=min(credited, default=None))

    def duplicates(self, record: ConversionRecord) -> Sequence[ConversionRecord]:
        """Conversions of other sources that may be the same order, in the order of place."""
        if record.id not in self._duplicates:
            self._duplicates[record.id] = self._related.possible_duplicates(record)
        return self._duplicates[record.id]

    def terms_of(self, order: Order) -> TermsVersion | None:
        """The terms of the order's program at its time; None without a program."""
        if not order.program_id:
            return None
        if order.program_id not in self._histories:
            self._histories[order.program_id] = self._programs.terms_history(order.program_id)
        held = [one for one in self._histories[order.program_id] if one.effective_from is None or one.effective_from <= order.occurred_at]
        return held[-1] if held else None

    def names(self) -> Names:
        """What people call the websites, and the affiliates who were met so far."""
        return Names(self._names_of_websites(), {one.id: one.name for one in self._affiliates.values()})

    def _names_of_websites(self) -> dict[str, str]:
        if self._website_names is None:
            self._website_names = {one.id: one.name for one in Websites(self._session, self._clock).all()}
        return self._website_names

    def _all_websites(self) -> tuple[str, ...]:
        """Also those outside the program: that a click was made elsewhere is a reason which people ask for."""
        return tuple(self._names_of_websites())

    def _websites_at(self, order: Order) -> frozenset[str]:
        """The program's websites when the order was placed."""
        if order.program_id not in self._website_times:
            self._website_times[order.program_id] = self._programs.website_times(order.program_id)
        return frozenset(one.website_id for one in self._website_times[order.program_id] if one.holds(order.occurred_at))

    def _coupon_holder(self, order: Order) -> str | None:
        """Whose the order's coupon is: given before the order was received, and not disabled when it was placed."""
        if not order.coupon:
            return None
        coupons = Coupons(self._session, self._clock)
        return coupons.holder_of(order.program_id, order.coupon, given_by=order.received_at, used_at=order.occurred_at)

    def _affiliate_standings(self, order: Order, ids: set[str]) -> dict[str, AffiliateStanding]:
        if not ids:
            return {}
        self._meet(order.program_id, ids)
        standings = {}
        for affiliate_id in ids & self._affiliates.keys():
            record, enrolment = self._affiliates[affiliate_id], self._enrolled(order, affiliate_id)
            standings[affiliate_id] = AffiliateStanding(
                enrolment=enrolment.state if enrolment else None,
                enrolment_reason=enrolment.reason if enrolment else None,
                group=enrolment.group_name if enrolment else None,
                deactivated_at=self._deactivated(order, affiliate_id),
                email_hash=self._hashes.of(record.email),
            )
        return standings

    def _meet(self, program_id: str, ids: set[str]) -> None:
        """Read of affiliates what was not read before."""
        missing = ids - self._affiliates.keys()
        if missing:
            affiliates = Affiliates(self._session, self._clock)
            self._affiliates |= affiliates.by_ids(missing)
            self._absences |= affiliates.absences(missing)
        missing = {one for one in ids if (program_id, one) not in self._enrollments}
        if missing:
            histories = Enrollments(self._session, self._clock).histories(program_id, missing)
            self._enrollments |= {(program_id, affiliate_id): history for affiliate_id, history in histories.items()}

    def _enrolled(self, order: Order, affiliate_id: str) -> Enrollment | None:
        """Where an affiliate stood in the order's program when it was placed."""
        history = self._enrollments[order.program_id, affiliate_id]
        return next((change for change in reversed(history) if change.at <= order.occurred_at), None)

    def _deactivated(self, order: Order, affiliate_id: str) -> datetime | None:
        """Since when an affiliate had been deactivated when the order was placed, whatever was changed later; None for who was not."""
        return next((one.from_at for one in self._absences[affiliate_id] if one.holds(order.occurred_at)), None)

    def _same_as(self, record: ConversionRecord) -> SameAs | None:
        """The order that this one repeats: linked by the owner, or an earlier one of another source that looks the same."""
        if record.state.linked_to is not None:
            return SameAs(record.state.linked_to, "linked")
        if record.state.kept_apart:
            return None
        for other in self.duplicates(record):
            apart = other.state.kept_apart or other.state.linked_to is not None or other.state.rejected_note is not None
            if not apart and other.facts.place < record.facts.place:
                return SameAs(other.id, "possible")
        return None

    def _paid(self, order: Order, earner: Earner, rule_key: str, per: CapPer) -> int:
        if per == "order":
            return 0
        if per == "customer":
            if order.customer_id is None:
                return 0
            return self._standings.paid_for_customer(order.customer_id, earner.affiliate_id, order.place, rule_key=rule_key)
        since = period_of(order.occurred_at, per).start
        return self._standings.paid_by_rule(order.program_id, earner.affiliate_id, order.place, rule_key=rule_key, since=since)


def _admitted(order: Order) -> datetime:
    """Events received before the order: all of them are loaded once the watermark has reached it, so that the answer stays the same."""
    return order.received_at - _JUST_BEFORE


def _seen(click: Click | ClickSeen) -> ClickSeen:
    """What a decision keeps of a click: everything but whose it was."""
    return ClickSeen(**{name: getattr(click, name) for name in ClickSeen.__struct_fields__})


def _earlier(one: CustomerOrder) -> EarlierOrder:
    return EarlierOrder(one.conversion_id, one.place, one.kind, one.affiliate_id, one.click)
