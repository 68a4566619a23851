"""A decision is a function of the order and what was read: not of the order of reading; and it is the same after being stored."""

from datetime import timedelta
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.support.sales import ADA, BOB, NOON, OTHER_WEBSITE, WEBSITE, candidates, click, decided, order, terms
from tribute.attribution.candidates import AffiliateStanding, Assigned, Candidates, EarlierOrder, SameAs
from tribute.ledger.rules.decisions import ClickSeen, Decision
from tribute.ledger.rules.orders import Order
from tribute.ledger.rules.terms import Cap, GroupTerms, Rule, Step, Tiers

_SOMEBODY = st.sampled_from([ADA, BOB, None])
_TERMS = terms(
    Rule(percent="33.3333", cap=Cap(5000, "order"), products=("PRO",)),
    Rule(percent="12.5", tiers=Tiers("count", "month", (Step(1, percent="20"),)), groups=("gold",)),
    Rule(excluded=True, products=("GIFT",)),
    Rule(flat_minor=300),
    groups=(GroupTerms("gold", window_days=10),),
)


def _clicks() -> st.SearchStrategy[list[ClickSeen]]:
    minutes = st.integers(-2, 5).map(lambda days: timedelta(days=days * 30, minutes=days))
    one = st.builds(
        lambda ago, who, website, number: click(ago, who, website_id=website, click_id=f"c{number}"),
        minutes,
        _SOMEBODY,
        st.sampled_from([WEBSITE, WEBSITE, OTHER_WEBSITE]),
        st.integers(0, 10**6),
    )
    return st.lists(one, max_size=6, unique_by=lambda each: each.click_id)


def _standings() -> st.SearchStrategy[AffiliateStanding]:
    return st.builds(
        AffiliateStanding,
        enrolment=st.sampled_from([None, "approved", "pending", "banned"]),
        enrolment_reason=st.sampled_from([None, "Own orders"]),
        group=st.sampled_from([None, "gold"]),
        deactivated_at=st.sampled_from([None, NOON, NOON + timedelta(days=1)]),
        email_hash=st.sampled_from([None, "hash"]),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Order, Candidates]:
    """An order with all that may have been read for it."""
    line = st.tuples(st.sampled_from(["PRO", "GIFT", "BOOK"]), st.integers(0, 10**6))
    of = order(
        *draw(st.lists(line, min_size=1, max_size=3)),
        kind=draw(st.sampled_from(["sale", "sale", "lead"])),
        currency=draw(st.sampled_from(["USD", "USD", "EUR"])),
        affiliate_code=draw(st.sampled_from([None, None, "some"])),
        coupon=draw(st.sampled_from([None, None, "SOME15"])),
        click_id=draw(st.sampled_from([None, None, "named"])),
        customer_email_hash=draw(st.sampled_from([None, "hash"])),
    )
    earlier = [
        EarlierOrder(f"con_{number}", (NOON + timedelta(hours=draw(st.integers(-3, 1))), "api", f"o{number}"), "sale", draw(_SOMEBODY))
        for number in range(draw(st.integers(0, 3)))
    ]
    read = candidates(
        *draw(_clicks()),
        terms=draw(st.sampled_from([_TERMS, msgspec.structs.replace(_TERMS, model="first-click", by_approval=True), None])),
        code=draw(_SOMEBODY),
        coupon=draw(_SOMEBODY),
        named_click=draw(st.sampled_from([None, click(timedelta(days=1), click_id="named")])),
        earlier=tuple(earlier),
        affiliates={ADA: draw(_standings()), BOB: draw(_standings())},
        assigned=draw(st.sampled_from([None, None, None, Assigned(None, "Nobody's"), Assigned(BOB)])),
        same_as=draw(st.sampled_from([None, None, None, SameAs("con_x", "possible"), SameAs("con_x", "linked")])),
        rejected=draw(st.sampled_from([None, None, None, "Fraud"])),
    )
    return of, read


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_were_read_makes_no_difference(case: tuple[Order, Candidates], random: Random) -> None:
    of, read = case
    clicks, earlier = list(read.clicks), list(read.earlier)
    random.shuffle(clicks)
    random.shuffle(earlier)
    assert decided(of, msgspec.structs.replace(read, clicks=tuple(clicks), earlier=tuple(earlier))) == decided(of, read)


@given(cases())
def test_a_decision_is_the_same_after_being_stored(case: tuple[Order, Candidates]) -> None:
    decision = decided(*case)
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision


@given(cases())
def test_a_decision_is_consistent_in_itself(case: tuple[Order, Candidates]) -> None:
    of, read = case
    decision = decided(of, read)
    assert (decision.outcome == "attributed") == bool(decision.lines)
    assert sum(line.commission_minor for line in decision.lines) == decision.commission_minor
    assert (decision.payable_at is not None) == (decision.commission_minor > 0)
    assert (decision.reason is None) == (decision.commission_minor > 0)
    assert sum(one.verdict == "won" for one in decision.considered) <= 1
    if decision.outcome == "attributed":
        [winner] = [one for one in decision.considered if one.verdict == "won"]
        assert (winner.affiliate_id, winner.via, winner.click) == (decision.affiliate_id, decision.via, decision.click)
        assert [line.line_id for line in decision.lines] == [line.id for line in of.lines]
