"""Orders, refunds and disputes as they are told, in an order that is drawn: what a ledger that heard them in any order must come to.

A story is what happened, at instants of its own; its tellings may reach a ledger in any order in which each thing follows the order that it
is about.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st

from tests.support.ledger import NOON
from tests.support.money import MoneyWorld
from tests.support.money_machine import AFFILIATES, BACK, ORDERS, TERMS, VISITORS, as_terms
from tests.support.recount_money import ClickTold, OrderTold, RefundOf, TermsTold, Told
from tribute.attribution.order_form import CustomerTold, ItemTold, RefundedItem
from tribute.ledger.coupons import Coupons

Telling = tuple[int, str, int]
"""An order's number, what is told of it (`order`, `refund`, `opened`, `closed`), and which of those."""


@dataclass(frozen=True)
class Story:
    """What happened. `by_line` are the refunds that name the order's first line: (order, refund)."""

    terms: TermsTold
    clicks: tuple[tuple[str, str, timedelta], ...]
    orders: tuple[OrderTold, ...]
    by_line: frozenset[tuple[int, int]]
    tellings: tuple[Telling, ...]

    def told(self) -> Told:
        """The same, for the recount."""
        clicks = [
            ClickTold(visitor, code if code in AFFILIATES else None, "course", NOON - ago, NOON - ago, f"click-{number}")
            for number, (code, visitor, ago) in enumerate(self.clicks)
        ]
        emails = {code: f"{code}@affiliates.example" for code in AFFILIATES}
        orders = {(order.source, order.external_id): order for order in self.orders}
        return Told(clicks=clicks, terms=[self.terms], coupons={"ten": "bob"}, emails=emails, orders=orders)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Up to five orders with what follows them, and clicks that all were there before."""
    clicks = draw(st.lists(st.tuples(st.sampled_from((*AFFILIATES, "adda")), st.sampled_from(VISITORS), BACK), max_size=5))
    orders, by_line, tellings = [], set(), []
    for number, told in enumerate(draw(st.lists(ORDERS, min_size=1, max_size=5))):
        order = _order(number, told)
        tellings.append((number, "order", 0))
        for index, share in enumerate(draw(st.lists(st.sampled_from([2, 3, 4]), max_size=2))):
            amount = _part(order, share)
            if amount:
                order.refunds.append(RefundOf(amount, _after(order, draw(BACK)), f"refund-{index}"))
                tellings.append((number, "refund", len(order.refunds) - 1))
                if order.lines and len(order.refunds) == 1 and amount <= order.lines[0] and draw(st.booleans()):
                    by_line.add((number, 0))
        state = draw(st.sampled_from([None, None, "open", "won", "lost"]))
        if state is not None:
            order.disputes["dispute"] = (state, _after(order, draw(BACK)))
            tellings += [(number, "opened", 0)] + [(number, "closed", 0)] * (state != "open")
        orders.append(order)
    return Story(draw(TERMS), tuple(clicks), tuple(orders), frozenset(by_line), tuple(tellings))


@st.composite
def arrivals(draw: st.DrawFn, story: Story) -> Sequence[Telling]:
    """The story's tellings in any allowed order: each after its order, a dispute's end after its opening."""
    told: list[Telling] = []
    for number, what, index in draw(st.permutations(story.tellings)):
        before = [(number, "order", 0)] + [(number, "opened", 0)] * (what == "closed")
        told += [one for one in (*before, (number, what, index)) if one not in told]
    return told


def tell(world: MoneyWorld, story: Story, order: Sequence[Telling], *, decide: Callable[[], bool]) -> dict[str, str]:
    """Tell a story to an empty world; decides after a telling when `decide` says so, and at the end. Conversion ids to order ids."""
    for code in AFFILIATES:
        world.affiliate(code)
    terms = as_terms(story.terms)
    program = world.program(*terms.rules, model=terms.model, window_days=terms.window_days)
    with world.database.session() as session:
        Coupons(session, world.clock).add(program, "ten", world.affiliates["bob"])
    for number, (code, visitor, ago) in enumerate(story.clicks):
        world.click(code, visitor, ago=ago, click_id=f"click-{number}")
    world.pass_time(timedelta(seconds=1))
    ids: dict[int, str] = {}
    for number, what, index in order:
        if what == "order":
            ids[number] = _tell_order(world, story.orders[number])
        else:
            _tell_more(world, story, ids[number], (number, what, index))
        if decide():
            world.desk.decide_due()
            world.desk.approve_due()
    world.desk.decide_due()
    world.desk.approve_due()
    return {conversion_id: f"{story.orders[number].source}/{story.orders[number].external_id}" for number, conversion_id in ids.items()}


def outcome(world: MoneyWorld, names: dict[str, str]) -> dict[str, Any]:
    """Everything that was decided and is owed, in words that two ledgers share: external ids and codes instead of ids."""
    names = {**names, **{affiliate_id: code for code, affiliate_id in world.affiliates.items()}}
    return dict(_outcomes(world, names)) | {
        f"balance of {code}": [msgspec.to_builtins(world.balance(code, currency)) for currency in ("USD", "EUR")] for code in AFFILIATES
    }


def _outcomes(world: MoneyWorld, names: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for conversion_id, name in names.items():
        if not conversion_id.startswith("cnv_"):
            continue
        told = re.sub("|".join(names), lambda found: names[found[0]], msgspec.json.encode(world.decision(conversion_id)).decode())
        decision = msgspec.json.decode(told)
        for own in ("program_id", "terms_id"):
            decision.pop(own, None)
        for seen in (decision, *decision.get("considered", ())):
            if seen.get("click") is not None:
                seen["click"].pop("website_id")
        commission = world.commission(conversion_id)
        owed = None
        if commission is not None:
            owed = (names[commission.affiliate_id], commission.amount_minor, commission.left_minor, commission.status)
        yield name, (world.conversion(conversion_id).state.status, decision, owed)


def _order(number: int, told: dict[str, Any]) -> OrderTold:
    told = dict(told)
    at = NOON - told.pop("ago")
    amount = told["amount_minor"]
    lines = (amount // 2, amount - amount // 2) if told.pop("split") else ()
    return OrderTold(external_id=f"order-{number}", at=at, received_at=NOON + timedelta(hours=1), lines=lines, **told)


def _part(order: OrderTold, share: int) -> int:
    return (order.amount_minor - sum(one.amount_minor for one in order.refunds)) // share


def _after(order: OrderTold, ago: timedelta) -> datetime:
    """So long ago, but after the order, and no two at one instant."""
    return max(NOON - ago, order.at) + timedelta(microseconds=len(order.refunds))


def _tell_order(world: MoneyWorld, order: OrderTold) -> str:
    return world.order(
        order.external_id,
        amount=order.amount_minor,
        decide=False,
        source=order.source,
        currency=order.currency,
        occurred_at=order.at,
        anonymous_id=order.visitor,
        affiliate_code=order.code,
        coupon=order.coupon,
        customer=CustomerTold(external_id=order.customer, email=order.email) if order.email or order.customer else None,
        payment_reference=order.payment,
        items=tuple(ItemTold(amount_minor=amount) for amount in order.lines),
    )


def _tell_more(world: MoneyWorld, story: Story, conversion_id: str, telling: Telling) -> None:
    number, what, index = telling
    order = story.orders[number]
    if what == "refund":
        refund = order.refunds[index]
        items = (RefundedItem(id=1, amount_minor=refund.amount_minor),) if (number, index) in story.by_line else ()
        world.refund(conversion_id, refund.amount_minor, refund.id, decide=False, occurred_at=refund.at, items=items)
    else:
        state, at = order.disputes["dispute"]
        told_at = order.at if what == "opened" and state != "open" else at
        world.dispute(conversion_id, "open" if what == "opened" else state, "dispute", decide=False, occurred_at=told_at)
