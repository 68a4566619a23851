"""Commissions come from their reader alone; another currency than the affiliate's shows in the series' name."""

from datetime import UTC, datetime

from tests.support.portal import Portal, caller_of
from tribute.analytics.definitions import Metric, TimeWindow
from tribute.reports.ports import CommissionPoint

DAY = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_foreign_currency_is_a_series_of_its_own(portal: Portal) -> None:
    course, ada = portal.add_website("Course", "course.example"), portal.add_affiliate()
    portal.commissions.points[ada.id] = [CommissionPoint(course.id, DAY, 12.5, "EUR"), CommissionPoint(course.id, DAY, 89.55)]
    points = portal.traffic.analytics_data(caller_of(ada), Metric.COMMISSIONS, TimeWindow.LAST_7_DAYS)
    assert [(point.series, point.timestamp, point.value) for point in points] == [
        ("Course", "2026-11-20T00:00:00Z", 89.55),
        ("Course (EUR)", "2026-11-20T00:00:00Z", 12.5),
    ]
