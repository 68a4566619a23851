"""The world that `make demo` shows: the promised size, within the promised shares."""

import pytest

from tests.support.demo_world import END
from tribute.demo.calls import Call
from tribute.demo.world import World

pytestmark = pytest.mark.slow


def test_at_least_three_hundred_thousand_page_views_count(full_year: list[Call]) -> None:
    assert 300_000 <= sum(call.counts for call in full_year) < 335_000


def test_the_progress_bar_knows_about_how_many_there_are(full_year: list[Call]) -> None:
    assert World(7, END).about_calls == pytest.approx(len(full_year), rel=0.03)


def test_two_hundred_user_agents_are_seen(full_year: list[Call]) -> None:
    assert len({call.visitor.user_agent for call in full_year if call.counts}) >= 200


def test_the_last_day_is_alive_to_the_minute(full_year: list[Call]) -> None:
    end_ms = int(END.timestamp() * 1000)
    last_day = [call.original_ms for call in full_year if call.counts and call.original_ms > end_ms - 86_400_000]
    assert len(last_day) > 800
    assert end_ms - max(last_day) < 10 * 60_000
