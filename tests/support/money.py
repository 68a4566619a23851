"""A ledger of money to try things on: programs, affiliates, orders, clicks as evidence, the use cases over them, a clock to move."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.support.ledger import NOON
from tribute.analytics.clicks import Click, ClicksAsked
from tribute.attribution.desk import Desk
from tribute.attribution.emails import EmailHashes
from tribute.attribution.intake import Intake
from tribute.attribution.order_form import ConversionTold, CustomerTold, DisputeTold, RefundTold
from tribute.kit.clock import FixedClock
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.books import Balance, Books
from tribute.ledger.commissions import CommissionRecord, Commissions
from tribute.ledger.conversions import ConversionRecord, Conversions
from tribute.ledger.database import Database
from tribute.ledger.decisions import Decisions
from tribute.ledger.programs import Programs
from tribute.ledger.rules.decisions import Decision
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.rules.terms_checked import checked_terms
from tribute.ledger.websites import Websites

TICK = timedelta(microseconds=1)


@dataclass
class KnownClicks:
    """Evidence by hand: clicks with the instant at which they were accepted."""

    clicks: list[tuple[datetime, Click]] = field(default_factory=list)
    orders: dict[tuple[str, str], str] = field(default_factory=dict)
    """(website id, order id) to the visitor whose browser told of it."""

    def clicks_for(self, asked: Sequence[ClicksAsked]) -> list[list[Click]]:
        return [
            sorted(
                (
                    click
                    for accepted_at, click in self.clicks
                    if accepted_at <= one.accepted_until
                    and click.website_id in one.website_ids
                    and ((click.visitor_id is not None and click.visitor_id == one.visitor_id) or click.click_id == one.click_id)
                ),
                key=lambda click: (click.time, click.click_id),
            )
            for one in asked
        ]

    def visitors_of_orders(self, asked: Sequence[tuple[str, str, datetime]]) -> list[str | None]:
        return [self.orders.get((website_id, order_id)) for website_id, order_id, _ in asked]


class KnownArrivals:
    """The clock, which a stamp moves on; the watermark follows it unless it is held."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self.held_at: datetime | None = None

    def stamp(self) -> datetime:
        self._clock.at += TICK
        return self._clock.at

    def loaded_until(self) -> datetime:
        return self.held_at or self._clock.at

    def hurry(self) -> None:
        return


class MoneyWorld:
    """One ledger with everything above it that money needs."""

    def __init__(self, database: Database, at: datetime = NOON) -> None:
        self.database = database
        self.clock = FixedClock(at)
        self.arrivals = KnownArrivals(self.clock)
        self.evidence = KnownClicks()
        self.hashes = EmailHashes(b"a secret of tests, long enough.")
        self.intake = Intake(database, self.arrivals, self.clock, self.hashes)
        self.desk = Desk(database, self.evidence, self.arrivals, self.clock, self.hashes)
        self.websites: dict[str, str] = {}
        self.affiliates: dict[str, str] = {}

    def website(self, name: str = "course") -> str:
        """A website's id; its domain is `<name>.example`."""
        if name not in self.websites:
            with self.database.session() as session:
                self.websites[name] = Websites(session, self.clock).add(name.title(), f"{name}.example").id
        return self.websites[name]

    def affiliate(self, code: str) -> str:
        """An affiliate's id; the address is `<code>@affiliates.example`."""
        if code not in self.affiliates:
            with self.database.session() as session:
                added = Affiliates(session, self.clock).add(code.title(), f"{code}@affiliates.example", code)
            self.affiliates[code] = added.id
        return self.affiliates[code]

    def program(self, *rules: Rule, name: str = "Partners", websites: Sequence[str] = ("course",), **terms: Any) -> str:
        """A program's id: half of every sale in dollars, unless told otherwise."""
        wanted = Terms(currency=terms.pop("currency", "USD"), rules=rules or (Rule(percent="50"),), **terms)
        ids = [self.website(website) for website in websites]
        with self.database.session() as session:
            return Programs(session, self.clock).add(name, checked_terms(wanted), by="tests", website_ids=ids).id

    def click(
        self, code: str, visitor: str, *, ago: timedelta = timedelta(hours=1), click_id: str | None = None, website: str = "course"
    ) -> str:
        """A click that was received when it was made; its id."""
        time = self.clock.at - ago
        made = Click(
            click_id=click_id or f"click-{len(self.evidence.clicks)}",
            website_id=self.website(website),
            visitor_id=visitor,
            time=time,
            code=code,
            affiliate_id=self.affiliates.get(code),
        )
        self.evidence.clicks.append((time, made))
        return made.click_id

    def order(self, external_id: str = "order-1", *, amount: int = 19_900, decide: bool = True, **told: Any) -> str:
        """A sale on the course's website, now, unless told otherwise; the conversion's id."""
        told = {"website": "course.example", "currency": "USD", "amount_minor": amount} | told
        if isinstance(told.get("customer"), str):
            told["customer"] = CustomerTold(email=told["customer"])
        taken = self.intake.conversion(ConversionTold(external_id=external_id, **told), by="tests")
        if decide:
            self.desk.decide_due()
        return taken.conversion_id

    def refund(self, conversion_id: str, amount: int, external_id: str = "refund-1", *, decide: bool = True, **told: Any) -> None:
        """A refund, followed up at once."""
        self.intake.refund(conversion_id, RefundTold(external_id=external_id, amount_minor=amount, **told), by="tests")
        if decide:
            self.desk.decide_due()

    def dispute(self, conversion_id: str, state: Any = "open", external_id: str = "dispute-1", *, decide: bool = True, **told: Any) -> None:
        """A dispute's opening or end, followed up at once."""
        self.intake.dispute(conversion_id, DisputeTold(external_id=external_id, state=state, **told), by="tests")
        if decide:
            self.desk.decide_due()

    def pass_time(self, span: timedelta) -> None:
        """Let time go by, and the jobs run."""
        self.clock.at += span
        self.desk.decide_due()
        self.desk.approve_due()

    def conversion(self, conversion_id: str) -> ConversionRecord:
        with self.database.reading() as session:
            found = Conversions(session, self.clock).by_id(conversion_id)
        assert found is not None
        return found

    def decisions(self, conversion_id: str) -> list[Decision]:
        with self.database.reading() as session:
            return [one.record for one in Decisions(session, self.clock).of_conversion(conversion_id)]

    def decision(self, conversion_id: str) -> Decision:
        return self.decisions(conversion_id)[-1]

    def commission(self, conversion_id: str) -> CommissionRecord | None:
        with self.database.reading() as session:
            return Commissions(session, self.clock).current(conversion_id)

    def balance(self, code: str, currency: str = "USD") -> Balance:
        with self.database.reading() as session:
            balances = Books(session, self.clock).balances(self.affiliate(code))
        return next((one for one in balances if one.currency == currency), Balance(currency))
