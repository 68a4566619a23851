"""An owner's totals count all page views, with or without an affiliate, and name the websites that had none."""

from datetime import timedelta

from tests.support.portal import NOW, Portal, owner_caller
from tribute.analytics.definitions import TimeWindow


def test_totals_are_most_first_and_complete(portal: Portal) -> None:
    quiet, busy = portal.add_website("Quiet", "quiet.example"), portal.add_website("Busy", "busy.example")
    portal.add_website("Silent", "silent.example")
    portal.add_affiliate()
    portal.page_views(quiet, "ada", [NOW - timedelta(days=1)] * 2)
    portal.page_views(busy, None, [NOW - timedelta(days=1)] * 4)
    portal.page_views(busy, "ada", [NOW - timedelta(days=8)])
    overview = portal.traffic.website_overview(owner_caller(), TimeWindow.LAST_7_DAYS)
    assert [(row.name, row.page_views) for row in overview] == [("Busy", 4), ("Quiet", 2), ("Silent", 0)]


def test_unknown_codes_are_counted_in_the_window(portal: Portal) -> None:
    course = portal.add_website("Course", "course.example")
    portal.page_views(course, "adda", [NOW - timedelta(hours=2), NOW - timedelta(hours=1)])
    portal.page_views(course, "old", [NOW - timedelta(days=40)])
    [unknown] = portal.traffic.unknown_codes(owner_caller(), TimeWindow.LAST_30_DAYS)
    assert (unknown.code, unknown.page_views, unknown.last_seen_at) == ("adda", 2, NOW - timedelta(hours=1))
