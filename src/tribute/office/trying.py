"""Trying terms on a sample order before they are saved: what each line would earn, told in English. Nothing is stored.

Called by REST, GraphQL, the pages and the CLI.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.attribution.order_form import Aware, ItemTold
from tribute.attribution.telling import OWNER, told
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.programs import Programs
from tribute.ledger.rules.commissions import Before, Earned, Earner, Standing, earn, needs_of
from tribute.ledger.rules.decisions import DecidedLine, Decision
from tribute.ledger.rules.orders import Line, Order
from tribute.ledger.rules.orders_checked import checked_minor, checked_order, checked_time
from tribute.ledger.rules.telling import Names, rule_sentences
from tribute.ledger.rules.terms import Kind, Terms
from tribute.ledger.rules.terms_checked import checked_terms
from tribute.ledger.rules.text import checked_name
from tribute.ledger.websites import Websites
from tribute.office.naming import the_affiliate, the_program, the_website, with_ids
from tribute.office.permission import require_team

_NOBODY = "an affiliate"
"""Who earns on a sample that names nobody; rules for certain affiliates or groups are not for them."""


class SampleOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order to try terms on. `amount_minor` is what the customer pays in all, tax and shipping included."""

    amount_minor: int = 0
    kind: Kind = "sale"
    currency: str | None = None
    """The program's unless told."""
    tax_minor: int = 0
    shipping_minor: int = 0
    items: tuple[ItemTold, ...] = ()
    website: str | None = None
    affiliate: str | None = None
    """Who brings it, by code or id."""
    group: str | None = None
    """In which group they are."""
    coupon: str | None = None
    source: str = "api"
    occurred_at: Aware | None = None
    customer_is_new: bool = True
    earlier_minor: Annotated[int, msgspec.Meta(ge=0)] = 0
    """What the affiliate's earlier orders of the period come to, for tiers."""
    earlier_orders: Annotated[int, msgspec.Meta(ge=0)] = 0
    metadata: dict[str, Any] = {}


class Trial(msgspec.Struct, frozen=True):
    """What a sample order would earn, line by line, and every rule in a sentence."""

    currency: str
    commissionable_minor: int
    commission_minor: int
    reason: str | None
    """Why it earns nothing."""
    lines: tuple[DecidedLine, ...]
    why: tuple[str, ...]
    rules: tuple[str, ...]


class TryingOffice:
    """Threads may share it; it only reads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def try_terms(
        self,
        caller: Caller,
        sample: SampleOrder,
        terms: Terms | None = None,
        *,
        program: str | None = None,
        groups: Sequence[str] = (),
    ) -> Trial:
        """What a sample would earn by terms, or (None) by those that the program has at the sample's time; the team's.

        `groups` are those of a program that is still to be made. Raises NotFoundError, and InvalidInputError as saving the terms would.
        """
        require_team(caller)
        now = self._clock.now()
        at = checked_time(sample.occurred_at, now + timedelta(days=3660)) if sample.occurred_at is not None else now
        with self._database.reading() as session:
            wanted = self._terms(session, terms, program, groups, at)
            order = self._order(session, sample, wanted, at)
            earner = self._earner(session, sample)
            names = self._names(session, wanted, earner)
        earned = earn(order, earner, wanted, _standing(sample, wanted), names)
        return Trial(
            currency=order.currency,
            commissionable_minor=order.commissionable_minor,
            commission_minor=earned.commission_minor,
            reason=earned.reason,
            lines=earned.lines,
            why=_why(order, earner, wanted, earned, names),
            rules=rule_sentences(wanted, names),
        )

    def sentences(self, caller: Caller, terms: Terms, *, program: str | None = None, groups: Sequence[str] = ()) -> tuple[str, ...]:
        """Every rule of terms that are not saved yet, checked as a whole, in one sentence each; the team's."""
        require_team(caller)
        with self._database.reading() as session:
            checked = self._terms(session, terms, program, groups, self._clock.now())
            return rule_sentences(checked, self._names(session, checked, None))

    def _terms(self, session: Session, terms: Terms | None, program: str | None, groups: Sequence[str], at: datetime) -> Terms:
        programs = Programs(session, self._clock)
        found = the_program(session, self._clock, program) if program is not None else None
        if terms is None:
            if found is None:
                raise InvalidInputError("terms", "give terms to try, or name the program whose terms are tried")
            return programs.terms_at(found.id, at).terms
        known = [*(programs.groups(found.id) if found is not None else ()), *(checked_name(group, "groups") for group in groups)]
        return checked_terms(with_ids(session, self._clock, terms), groups=known)

    def _order(self, session: Session, sample: SampleOrder, terms: Terms, at: datetime) -> Order:
        website = the_website(session, self._clock, sample.website, "website").id if sample.website is not None else ""
        order = Order(
            conversion_id="sample",
            program_id="sample",
            website_id=website,
            source=sample.source,
            external_id="sample",
            kind=sample.kind,
            amount_minor=sample.amount_minor,
            currency=sample.currency or terms.currency,
            tax_minor=sample.tax_minor,
            shipping_minor=sample.shipping_minor,
            lines=tuple(_line(item, number) for number, item in enumerate(sample.items, 1)),
            occurred_at=at,
            received_at=at,
            coupon=sample.coupon,
            metadata=sample.metadata,
        )
        return checked_order(order, at)

    def _earner(self, session: Session, sample: SampleOrder) -> Earner:
        named = the_affiliate(session, self._clock, sample.affiliate, "affiliate").id if sample.affiliate is not None else _NOBODY
        return Earner(named, checked_name(sample.group, "group") if sample.group is not None else None)

    def _names(self, session: Session, terms: Terms, earner: Earner | None) -> Names:
        named = {one for rule in terms.rules for one in rule.affiliates} | ({earner.affiliate_id} if earner is not None else set())
        affiliates = Affiliates(session, self._clock).by_ids(named)
        websites = {one.id: one.name for one in Websites(session, self._clock).all()}
        return Names(websites, {one.id: one.name for one in affiliates.values()})


def _line(item: ItemTold, number: int) -> Line:
    product = next((one for one in (item.product, item.product_id, item.sku) if one is not None), None)
    return Line(
        id=str(number) if item.id is None else str(item.id),
        amount_minor=item.amount_minor,
        product=None if product is None else str(product),
        name=item.name,
        quantity=item.quantity,
    )


def _standing(sample: SampleOrder, terms: Terms) -> Standing:
    """What stood before the sample; caps are untouched."""
    before = Before(checked_minor(sample.earlier_minor, "earlier_minor"), checked_minor(sample.earlier_orders, "earlier_orders"))
    return Standing(before=dict.fromkeys(needs_of(terms).periods, before), customer_is_new=sample.customer_is_new)


def _why(order: Order, earner: Earner, terms: Terms, earned: Earned, names: Names) -> tuple[str, ...]:
    """The earnings as a decision would tell them."""
    decision = Decision(
        outcome="attributed",
        considered=(),
        currency=order.currency,
        affiliate_id=earner.affiliate_id,
        lines=earned.lines,
        commissionable_minor=order.commissionable_minor,
        commission_minor=earned.commission_minor,
        payable_at=order.occurred_at + timedelta(days=terms.hold_days) if earned.commission_minor else None,
    )
    return tuple(told(decision, names, OWNER))
