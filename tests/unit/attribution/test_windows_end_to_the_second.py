"""A click counts for so many days of 24 hours, to the second, whatever clocks did meanwhile; and never after the order."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.sales import ADA, BOB, NOON, candidates, click, decided, order, terms
from tribute.attribution.candidates import AffiliateStanding
from tribute.ledger.rules.decisions import ClickSeen, Verdict
from tribute.ledger.rules.terms import GroupTerms

_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ago", "verdict", "seconds"),
    [
        pytest.param(timedelta(0), "won", None, id="at the order's instant"),
        pytest.param(-_SECOND, "after_order", 1, id="a second after"),
        pytest.param(-timedelta(milliseconds=1), "after_order", 1, id="a thousandth after"),
        pytest.param(-timedelta(days=2), "after_order", 172_800, id="days after"),
        pytest.param(timedelta(days=90), "won", None, id="exactly the window"),
        pytest.param(timedelta(days=90) - _SECOND, "won", None, id="a second within"),
        pytest.param(timedelta(days=90) + _SECOND, "expired", 1, id="a second too old"),
        pytest.param(timedelta(days=90, milliseconds=1), "expired", 1, id="a thousandth too old"),
        pytest.param(timedelta(days=90, hours=3), "expired", 10_800, id="three hours too old"),
    ],
)
@pytest.mark.parametrize("model", ["last-click", "first-click"])
@pytest.mark.parametrize("named", [False, True])
def test_windows(ago: timedelta, verdict: Verdict, seconds: int | None, model: str, named: bool) -> None:
    one = click(ago)
    read = candidates(named_click=one, terms=terms(model=model)) if named else candidates(one, terms=terms(model=model))
    [considered] = decided(order(click_id="click-1" if named else None), read).considered
    assert (considered.verdict, considered.seconds) == (verdict, seconds)


@pytest.mark.parametrize(
    ("clicked", "ordered", "verdict"),
    [
        pytest.param("2026-10-24T12:00:00", "2026-10-25T11:00:00", "won", id="the night has 25 hours, 24 have passed"),
        pytest.param("2026-10-24T12:00:00", "2026-10-25T11:00:01", "expired", id="the night has 25 hours, a second more has passed"),
        pytest.param("2026-03-28T12:00:00", "2026-03-29T13:00:00", "won", id="the night has 23 hours, 24 have passed"),
        pytest.param("2026-03-28T12:00:00", "2026-03-29T13:00:01", "expired", id="the night has 23 hours, a second more has passed"),
    ],
)
def test_a_day_has_24_hours_also_when_clocks_change(clicked: str, ordered: str, verdict: Verdict) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    time, at = (datetime.fromisoformat(text).replace(tzinfo=berlin).astimezone(UTC) for text in (clicked, ordered))
    one = ClickSeen("c", click(_SECOND).website_id, time, "ada", ADA)
    decision = decided(order(occurred_at=at), candidates(one, terms=terms(window_days=1)))
    assert decision.considered[0].verdict == verdict


@pytest.mark.parametrize(("group", "verdict"), [("gold", "won"), ("silver", "expired"), (None, "expired"), ("bronze", "expired")])
def test_a_group_has_its_own_window(group: str | None, verdict: Verdict) -> None:
    of_groups = (GroupTerms("gold", window_days=120), GroupTerms("silver", window_days=30), GroupTerms("bronze", hold_days=5))
    read = candidates(click(timedelta(days=100)), terms=terms(groups=of_groups), affiliates={ADA: AffiliateStanding(group=group)})
    decision = decided(order(), read)
    [considered] = decision.considered
    assert considered.verdict == verdict
    assert considered.detail == {"gold": None, "silver": "30"}.get(group or "", "90")
    assert decision.window_days == (120 if group == "gold" else 90)


def test_each_click_is_measured_by_the_window_of_its_own_affiliate() -> None:
    read = candidates(
        click(timedelta(days=40), BOB, click_id="b"),
        click(timedelta(days=50), ADA, click_id="a"),
        terms=terms(groups=(GroupTerms("short", window_days=30),)),
        affiliates={BOB: AffiliateStanding(group="short")},
    )
    decision = decided(order(), read)
    assert [one.verdict for one in decision.considered] == ["expired", "won"]
    assert decision.affiliate_id == ADA


def test_the_hold_runs_from_the_order_and_may_be_the_groups() -> None:
    held = terms(hold_days=30, groups=(GroupTerms("gold", hold_days=0),))
    assert decided(order(), candidates(click(_SECOND), terms=held)).payable_at == NOON + timedelta(days=30)
    gold = candidates(click(_SECOND), terms=held, affiliates={ADA: AffiliateStanding(group="gold")})
    assert decided(order(), gold).payable_at == NOON
