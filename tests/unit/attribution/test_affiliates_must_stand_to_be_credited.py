"""An affiliate is credited who was in the program at the order's time, whose account was in use, and who is not the customer."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.sales import ADA, NOON, candidates, click, decided, order, terms
from tribute.attribution.candidates import AffiliateStanding, EarlierOrder
from tribute.ledger.rules.decisions import Verdict

_HOUR = timedelta(hours=1)
_WAYS: list[Any] = [
    pytest.param({"affiliate_code": "ada"}, {"code": ADA}, id="code"),
    pytest.param({"coupon": "ADA15"}, {"coupon": ADA}, id="coupon"),
    pytest.param({"click_id": "click-1"}, {"named_click": click(_HOUR)}, id="named click"),
    pytest.param({}, {"clicks": (click(_HOUR),)}, id="click"),
    pytest.param({}, {"earlier": (EarlierOrder("con_1", (NOON - _HOUR, "api", "o"), "sale", ADA),)}, id="customer"),
]


def _considered(
    told: dict[str, Any], read: dict[str, Any], standing: AffiliateStanding, *, by_approval: bool = False
) -> tuple[str, str | None]:
    given = dict(read)
    found = candidates(*given.pop("clicks", ()), terms=terms(by_approval=by_approval), affiliates={ADA: standing}, **given)
    [one] = decided(order(**told), found).considered
    return one.verdict, one.detail


@pytest.mark.parametrize(("told", "read"), _WAYS)
@pytest.mark.parametrize(
    ("state", "open_verdict", "approval_verdict"),
    [
        ("approved", "won", "won"),
        ("pending", "won", "not_enrolled"),
        ("invited", "won", "not_enrolled"),
        (None, "won", "not_enrolled"),
        ("rejected", "not_enrolled", "not_enrolled"),
        ("deactivated", "not_enrolled", "not_enrolled"),
        ("banned", "not_enrolled", "not_enrolled"),
    ],
)
def test_enrolment(told: dict[str, Any], read: dict[str, Any], state: Any, open_verdict: Verdict, approval_verdict: Verdict) -> None:
    for by_approval, verdict in ((False, open_verdict), (True, approval_verdict)):
        found = _considered(told, read, AffiliateStanding(state), by_approval=by_approval)
        assert found == (verdict, None if verdict == "won" else state or "none")


def test_the_owners_reason_for_a_state_is_kept() -> None:
    standing = AffiliateStanding("banned", "bought through own links")
    assert _considered({}, {"clicks": (click(_HOUR),)}, standing) == ("not_enrolled", "banned: bought through own links")


@pytest.mark.parametrize(("told", "read"), _WAYS)
@pytest.mark.parametrize(
    ("deactivated", "verdict"),
    [(NOON - _HOUR, "deactivated"), (NOON, "deactivated"), (NOON + timedelta(seconds=1), "won"), (None, "won")],
)
def test_deactivation(told: dict[str, Any], read: dict[str, Any], deactivated: Any, verdict: Verdict) -> None:
    assert _considered(told, read, AffiliateStanding(deactivated_at=deactivated)) == (verdict, None)


@pytest.mark.parametrize(("told", "read"), _WAYS)
@pytest.mark.parametrize(
    ("affiliate", "customer", "verdict"),
    [("same", "same", "self_referral"), ("one", "other", "won"), (None, None, "won"), ("one", None, "won"), (None, "other", "won")],
)
def test_self_referral(told: dict[str, Any], read: dict[str, Any], affiliate: Any, customer: Any, verdict: Verdict) -> None:
    assert _considered(told | {"customer_email_hash": customer}, read, AffiliateStanding(email_hash=affiliate)) == (verdict, None)


def test_one_of_whom_nothing_is_known_is_in_an_open_program() -> None:
    stranger = "aff_00000000000000000eve"
    assert decided(order(), candidates(click(_HOUR, stranger))).affiliate_id == stranger
