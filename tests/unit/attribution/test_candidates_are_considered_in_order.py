"""Who is considered for an order: the owner's word, code, coupon, named click, clicks, customer; the first who stands wins."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.sales import ADA, BOB, NOON, OTHER_WEBSITE, candidates, click, decided, order, terms
from tribute.attribution.candidates import AffiliateStanding, Assigned, EarlierOrder, SameAs
from tribute.attribution.deciding import MOST_CONSIDERED, choose, decide
from tribute.ledger.rules.commissions import Earned
from tribute.ledger.rules.decisions import ClickSeen, Decision, Reason

_HOUR = timedelta(hours=1)
_EVERYTHING: dict[str, Any] = {"affiliate_code": "ada", "coupon": "ADA15", "click_id": "named", "customer_id": "cus_1"}


def _earlier(affiliate_id: str | None, *, ago: timedelta = _HOUR, number: int = 1, found: ClickSeen | None = None) -> EarlierOrder:
    return EarlierOrder(f"con_{number}", (NOON - ago, "api", f"order-{number}"), "sale", affiliate_id, found)


def _verdicts(of: Decision) -> list[tuple[str, str]]:
    return [(one.via, one.verdict) for one in of.considered]


def test_all_are_considered_in_order_and_those_after_the_winner_are_not_needed() -> None:
    read = candidates(
        click(2 * _HOUR, BOB, click_id="c-2"),
        click(_HOUR, BOB, click_id="c-1"),
        code=ADA,
        coupon=ADA,
        named_click=click(_HOUR, ADA, click_id="named"),
        earlier=(_earlier(BOB),),
        assigned=Assigned(BOB, "He told me"),
    )
    decision = decided(order(**_EVERYTHING), read)
    assert _verdicts(decision) == [
        ("owner", "won"),
        ("affiliate_code", "not_needed"),
        ("coupon", "not_needed"),
        ("click_id", "not_needed"),
        ("click", "not_needed"),
        ("click", "not_needed"),
        ("customer", "not_needed"),
    ]
    assert [one.click.click_id for one in decision.considered if one.via == "click" and one.click] == ["c-1", "c-2"]
    assert (decision.affiliate_id, decision.via, decision.note) == (BOB, "owner", "He told me")


_WAYS: dict[str, dict[str, Any]] = {
    "affiliate_code": {"code": ADA},
    "coupon": {"coupon": ADA},
    "click_id": {"named_click": click(_HOUR, click_id="named")},
    "click": {"clicks": (click(_HOUR),)},
    "customer": {"earlier": (_earlier(ADA),)},
}
_ORDER_TELLS = {"affiliate_code": "ada", "coupon": "ADA15", "click_id": "named"}


@pytest.mark.parametrize("via", _WAYS)
def test_each_alone_wins(via: str) -> None:
    told = {via: _ORDER_TELLS[via]} if via in _ORDER_TELLS else {}
    ways = dict(_WAYS[via])
    decision = decided(order(**told), candidates(*ways.pop("clicks", ()), **ways))
    assert (decision.outcome, decision.affiliate_id, decision.via) == ("attributed", ADA, via)
    assert _verdicts(decision) == [(via, "won")]
    assert decision.commission_minor == 9950


@pytest.mark.parametrize(("first", "second"), list(zip(list(_WAYS), list(_WAYS)[1:], strict=False)))
def test_each_goes_before_the_next(first: str, second: str) -> None:
    """The first leads to Ada, the second to Bob."""
    of_bob: dict[str, dict[str, Any]] = {
        "coupon": {"coupon": BOB},
        "click_id": {"named_click": click(_HOUR, BOB, click_id="named")},
        "click": {"clicks": (click(_HOUR, BOB, click_id="bobs"),)},
        "customer": {"earlier": (_earlier(BOB),)},
    }
    ways = _WAYS[first] | of_bob[second]
    told = {via: text for via, text in _ORDER_TELLS.items() if via in {first, second}}
    decision = decided(order(**told), candidates(*ways.pop("clicks", ()), **ways))
    assert (decision.affiliate_id, decision.via) == (ADA, first)
    assert _verdicts(decision) == [(first, "won"), (second, "not_needed")]


def test_one_who_is_refused_makes_way() -> None:
    read = candidates(click(_HOUR, ADA), code=BOB, affiliates={BOB: AffiliateStanding("banned")})
    decision = decided(order(affiliate_code="bob"), read)
    assert _verdicts(decision) == [("affiliate_code", "not_enrolled"), ("click", "won")]
    assert decision.affiliate_id == ADA


def test_one_who_would_be_refused_says_so_even_after_the_winner() -> None:
    decision = decided(order(affiliate_code="ada"), candidates(click(timedelta(days=91), BOB), code=ADA))
    assert _verdicts(decision) == [("affiliate_code", "won"), ("click", "expired")]


@pytest.mark.parametrize(
    ("told", "read", "reason"),
    [
        pytest.param({}, {}, "no_candidate", id="nothing"),
        pytest.param({"affiliate_code": "adda"}, {}, "unknown_code", id="mistyped code"),
        pytest.param({"coupon": "SUMMER"}, {}, "unknown_code", id="plain discount alone"),
        pytest.param({"coupon": "SUMMER"}, {"clicks": (click(timedelta(days=91)),)}, "expired", id="plain discount and an old click"),
        pytest.param({"click_id": "gone"}, {}, "unknown_click", id="unknown click"),
        pytest.param({}, {"clicks": (click(-_HOUR),)}, "after_order", id="click after the order"),
        pytest.param({}, {"clicks": (click(_HOUR, website_id=OTHER_WEBSITE),)}, "other_website", id="another website"),
        pytest.param({}, {"clicks": (click(_HOUR, None, code="adda"),)}, "unknown_code", id="click with a mistyped code"),
        pytest.param({}, {"earlier": (_earlier(None),)}, "no_candidate", id="earlier order that was nobody's"),
        pytest.param({"affiliate_code": "adda"}, {"clicks": (click(timedelta(days=91)),)}, "unknown_code", id="first refusal"),
        pytest.param({}, {"terms": None, "clicks": (click(_HOUR),)}, "no_program", id="no terms yet"),
    ],
)
def test_why_nobody_is_credited(told: dict[str, Any], read: dict[str, Any], reason: Reason) -> None:
    given = dict(read)
    decision = decided(order(**told), candidates(*given.pop("clicks", ()), **given))
    assert (decision.outcome, decision.reason, decision.affiliate_id) == ("unattributed", reason, None)
    assert (decision.commission_minor, decision.lines, decision.payable_at) == (0, (), None)


def test_a_named_click_is_considered_once() -> None:
    named = click(_HOUR, click_id="named")
    decision = decided(order(click_id="named"), candidates(named, named, named_click=named))
    assert _verdicts(decision) == [("click_id", "won")]


def test_a_customer_stays_with_who_was_credited_first() -> None:
    found = click(timedelta(days=300), BOB, click_id="first")
    earlier = (
        _earlier(ADA, ago=timedelta(days=100), number=2),
        _earlier(BOB, ago=timedelta(days=200), number=3, found=found),
        _earlier(None, ago=timedelta(days=300), number=4),
        _earlier(ADA, ago=-_HOUR, number=5),
    )
    decision = decided(order(customer_id="cus_1"), candidates(earlier=earlier))
    assert (decision.affiliate_id, decision.via, decision.click) == (BOB, "customer", found)
    assert [one.earlier_conversion_id for one in decision.considered] == ["con_3"]


def test_of_orders_at_one_instant_the_senders_names_decide_which_was_before() -> None:
    same = EarlierOrder("con_1", (NOON, "api", "order-0"), "sale", ADA)
    later = EarlierOrder("con_2", (NOON, "api", "order-2"), "sale", ADA)
    assert decided(order(), candidates(earlier=(same,))).affiliate_id == ADA
    assert decided(order(), candidates(earlier=(later,))).reason == "no_candidate"


def test_the_owner_may_give_an_order_to_nobody() -> None:
    decision = decided(order(), candidates(click(_HOUR), assigned=Assigned(None, "A mistake")))
    assert (decision.outcome, decision.reason, decision.note) == ("unattributed", "assigned_to_nobody", "A mistake")
    assert _verdicts(decision) == [("owner", "won"), ("click", "not_needed")]


def test_the_owners_word_is_not_checked() -> None:
    out = AffiliateStanding("banned", deactivated_at=NOON - _HOUR, email_hash="same")
    decision = decided(order(customer_email_hash="same"), candidates(assigned=Assigned(BOB), affiliates={BOB: out}))
    assert (decision.affiliate_id, decision.commission_minor) == (BOB, 9950)


@pytest.mark.parametrize(
    ("read", "outcome", "reason", "found"),
    [
        ({"rejected": "Fraud"}, "unattributed", "rejected", None),
        ({"same_as": SameAs("con_9", "linked")}, "unattributed", "linked", None),
        ({"same_as": SameAs("con_9", "possible")}, "held", "possible_duplicate", ADA),
        ({"same_as": SameAs("con_9", "possible"), "rejected": "Fraud"}, "unattributed", "rejected", None),
        ({"same_as": SameAs("con_9", "possible"), "assigned": Assigned(ADA)}, "held", "possible_duplicate", ADA),
    ],
)
def test_nothing_is_owed_for_what_the_owner_rejected_linked_or_must_settle(
    read: dict[str, Any], outcome: str, reason: Reason, found: Any
) -> None:
    decision = decided(order(), candidates(click(_HOUR), **read))
    assert (decision.outcome, decision.reason, decision.affiliate_id) == (outcome, reason, found)
    assert (decision.commission_minor, decision.lines, decision.payable_at) == (0, (), None)
    assert decision.considered, "what was found is recorded all the same"
    assert decision.same_as == (read["same_as"].conversion_id if "same_as" in read else None)


def test_a_possible_duplicate_is_held_also_when_nobody_is_found() -> None:
    decision = decided(order(), candidates(same_as=SameAs("con_9", "possible")))
    assert (decision.outcome, decision.reason, decision.affiliate_id) == ("held", "possible_duplicate", None)


def test_a_decision_keeps_so_many_candidates_and_always_the_winner() -> None:
    old = [click(timedelta(days=91, seconds=number), click_id=f"old-{number}") for number in range(100)]
    read = candidates(*old, click(_HOUR, click_id="good"), terms=terms(model="first-click"))
    decision = decided(order(), read)
    assert len(decision.considered) == MOST_CONSIDERED
    assert decision.left_out == 101 - MOST_CONSIDERED
    assert decision.considered[-1].verdict == "won"
    assert decision.click == click(_HOUR, click_id="good")


def test_leads_are_decided_like_sales() -> None:
    assert choose(order(0, kind="lead"), candidates(click(_HOUR))).affiliate_id == ADA


def test_what_was_earned_must_belong_to_who_was_chosen() -> None:
    read = candidates()
    with pytest.raises(ValueError, match="earner"):
        decide(order(), read, choose(order(), read), Earned(()))
