"""Only a mark that this installation made for this website, and that is still good, makes a visit the owner's own."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.events.own_visits import OwnVisits

TODAY = date(2026, 11, 23)
VISITS = OwnVisits(b"a secret of thirty-two bytes ----")


def test_a_mark_is_good_for_its_website_for_a_year() -> None:
    mark = VISITS.mark("web_1", TODAY)
    assert VISITS.is_own(mark, "web_1", TODAY)
    assert VISITS.is_own(mark, "web_1", TODAY + timedelta(days=366))
    assert not VISITS.is_own(mark, "web_1", TODAY + timedelta(days=367))
    assert not VISITS.is_own(mark, "web_2", TODAY)
    assert not OwnVisits(b"another secret").is_own(mark, "web_1", TODAY)


def test_a_mark_lasts_no_longer_than_it_was_signed_for() -> None:
    mark = VISITS.mark("web_1", TODAY)
    assert not VISITS.is_own("99991231" + mark[8:], "web_1", TODAY)


@pytest.mark.parametrize("mark", [None, True, 1, "", "off", "20271124", "20271124-", "ä", "\ud800", ["x"], {"a": 1}])
def test_anything_else_is_none(mark: object) -> None:
    assert not VISITS.is_own(mark, "web_1", TODAY)


@given(st.text())
def test_whatever_is_told_is_answered(mark: str) -> None:
    assert not VISITS.is_own(mark, "web_1", TODAY)
