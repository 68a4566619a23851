"""Periods of tiers and caps are calendar periods in UTC, whatever zone an instant was written in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.ledger.rules.calendar import Span, months_after, period_of
from tribute.ledger.rules.terms import Period


def _day(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "per", "start", "end"),
    [
        pytest.param(_day(2026, 11, 20), "month", _day(2026, 11), _day(2026, 12), id="month"),
        pytest.param(_day(2026, 12, 31), "month", _day(2026, 12), _day(2027, 1), id="month over the year"),
        pytest.param(_day(2026, 11, 20), "quarter", _day(2026, 10), _day(2027, 1), id="quarter"),
        pytest.param(_day(2026, 3, 31), "quarter", _day(2026, 1), _day(2026, 4), id="first quarter"),
        pytest.param(_day(2026, 11, 20), "year", _day(2026, 1), _day(2027, 1), id="year"),
        pytest.param(
            datetime(2026, 11, 30, 22, tzinfo=ZoneInfo("America/New_York")), "month", _day(2026, 12), _day(2027, 1), id="written elsewhere"
        ),
    ],
)
def test_periods(at: datetime, per: Period, start: datetime, end: datetime) -> None:
    assert period_of(at, per) == Span(start, end)


def test_ever_has_no_bounds() -> None:
    assert period_of(_day(2026, 1), "ever") == Span(None, None)


_INSTANTS = st.integers(0, 100 * 365 * 86_400).map(lambda seconds: _day(2000, 1) + timedelta(seconds=seconds))


@given(_INSTANTS, st.sampled_from(["month", "quarter", "year"]))
def test_an_instant_lies_in_its_period_and_periods_meet(at: datetime, per: Period) -> None:
    span = period_of(at, per)
    assert span.start is not None
    assert span.end is not None
    assert span.start <= at < span.end
    assert period_of(span.end, per).start == span.end
    assert period_of(span.start - timedelta(microseconds=1), per).end == span.start


@given(_INSTANTS, st.integers(1, 120), st.integers(1, 120))
def test_more_months_are_never_earlier(at: datetime, fewer: int, more: int) -> None:
    assert at < months_after(at, fewer) <= months_after(at, max(fewer, more))
