"""Everything that can happen to money, in any order, against a naive recount: a Hypothesis state machine over one ledger."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.money import MoneyWorld
from tests.support.recount_money import ClickTold, OrderTold, RefundOf, TermsTold, Told, recount
from tribute.attribution.order_form import CustomerTold, ItemTold
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.ledger.conversions import Conversions
from tribute.ledger.coupons import Coupons
from tribute.ledger.database import Database
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.programs import Programs
from tribute.ledger.proof import prove
from tribute.ledger.rules.terms import Cap, Rule, Step, Terms, Tiers
from tribute.ledger.rules.terms_checked import checked_terms

AFFILIATES = ("ada", "bob", "cy")
VISITORS = ("v1", "v2")
BACK = st.sampled_from([timedelta(0), timedelta(minutes=20), timedelta(hours=5), timedelta(days=2), timedelta(days=40), timedelta(days=95)])
AMOUNTS = st.sampled_from([1, 3, 99, 10_001, 19_900])
CURRENCIES = st.sampled_from(["USD", "USD", "EUR"])
TERMS = st.builds(
    TermsTold,
    since=st.none(),
    percent=st.sampled_from(["50", "33.3", "12.5"]),
    model=st.sampled_from(["last-click", "first-click"]),
    window_days=st.sampled_from([1, 30, 90]),
    first_sale_only=st.booleans(),
    monthly_cap_minor=st.sampled_from([None, None, 7_000]),
    better_percent=st.sampled_from([None, None, "60"]),
    better_from=st.just(2),
)


ORDERS = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["api", "stripe"]),
        "amount_minor": AMOUNTS,
        "currency": CURRENCIES,
        "ago": BACK,
        "visitor": st.sampled_from((*VISITORS, None)),
        "code": st.sampled_from((None, None, *AFFILIATES, "zoe")),
        "coupon": st.sampled_from((None, None, None, "ten")),
        "email": st.sampled_from(("x@example.com", "x@example.com", "y@example.com", "ada@affiliates.example", None)),
        "customer": st.sampled_from((None, None, "c1", "c2")),
        "payment": st.sampled_from((None, None, None, "p1")),
        "split": st.booleans(),
    }
)


class MoneyMachine(RuleBasedStateMachine):
    """`make_ledger` gives an empty ledger for each run; what is owed must equal the recount after every step that lets it settle."""

    make_ledger: Callable[[], Database]

    @initialize(terms=TERMS)
    def begin(self, terms: TermsTold) -> None:
        self.world = MoneyWorld(type(self).make_ledger())
        self.told = Told(emails={code: f"{code}@affiliates.example" for code in AFFILIATES}, terms=[terms])
        for code in AFFILIATES:
            self.world.affiliate(code)
        wanted = as_terms(terms)
        self.program = self.world.program(*wanted.rules, model=wanted.model, window_days=wanted.window_days)
        self.ids: dict[tuple[str, str], str] = {}

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.arrivals.held_at = None
            self._settle()
            self.what_is_owed_is_what_was_told()
            self.world.database.close()

    @rule(code=st.sampled_from((*AFFILIATES, "adda")), visitor=st.sampled_from(VISITORS), ago=BACK)
    def click(self, code: str, visitor: str, ago: timedelta) -> None:
        now = self._tick()
        click_id = self.world.click(code, visitor, ago=ago)
        accepted_at, click = self.world.evidence.clicks[-1]
        self.world.evidence.clicks[-1] = (now, click)
        assert accepted_at == click.time
        affiliate = code if code in AFFILIATES else None
        self.told.clicks.append(ClickTold(visitor, affiliate, "course", click.time, now, click_id))

    @rule(orders=st.lists(ORDERS, min_size=1, max_size=3))
    def orders(self, orders: list[dict[str, Any]]) -> None:
        for what in orders:
            told = dict(what)
            at = self.world.clock.at - told.pop("ago")
            amount = told["amount_minor"]
            lines = (amount // 2, amount - amount // 2) if told.pop("split") else ()
            order = OrderTold(external_id=f"order-{len(self.ids)}", at=at, received_at=at, lines=lines, **told)
            key = (order.source, order.external_id)
            self.ids[key] = self._tell(order)
            order.received_at = self.world.conversion(self.ids[key]).facts.received_at
            self.told.orders[key] = order

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def the_same_order_again(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.ids)))
        assert self._tell(self.told.orders[key]) == self.ids[key]

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), share=st.sampled_from([1, 2, 3]), ago=BACK)
    def refund(self, data: st.DataObject, share: int, ago: timedelta) -> None:
        key = data.draw(st.sampled_from(sorted(self.ids)))
        order = self.told.orders[key]
        amount = max((order.amount_minor - sum(one.amount_minor for one in order.refunds)) // share, 0)
        at = max(self._tick() - ago, order.at + timedelta(microseconds=len(order.refunds)))
        try:
            self.world.refund(self.ids[key], amount, f"refund-{len(order.refunds)}", occurred_at=at)
        except InvalidInputError:
            assert amount == 0
        else:
            order.refunds.append(RefundOf(amount, at, f"refund-{len(order.refunds)}"))

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), state=st.sampled_from(["open", "won", "lost"]))
    def dispute(self, data: st.DataObject, state: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.ids)))
        order = self.told.orders[key]
        number = data.draw(st.integers(1, 2))
        before = order.disputes.get(f"dispute-{number}")
        at = self._tick()
        if before is not None and before[0] != "open":
            with suppress(ConflictError):
                self.world.dispute(self.ids[key], state, f"dispute-{number}", occurred_at=at)
            return
        self.world.dispute(self.ids[key], state, f"dispute-{number}", occurred_at=at)
        order.disputes[f"dispute-{number}"] = (state, at)

    @rule(terms=TERMS)
    def change_the_terms(self, terms: TermsTold) -> None:
        since = self._tick()
        with self.world.database.session() as session:
            Programs(session, self.world.clock).set_terms(self.program, as_terms(terms), by="tests", effective_from=since)
        self.told.terms.append(TermsTold(**{**vars(terms), "since": since}))

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), affiliate=st.sampled_from((*AFFILIATES, None)))
    def reassign(self, data: st.DataObject, affiliate: str | None) -> None:
        key = data.draw(st.sampled_from(sorted(self.ids)))
        self._change(
            key, lambda all_, id_: all_.assign(id_, self.world.affiliates[affiliate] if affiliate else None, note="told so", by="tests")
        )
        self.told.orders[key].assigned = (affiliate,)

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), rejected=st.booleans())
    def reject(self, data: st.DataObject, rejected: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.ids)))
        self._change(key, lambda all_, id_: all_.reject(id_, "a fraud" if rejected else None))
        self.told.orders[key].rejected = rejected

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def keep_apart(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.ids)))
        self._change(key, lambda all_, id_: all_.keep_apart(id_))
        self.told.orders[key].kept_apart = True

    @rule(code=st.sampled_from(AFFILIATES))
    def ban(self, code: str) -> None:
        if code not in self.told.banned:
            at = self._tick()
            with self.world.database.session() as session:
                Enrollments(session, self.world.clock).change(
                    self.program, self.world.affiliates[code], "banned", by="tests", reason="spam"
                )
            self.told.banned[code] = at

    @precondition(lambda self: not self.ids)
    @rule(code=st.sampled_from(AFFILIATES))
    def give_a_coupon(self, code: str) -> None:
        if "ten" not in self.told.coupons:
            self._tick()
            with self.world.database.session() as session:
                Coupons(session, self.world.clock).add(self.program, "ten", self.world.affiliates[code])
            self.told.coupons["ten"] = code

    @rule(span=st.sampled_from([timedelta(minutes=1), timedelta(days=1), timedelta(days=31)]))
    def time_passes(self, span: timedelta) -> None:
        self.world.pass_time(span)

    @rule()
    def the_loader_falls_behind(self) -> None:
        self.world.arrivals.held_at = self.world.arrivals.held_at or self.world.clock.at

    @rule()
    def the_loader_catches_up(self) -> None:
        self.world.arrivals.held_at = None
        self._settle()

    @invariant()
    def the_books_balance(self) -> None:
        if hasattr(self, "world"):
            with self.world.database.reading() as session:
                assert prove(session).faults == ()

    @invariant()
    def what_is_owed_is_what_was_told(self) -> None:
        if not hasattr(self, "world") or self.world.arrivals.held_at is not None:
            return
        wanted = recount(self.told)
        for key, conversion_id in self.ids.items():
            record, commission = self.world.conversion(conversion_id), self.world.commission(conversion_id)
            assert record.state.status == ("held" if wanted[key].held else "decided"), (key, record.state)
            credited = self.world.affiliates[wanted[key].affiliate] if wanted[key].affiliate is not None else None
            assert record.state.credited_affiliate_id == credited, (key, self.world.decision(conversion_id))
            earned = (
                (commission.amount_minor, commission.left_minor) if commission is not None and commission.status != "rejected" else (0, 0)
            )
            assert earned == (wanted[key].earned_minor, wanted[key].left_minor), (key, self.world.decision(conversion_id))

    def _tick(self) -> Any:
        return self.world.arrivals.stamp()

    def _settle(self) -> None:
        self.world.desk.decide_due()

    def _tell(self, told: OrderTold) -> str:
        customer = CustomerTold(external_id=told.customer, email=told.email) if told.email or told.customer else None
        return self.world.order(
            told.external_id,
            amount=told.amount_minor,
            source=told.source,
            currency=told.currency,
            occurred_at=told.at,
            anonymous_id=told.visitor,
            affiliate_code=told.code,
            coupon=told.coupon,
            customer=customer,
            payment_reference=told.payment,
            items=tuple(ItemTold(amount_minor=amount) for amount in told.lines),
        )

    def _change(self, key: tuple[str, str], change: Callable[[Conversions, str], None]) -> None:
        at = self._tick()
        with self.world.database.session() as session:
            conversions = Conversions(session, self.world.clock)
            change(conversions, self.ids[key])
            conversions.mark_due([self.ids[key]], "the owner's word", at=at)
        self._settle()


def as_terms(told: TermsTold) -> Terms:
    """The program's terms as the recount has them."""
    tiers = Tiers("count", "month", (Step(told.better_from, percent=told.better_percent),)) if told.better_percent else None
    rule = Rule(
        percent=told.percent,
        lasts="first_sale" if told.first_sale_only else "lifetime",
        cap=Cap(told.monthly_cap_minor, "month") if told.monthly_cap_minor is not None else None,
        tiers=tiers,
    )
    return checked_terms(Terms(currency="USD", rules=(rule,), model=told.model, window_days=told.window_days))  # type: ignore[arg-type]
