"""Coupon against click, code against coupon, first against last click: who is credited, end to end."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.money import MoneyWorld
from tribute.ledger.coupons import Coupons

HOUR = timedelta(hours=1)
CASES: dict[str, tuple[str, dict[str, Any], tuple[str, str]]] = {
    "last click": ("last-click", {}, ("bob", "click")),
    "first click": ("first-click", {}, ("ada", "click")),
    "coupon over clicks": ("last-click", {"coupon": "TEN"}, ("ada", "coupon")),
    "code over coupon": ("last-click", {"coupon": "ten", "affiliate_code": "Bob"}, ("bob", "affiliate_code")),
    "nobody's coupon leaves it to the clicks": ("last-click", {"coupon": "SUMMER"}, ("bob", "click")),
    "nobody's code leaves it to the coupon": ("last-click", {"coupon": "ten", "affiliate_code": "adda"}, ("ada", "coupon")),
    "the click that the order names": ("last-click", {"click_id": "first"}, ("ada", "click_id")),
    "an unknown click leaves it to the visitor's": ("last-click", {"click_id": "nothing"}, ("bob", "click")),
}


@pytest.mark.parametrize("case", CASES)
def test_who_is_credited(world: MoneyWorld, case: str) -> None:
    model, told, wanted = CASES[case]
    program = world.program(model=model)
    with world.database.session() as session:
        Coupons(session, world.clock).add(program, "ten", world.affiliates["ada"])
    world.click("ada", "visitor", ago=2 * HOUR, click_id="first")
    world.click("bob", "visitor", ago=HOUR, click_id="last")
    decision = world.decision(world.order(anonymous_id="visitor", **told))
    assert (decision.affiliate_id, decision.via) == (world.affiliates[wanted[0]], wanted[1])
    assert (world.balance("ada").pending_minor, world.balance("bob").pending_minor) == ((9_950, 0) if wanted[0] == "ada" else (0, 9_950))
