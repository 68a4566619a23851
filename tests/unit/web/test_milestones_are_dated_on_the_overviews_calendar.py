"""A milestone's day is one of the zone that the overview is drawn in, whatever zone its reader chose, as is the page that it leads to."""

from datetime import UTC, datetime

from tribute.reports.milestones import Milestone
from tribute.web.portal.milestones import shown_milestone


def test_a_day_that_begins_on_the_day_before_in_utc() -> None:
    best = Milestone("best_day", datetime(2026, 11, 9, 15, tzinfo=UTC), 7_000, "USD")
    shown = shown_milestone(best, "Asia/Tokyo")
    assert shown.words == "10 Nov 2026"
    assert "from=2026-11-10&to=2026-11-10" in shown.href
