"""Takes conversions, refunds and disputes in: checked whole, known by their sender's ids, kept in one transaction, marked to be decided.

Told again, the same is nothing new; something else under the same id is a conflict. Nothing is decided here: `desk` does that.
Called by every door that money comes in through.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy.orm import Session

from tribute.attribution.emails import EmailHashes, masked
from tribute.attribution.order_form import ConversionTold, CustomerTold, DisputeTold, ItemTold, RefundTold, fingerprint
from tribute.attribution.ports import Arrivals
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.kit.money import checked_currency
from tribute.ledger.conversions import ConversionFacts, Conversions
from tribute.ledger.customers import CustomerFound, Customers, Shown, external_key
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs
from tribute.ledger.refunds import HOLD, Refunds
from tribute.ledger.related_conversions import RelatedConversions
from tribute.ledger.rules.orders import Line, Order, Refund
from tribute.ledger.rules.orders_checked import checked_optional_text, checked_order, checked_text, checked_time
from tribute.ledger.rules.refunds import checked_refund
from tribute.ledger.rules.text import checked_email
from tribute.ledger.websites import WebsiteRecord, Websites

_SHOWN_ID = 60


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a telling: the conversion that it is about, and whether it told anything new."""

    conversion_id: str
    id: str
    """The conversion's own id, or that of its refund or dispute."""
    is_new: bool
    received_at: datetime
    """What was received before this instant is what it rests on."""


class Intake:
    """Threads may share it. What raises InvalidInputError, NotFoundError, ConflictError or UnavailableError has kept nothing."""

    def __init__(self, database: Database, arrivals: Arrivals, clock: Clock, hashes: EmailHashes) -> None:
        self._database = database
        self._arrivals = arrivals
        self._clock = clock
        self._hashes = hashes

    def conversion(self, told: ConversionTold, *, by: str) -> Taken:
        """Take a conversion in. It waits for every event that was received before this call."""
        received_at = self._arrivals.stamp()
        with self._database.session() as session:
            website = _website(session, self._clock, told.website)
            order = self._checked(session, told, website, received_at)
            mark = self._fingerprint(told, order)
            conversions = Conversions(session, self._clock)
            known = conversions.by_external(order.source, order.external_id)
            if known is not None:
                _refuse_other(known.facts.fingerprint, mark, known.facts.external_id, f"conversion of {known.facts.source!r}")
                return Taken(known.id, known.id, is_new=False, received_at=known.facts.received_at)
            customer = self._customer(session, told.customer, order) if order.program_id else None
            facts = _facts(order, mark, customer.id if customer else None, by)
            record, is_new = conversions.add(facts, due_at=received_at, due_reason="new")
            if customer is not None and customer.merged:
                others = RelatedConversions(session).of_customer(customer.id)
                conversions.mark_due([other.conversion_id for other in others], "customers merged", at=received_at)
            return Taken(record.id, record.id, is_new, received_at)

    def refund(self, conversion_id: str, told: RefundTold, *, by: str) -> Taken:
        """Take a refund of a conversion in. It is settled with the order that the conversion is linked to, too."""
        received_at = self._arrivals.stamp()
        with self._database.session() as session:
            conversions, refunds = Conversions(session, self._clock), Refunds(session)
            record = conversions.lock(conversion_id)
            external_id = checked_text(str(told.external_id), "external_id")
            occurred_at = _not_after(told.occurred_at, received_at)
            told_at = told.occurred_at.astimezone(UTC) if told.occurred_at else None
            mark = fingerprint(msgspec.structs.replace(told, external_id=external_id, occurred_at=told_at))
            known = refunds.find(conversion_id, external_id)
            if known is not None:
                _refuse_other(known.fingerprint, mark, external_id, "refund of this conversion")
                return Taken(conversion_id, known.id, is_new=False, received_at=known.received_at)
            refund = Refund(
                refund_id="new",
                amount_minor=told.amount_minor,
                occurred_at=occurred_at,
                lines=_refunded_lines(told),
            )
            earlier = [one.refund() for one in refunds.of_conversion(conversion_id)]
            checked = checked_refund(record.order(), earlier, refund)
            added, _ = refunds.add(
                conversion_id,
                external_id,
                fingerprint=mark,
                amount_minor=checked.amount_minor,
                lines=checked.lines,
                reason=checked_optional_text(told.reason, "reason", most=500) or "",
                occurred_at=checked.occurred_at,
                received_at=received_at,
                by=by,
            )
            conversions.mark_due(record.same_order_ids, "refund", at=received_at)
            return Taken(conversion_id, added.id, is_new=True, received_at=received_at)

    def dispute(self, conversion_id: str, told: DisputeTold, *, by: str) -> Taken:
        """Open a dispute of a conversion, or close it as won or lost. What is closed stays so. It is settled as a refund is."""
        received_at = self._arrivals.stamp()
        with self._database.session() as session:
            conversions, disputes = Conversions(session, self._clock), Refunds(session)
            record = conversions.lock(conversion_id)
            external_id = checked_text(str(told.external_id), "external_id")
            if external_id.startswith(HOLD):
                raise InvalidInputError("external_id", f"begins with {HOLD!r}, as an owner's own holds do; give the dispute another id")
            at = _not_after(told.occurred_at, received_at)
            if at < record.facts.occurred_at:
                raise InvalidInputError("occurred_at", "is before the order; give the time of the dispute, or leave it out for now")
            reason = checked_optional_text(told.reason, "reason", most=500) or ""
            opened, is_new = disputes.open_dispute(conversion_id, external_id, reason=reason, opened_at=at, by=by)
            if told.state != "open" and opened.outcome is None:
                disputes.close_dispute(opened.id, told.state, closed_at=max(at, opened.opened_at))
                is_new = True
            elif opened.outcome is not None and told.state not in {"open", opened.outcome}:  # an opening told again, late, says nothing new
                raise ConflictError(f"external_id: the dispute {external_id!r} was {opened.outcome} already; open a new one")
            if is_new:
                conversions.mark_due(record.same_order_ids, "dispute", at=received_at)
            return Taken(conversion_id, opened.id, is_new, received_at)

    def _checked(self, session: Session, told: ConversionTold, website: WebsiteRecord, received_at: datetime) -> Order:
        programs = Programs(session, self._clock)
        occurred_at = _not_after(told.occurred_at, received_at)
        # By the order's own time, so that one that is told late ends as if it had been told at once.
        program = programs.of_website(website.id, occurred_at)
        in_program = program is not None and (program.archived_at is None or occurred_at < program.archived_at)
        order = Order(
            conversion_id="new",
            program_id=program.id if program is not None and in_program else "",
            website_id=website.id,
            source=_checked_source(told.source),
            external_id=str(told.external_id),
            kind=told.kind,
            amount_minor=told.amount_minor,
            currency=_currency(told, programs.terms_at(program.id, occurred_at).terms.currency if program is not None else None),
            tax_minor=told.tax_minor,
            shipping_minor=told.shipping_minor,
            lines=tuple(_line(item, number) for number, item in enumerate(told.items, 1)),
            occurred_at=occurred_at,
            received_at=received_at,
            visitor_id=checked_optional_text(told.anonymous_id, "anonymous_id", most=500),
            click_id=told.click_id,
            affiliate_code=told.affiliate_code,
            coupon=told.coupon,
            payment_reference=told.payment_reference,
            customer_email_hash=self._email_hash(told.customer),
            metadata=told.metadata,
        )
        return checked_order(order, received_at)

    def _fingerprint(self, told: ConversionTold, order: Order) -> str:
        """Over what was told, with names resolved and without the address: by id or by domain, a website is the same."""
        customer = told.customer
        hashed = CustomerTold(_text(customer.external_id), order.customer_email_hash) if customer is not None else None
        return fingerprint(
            msgspec.structs.replace(
                told,
                website=order.website_id,
                source=order.source,
                external_id=order.external_id,
                currency=order.currency,
                customer=hashed,
                occurred_at=told.occurred_at.astimezone(UTC) if told.occurred_at else None,
            )
        )

    def _email_hash(self, customer: CustomerTold | None) -> str | None:
        if customer is None or customer.email is None or not customer.email.strip():
            return None
        return self._hashes.of(checked_email(customer.email, "customer.email"))

    def _customer(self, session: Session, told: CustomerTold | None, order: Order) -> CustomerFound | None:
        if told is None:
            return None
        external_id = checked_optional_text(_text(told.external_id), "customer.external_id")
        return Customers(session, self._clock).of(
            order.program_id,
            external=external_key(order.source, order.website_id, external_id) if external_id else None,
            email_hash=order.customer_email_hash,
            shown=Shown(
                email=masked(told.email.strip()) if told.email and order.customer_email_hash else None,
                external_id=external_id[:_SHOWN_ID] if external_id else None,
            ),
        )


def _website(session: Session, clock: Clock, told: str) -> WebsiteRecord:
    websites = Websites(session, clock)
    found = websites.by_id(told) or websites.by_host(told.strip().lower()) or websites.by_name(told)
    if found is None:
        raise InvalidInputError("website", "no website has that id, domain or name; `tribute website list` shows them")
    return found


def _currency(told: ConversionTold, of_program: str | None) -> str:
    """A lead may leave its currency out: its bounty is in the program's anyway."""
    if told.currency is not None:
        return checked_currency(told.currency)
    if told.kind == "lead" and told.amount_minor == 0 and of_program is not None:
        return of_program
    raise InvalidInputError("currency", "is missing; give the three letters of the order's currency, such as USD")


def _checked_source(source: str) -> str:
    text = checked_text(source, "source", most=60)
    if "/" in text:
        raise InvalidInputError("source", "has a slash; name the sender in plain letters, such as api or stripe")
    return text


def _line(item: ItemTold, number: int) -> Line:
    product = next((one for one in (item.product, item.product_id, item.sku) if one is not None), None)
    return Line(
        id=_text(item.id) or str(number),
        amount_minor=item.amount_minor,
        product=_text(product),
        name=item.name,
        quantity=item.quantity,
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _facts(order: Order, mark: str, customer_id: str | None, by: str) -> ConversionFacts:
    return ConversionFacts(
        program_id=order.program_id or None,
        website_id=order.website_id,
        source=order.source,
        external_id=order.external_id,
        fingerprint=mark,
        kind=order.kind,
        amount_minor=order.amount_minor,
        currency=order.currency,
        tax_minor=order.tax_minor,
        shipping_minor=order.shipping_minor,
        lines=order.lines,
        occurred_at=order.occurred_at,
        received_at=order.received_at,
        created_by=by,
        visitor_id=order.visitor_id,
        click_id=order.click_id,
        affiliate_code=order.affiliate_code,
        coupon=order.coupon,
        payment_reference=order.payment_reference,
        customer_id=customer_id,
        customer_email_hash=order.customer_email_hash,
        order_metadata=dict(order.metadata),
    )


def _refuse_other(known: str, told: str, external_id: str, what: str) -> None:
    if known != told:
        raise ConflictError(
            f"external_id: {external_id!r} is a {what} with other content already; send the same again, or give a new one an id of its own"
        )


def _refunded_lines(told: RefundTold) -> dict[str, int]:
    lines: dict[str, int] = {}
    for index, item in enumerate(told.items):
        line_id = str(item.id)
        if line_id in lines:
            raise InvalidInputError(f"items[{index}].id", f"{line_id[:60]!r} is named twice; add the amounts up")
        lines[line_id] = item.amount_minor
    return lines


def _not_after(told: datetime | None, received_at: datetime) -> datetime:
    return min(checked_time(told, received_at), received_at) if told is not None else received_at
