"""The dataset against a naive recount of the same events: both metrics, all windows, cut at the exact instant, in order."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from tests.support.portal import NOW, Portal, caller_of
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.kit.clock import iso_seconds

NAMES = ("Zebra", "apple", "Übung")


def bucket(at: datetime, window: TimeWindow) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0, hour=at.hour if window.grain is Grain.HOUR else 0)


@pytest.mark.parametrize("window", list(TimeWindow))
def test_every_window_equals_a_recount(portal: Portal, window: TimeWindow) -> None:
    source = random.Random(window.days)
    ada = portal.add_affiliate()
    edge = NOW - timedelta(days=window.days)
    page_views: defaultdict[tuple[str, str], int] = defaultdict(int)
    visitors: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for number, name in enumerate(NAMES):
        website = portal.add_website(name, f"site-{number}.example")
        times = [NOW - timedelta(seconds=source.random() * 86_400 * window.days * 1.1) for _ in range(60)]
        times += [edge, edge - timedelta(microseconds=1), NOW]
        portal.page_views(website, "ada", times, visitors=4)
        for index, at in enumerate(times):
            if edge <= at <= NOW:
                key = (iso_seconds(bucket(at, window)), name)
                page_views[key] += 1
                visitors[key].add(index % 4)

    def told(metric: Metric) -> list[tuple[str, str, float]]:
        return [(point.timestamp, point.series, point.value) for point in portal.traffic.analytics_data(caller_of(ada), metric, window)]

    assert told(Metric.PAGE_VIEWS) == sorted((*key, float(count)) for key, count in page_views.items())
    assert told(Metric.VISITORS) == sorted((*key, float(len(people))) for key, people in visitors.items())


def test_the_window_slides_with_the_clock(portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Course", "course.example"), "ada", [NOW - timedelta(days=1)])
    assert len(portal.traffic.analytics_data(caller_of(ada), Metric.PAGE_VIEWS, TimeWindow.LAST_24_HOURS)) == 1
    portal.clock.at = NOW + timedelta(microseconds=1)
    assert portal.traffic.analytics_data(caller_of(ada), Metric.PAGE_VIEWS, TimeWindow.LAST_24_HOURS) == []


def test_beginnings_name_the_first_day_of_each_website(portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Old", "old.example"), "ada", [NOW - timedelta(days=200), NOW])
    portal.page_views(portal.add_website("New", "new.example"), "ada", [NOW - timedelta(days=2)])
    assert portal.traffic.beginnings(caller_of(ada)) == {"Old": "2026-05-07T00:00:00Z", "New": "2026-11-21T00:00:00Z"}
