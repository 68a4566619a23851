"""Last click takes the newest click that counts, first click the oldest within the window; of one instant, the one of lesser id."""

from datetime import timedelta

import pytest

from tests.support.sales import ADA, BOB, candidates, click, decided, order, terms
from tribute.attribution.candidates import AffiliateStanding

_HOUR = timedelta(hours=1)
_OLD = click(timedelta(days=91), BOB, click_id="old")
_FIRST = click(timedelta(days=30), ADA, click_id="first")
_LAST = click(_HOUR, BOB, click_id="last")
_LATE = click(-_HOUR, ADA, click_id="late")


@pytest.mark.parametrize(
    ("model", "winner", "considered"),
    [("last-click", "last", ["late", "last", "first", "old"]), ("first-click", "first", ["old", "first", "last", "late"])],
)
def test_models(model: str, winner: str, considered: list[str]) -> None:
    decision = decided(order(), candidates(_FIRST, _LATE, _OLD, _LAST, terms=terms(model=model)))
    assert decision.click is not None
    assert decision.click.click_id == winner
    assert [one.click.click_id for one in decision.considered if one.click] == considered
    assert decision.model == model


@pytest.mark.parametrize("model", ["last-click", "first-click"])
def test_of_one_instant_the_lesser_id_wins(model: str) -> None:
    clicks = (click(_HOUR, ADA, click_id="a"), click(_HOUR, BOB, click_id="b"))
    for given in (clicks, clicks[::-1]):
        assert decided(order(), candidates(*given, terms=terms(model=model))).affiliate_id == ADA


@pytest.mark.parametrize(("model", "winner"), [("last-click", ADA), ("first-click", ADA)])
def test_a_click_of_one_who_was_put_out_makes_way(model: str, winner: str) -> None:
    clicks = (click(3 * _HOUR, BOB, click_id="1"), click(2 * _HOUR, ADA, click_id="2"), click(_HOUR, BOB, click_id="3"))
    read = candidates(*clicks, terms=terms(model=model), affiliates={BOB: AffiliateStanding("banned")})
    assert decided(order(), read).affiliate_id == winner


def test_a_coupon_goes_before_any_click() -> None:
    assert decided(order(coupon="BOB15"), candidates(click(_HOUR, ADA), coupon=BOB)).affiliate_id == BOB
