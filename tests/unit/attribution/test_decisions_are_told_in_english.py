"""A decision is told in sentences that a person understands: whose the order is, why, the arithmetic, and when it is payable."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.support.sales import ADA, BOB, NOON, OTHER_WEBSITE, WEBSITE, candidates, click, decided, order, terms
from tribute.attribution.candidates import AffiliateStanding, Assigned, Candidates, EarlierOrder, SameAs
from tribute.attribution.reasons import EXPLAINED
from tribute.attribution.telling import OWNER, humanly, told
from tribute.ledger.rules.commissions import Before, Standing
from tribute.ledger.rules.decisions import Decision
from tribute.ledger.rules.orders import Order
from tribute.ledger.rules.telling import Names
from tribute.ledger.rules.terms import Cap, GroupTerms, Rule, Step, Tiers

_NAMES = Names(websites={WEBSITE: "Course", OTHER_WEBSITE: "Shop"}, affiliates={ADA: "Ada", BOB: "Bob"})
_HOUR = timedelta(hours=1)
_AS_THE_LAST = "decides: it is the last that counts within the window of 90 days."
_WOULD_AS_THE_LAST = "would decide: it is the last that counts within the window of 90 days."
_CUSTOMER = "the customer, by the e-mail address, and nobody earns on their own orders."


def _owner(decision: Decision) -> list[str]:
    return told(decision, _NAMES, OWNER)


def _ada(decision: Decision) -> list[str]:
    return told(decision, _NAMES, ADA)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (10_800, "3 hours"),
        (10_859, "3 hours and 59 seconds"),
        (172_800, "2 days"),
        (97_261, "1 day and 3 hours"),
    ],
)
def test_durations(seconds: int, text: str) -> None:
    assert humanly(seconds) == text


def test_a_sale_by_the_last_click() -> None:
    decision = decided(
        order(), candidates(click(_HOUR, link_slug="spring", sub_id="mail"), click(timedelta(days=90, hours=3), click_id="old"))
    )
    assert _owner(decision) == [
        "Credited to Ada.",
        f"Ada's click of 2026-11-20 11:00 UTC on Course by the link `spring` with the sub-id `mail` {_AS_THE_LAST}",
        "Ada's click of 2026-08-22 09:00 UTC on Course was 3 hours too old: the window is 90 days.",
        "The rule: Pays 50 % of every sale.",
        "199.00 USD × 50 % = 99.50 USD.",
        "It becomes payable on 2026-12-20 12:00 UTC, when the hold period is over.",
    ]
    assert _ada(decision)[:3] == [
        "Credited to you.",
        f"Your click of 2026-11-20 11:00 UTC on Course by the link `spring` with the sub-id `mail` {_AS_THE_LAST}",
        "Your click of 2026-08-22 09:00 UTC on Course was 3 hours too old: the window is 90 days.",
    ]
    assert _ada(decision)[3:] == _owner(decision)[3:]
    assert told(decision, _NAMES, BOB) == ["Credited to another affiliate."]


@pytest.mark.parametrize(
    ("of", "read", "sentence"),
    [
        pytest.param(
            order(affiliate_code="adda"), candidates(), "The order carries the affiliate code `adda`, which nobody has.", id="unknown code"
        ),
        pytest.param(
            order(coupon="SUMMER"), candidates(), "The order carries the coupon `SUMMER`, which is no affiliate's.", id="discount"
        ),
        pytest.param(order(click_id="gone"), candidates(), "The order names the click `gone`, which is not known.", id="unknown click"),
        pytest.param(
            order(),
            candidates(click(_HOUR, None, code="adda")),
            "The address of the click of 2026-11-20 11:00 UTC on Course carried the code `adda`, which nobody has.",
            id="click with an unknown code",
        ),
        pytest.param(
            order(),
            candidates(click(_HOUR, None, website_id=OTHER_WEBSITE)),
            "The click of 2026-11-20 11:00 UTC on Shop was on a website that is not in the program.",
            id="click of nobody elsewhere",
        ),
        pytest.param(
            order(),
            candidates(click(_HOUR, website_id=OTHER_WEBSITE)),
            "Ada's click of 2026-11-20 11:00 UTC on Shop was on a website that is not in the program.",
            id="click elsewhere",
        ),
        pytest.param(
            order(),
            candidates(click(-timedelta(minutes=5))),
            "Ada's click of 2026-11-20 12:05 UTC on Course came 5 minutes after the order.",
            id="click after",
        ),
        pytest.param(
            order(),
            candidates(
                click(timedelta(days=2)),
                terms=terms(groups=(GroupTerms("x", window_days=1),)),
                affiliates={ADA: AffiliateStanding(group="x")},
            ),
            "Ada's click of 2026-11-18 12:00 UTC on Course was 1 day too old: the window is 1 day.",
            id="group window",
        ),
        pytest.param(
            order(affiliate_code="ada"),
            candidates(code=ADA, affiliates={ADA: AffiliateStanding("banned", "own orders")}),
            "Ada's code `ada` on the order does not count: Ada was banned in the program (own orders) at that time.",
            id="banned",
        ),
        pytest.param(
            order(affiliate_code="ada"),
            candidates(code=ADA, terms=terms(by_approval=True)),
            "Ada's code `ada` on the order does not count: Ada was not enrolled in the program at that time.",
            id="not enrolled",
        ),
        pytest.param(
            order(coupon="ADA15"),
            candidates(coupon=ADA, affiliates={ADA: AffiliateStanding(deactivated_at=NOON)}),
            "Ada's coupon `ADA15` on the order does not count: Ada's account was deactivated at that time.",
            id="deactivated",
        ),
        pytest.param(
            order(coupon="ADA15", customer_email_hash="h"),
            candidates(coupon=ADA, affiliates={ADA: AffiliateStanding(email_hash="h")}),
            f"Ada's coupon `ADA15` on the order does not count: Ada is {_CUSTOMER}",
            id="self-referral",
        ),
        pytest.param(
            order(click_id="click-1"),
            candidates(named_click=click(_HOUR)),
            "Ada's click of 2026-11-20 11:00 UTC on Course, which the order names, decides: it is within the window of 90 days.",
            id="named click",
        ),
        pytest.param(
            order(coupon="ADA15"),
            candidates(coupon=ADA),
            "Ada's coupon `ADA15` on the order decides: it goes before any click.",
            id="coupon",
        ),
        pytest.param(
            order(),
            candidates(earlier=(EarlierOrder("con_1", (NOON - _HOUR, "api", "o"), "sale", ADA),)),
            "An earlier order of the customer, credited to Ada, decides: a customer stays with the affiliate who was credited first.",
            id="renewal",
        ),
        pytest.param(order(), candidates(assigned=Assigned(ADA)), "The owner's word for Ada decides.", id="owner's word"),
        pytest.param(order(), candidates(assigned=Assigned(None)), "The owner gave the order to nobody.", id="nobody's"),
        pytest.param(order(), candidates(rejected="Fraud"), "Nobody is credited. The owner rejected the order.", id="rejected"),
        pytest.param(order(), candidates(rejected="Fraud"), "The owner's note: Fraud", id="note"),
        pytest.param(
            order(),
            candidates(same_as=SameAs("con_9", "linked")),
            "Nobody is credited. The order is the same as another one, which earns in its place. It is con_9.",
            id="linked",
        ),
        pytest.param(
            order(affiliate_code="ada"),
            candidates(code=ADA, same_as=SameAs("con_9", "linked")),
            "Ada's code `ada` on the order would decide: it goes before any click.",
            id="linked, with somebody found",
        ),
        pytest.param(
            order(),
            candidates(assigned=Assigned(ADA), rejected="Fraud"),
            "The owner's word for Ada would decide.",
            id="rejected, with the owner's earlier word",
        ),
        pytest.param(
            order(),
            candidates(same_as=SameAs("con_9", "possible")),
            "Held: it may be the same order as con_9. Nothing is owed until you say whether both count.",
            id="held",
        ),
        pytest.param(
            order(),
            candidates(click(_HOUR), same_as=SameAs("con_9", "possible")),
            "If it counts, it is credited to Ada.",
            id="held, with somebody found",
        ),
    ],
)
def test_what_the_owner_reads(of: Order, read: Candidates, sentence: str) -> None:
    assert sentence in _owner(decided(of, read))


@pytest.mark.parametrize(
    ("of", "read", "sentences"),
    [
        pytest.param(
            order(),
            candidates(click(2 * _HOUR), click(_HOUR, BOB, click_id="b")),
            [
                "Credited to another affiliate.",
                "Your click of 2026-11-20 10:00 UTC on Course was good, but not needed: a later click counts.",
            ],
            id="a later click of another",
        ),
        pytest.param(
            order(),
            candidates(click(_HOUR), click(2 * _HOUR, BOB, click_id="b"), terms=terms(model="first-click")),
            [
                "Credited to another affiliate.",
                "Your click of 2026-11-20 11:00 UTC on Course was good, but not needed: an earlier click counts.",
            ],
            id="an earlier click of another",
        ),
        pytest.param(
            order(coupon="BOB15"),
            candidates(click(_HOUR), coupon=BOB),
            [
                "Credited to another affiliate.",
                "Your click of 2026-11-20 11:00 UTC on Course was good, but not needed: a coupon on the order goes before it.",
            ],
            id="a coupon of another",
        ),
        pytest.param(
            order(),
            candidates(click(_HOUR), assigned=Assigned(BOB, "Bob's friend")),
            ["Credited to another affiliate.", "Your click of 2026-11-20 11:00 UTC on Course was good, but not needed: the owner decided."],
            id="reassigned",
        ),
        pytest.param(
            order(affiliate_code="ada", customer_email_hash="h"),
            candidates(code=ADA, affiliates={ADA: AffiliateStanding(email_hash="h")}),
            [
                "Nobody is credited.",
                f"Your code `ada` on the order does not count: you are {_CUSTOMER}",
            ],
            id="self-referral",
        ),
        pytest.param(
            order(affiliate_code="ada"),
            candidates(code=ADA, affiliates={ADA: AffiliateStanding("banned", "own orders")}),
            ["Nobody is credited.", "Your code `ada` on the order does not count: you were banned in the program at that time."],
            id="banned, without the owner's words",
        ),
        pytest.param(
            order(),
            candidates(click(_HOUR), same_as=SameAs("con_9", "possible")),
            [
                f"{EXPLAINED['possible_duplicate']} If it counts, it is credited to you.",
                f"Your click of 2026-11-20 11:00 UTC on Course {_WOULD_AS_THE_LAST}",
            ],
            id="held",
        ),
        pytest.param(
            order(),
            candidates(click(timedelta(days=91), BOB)),
            ["Nobody is credited."],
            id="what happened to others is theirs",
        ),
        pytest.param(
            order(),
            candidates(click(_HOUR), rejected="Bob's order"),
            [
                "Nobody is credited. The owner rejected the order.",
                f"Your click of 2026-11-20 11:00 UTC on Course {_WOULD_AS_THE_LAST}",
            ],
            id="rejected, without the owner's words",
        ),
    ],
)
def test_what_an_affiliate_reads(of: Order, read: Candidates, sentences: list[str]) -> None:
    assert _ada(decided(of, read)) == sentences


_TIERED = Tiers("volume", "month", (Step(1000, percent="20"),))


@pytest.mark.parametrize(
    ("of", "rules", "standing", "sentences"),
    [
        pytest.param(order(19899), [Rule(percent="50")], {}, ["198.99 USD × 50 % = 99.495 USD, rounded to 99.50 USD."], id="rounded"),
        pytest.param(
            order(333, currency="JPY"), [Rule(percent="12.5")], {}, ["333 JPY × 12.5 % = 41.625 JPY, rounded to 42 JPY."], id="yen"
        ),
        pytest.param(
            order(10001, currency="KWD"), [Rule(percent="10")], {}, ["10.001 KWD × 10 % = 1.0001 KWD, rounded to 1.000 KWD."], id="KWD"
        ),
        pytest.param(order(1000), [Rule(flat_minor=500)], {}, ["5.00 USD, a flat amount once an order."], id="flat"),
        pytest.param(
            order(1000, 1000),
            [Rule(flat_minor=500)],
            {},
            [
                "Line 1: 5.00 USD, a flat amount once an order.",
                "Line 2: Nothing more: the rule pays a flat amount once an order.",
                "In all 5.00 USD.",
            ],
            id="flat on two lines",
        ),
        pytest.param(
            order(("PRO", 1000), ("GIFT", 500)),
            [Rule(percent="10"), Rule(excluded=True, products=("GIFT",))],
            {},
            [
                "The rule: Pays 10 % of every sale.",
                "The rule: Pays nothing for every sale of product GIFT.",
                "Line 1 (PRO): 10.00 USD × 10 % = 1.00 USD.",
                "Line 2 (GIFT): The program pays nothing for this product.",
                "In all 1.00 USD.",
            ],
            id="excluded line",
        ),
        pytest.param(
            order(10000),
            [Rule(percent="10", cap=Cap(5000, "month"))],
            {"by_rule": {(0, "month"): 4500}},
            ["100.00 USD × 10 % = 10.00 USD, of which 5.00 USD are left under the rule's cap."],
            id="capped",
        ),
        pytest.param(
            order(10000),
            [Rule(percent="10", tiers=_TIERED)],
            {"before": {"month": Before(1000, 1)}},
            ["100.00 USD × 20 % = 20.00 USD. This is the rule's step from 10.00 USD of earlier orders on."],
            id="step by volume",
        ),
        pytest.param(
            order(10000),
            [Rule(percent="10", tiers=Tiers("count", "month", (Step(3, percent="20"),)))],
            {"before": {"month": Before(0, 5)}},
            ["100.00 USD × 20 % = 20.00 USD. This is the rule's step from 3 earlier orders on."],
            id="step by count",
        ),
        pytest.param(
            order(10000, currency="EUR"),
            [Rule(flat_minor=5)],
            {},
            ["No rule in EUR: flat amounts, tiers, caps and amounts in conditions are in the program's."],
            id="other currency",
        ),
        pytest.param(
            order(1),
            [Rule(percent="10")],
            {},
            [f"0.01 USD × 10 % = 0.001 USD, rounded to 0.00 USD. {EXPLAINED['rounded_to_nothing']}"],
            id="rounds to nothing",
        ),
    ],
)
def test_the_arithmetic(of: Order, rules: list[Rule], standing: dict[str, Any], sentences: list[str]) -> None:
    decision = decided(of, candidates(click(_HOUR), terms=terms(*rules)), Standing(**standing))
    for audience in (_owner, _ada):
        read = audience(decision)
        for sentence in sentences:
            assert sentence in read


def test_a_provisional_decision_says_so() -> None:
    decision = msgspec.structs.replace(decided(order(), candidates(click(_HOUR))), provisional=True)
    assert _owner(decision)[-1].startswith("This is provisional")


def test_what_is_not_kept_is_counted() -> None:
    clicks = [click(timedelta(days=91, seconds=number), click_id=str(number)) for number in range(60)]
    assert "10 more candidates came after these and made no difference." in _owner(decided(order(), candidates(*clicks)))
