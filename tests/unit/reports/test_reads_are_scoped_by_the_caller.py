"""An affiliate reads their own traffic and nothing else; an owner reads everything but has no series of their own."""

from datetime import timedelta

import pytest

from tests.support.portal import NOW, Portal, caller_of, owner_caller
from tribute.access.caller import NotAllowedError
from tribute.analytics.definitions import Metric, TimeWindow

WEEK = TimeWindow.LAST_7_DAYS


def test_an_affiliate_reads_only_their_own_points(portal: Portal) -> None:
    course = portal.add_website("Course", "course.example")
    ada, bob = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    portal.page_views(course, "ada", [NOW - timedelta(hours=1)] * 3)
    portal.page_views(course, "bob", [NOW - timedelta(hours=1)] * 5)
    portal.page_views(course, None, [NOW - timedelta(hours=1)] * 7)

    assert [point.value for point in portal.traffic.analytics_data(caller_of(ada), Metric.PAGE_VIEWS, WEEK)] == [3]
    assert [point.value for point in portal.traffic.analytics_data(caller_of(bob), Metric.PAGE_VIEWS, WEEK)] == [5]


@pytest.mark.parametrize("metric", list(Metric))
def test_an_owner_has_no_series(portal: Portal, metric: Metric) -> None:
    with pytest.raises(NotAllowedError):
        portal.traffic.analytics_data(owner_caller(), metric, WEEK)


def test_an_owner_has_no_links_and_no_beginnings(portal: Portal) -> None:
    with pytest.raises(NotAllowedError):
        portal.accounts.links(owner_caller())
    with pytest.raises(NotAllowedError):
        portal.traffic.beginnings(owner_caller())


def test_an_affiliate_reads_nothing_of_the_owners(portal: Portal) -> None:
    ada = caller_of(portal.add_affiliate())
    with pytest.raises(NotAllowedError):
        portal.traffic.website_overview(ada, WEEK)
    with pytest.raises(NotAllowedError):
        portal.traffic.unknown_codes(ada, WEEK)
    with pytest.raises(NotAllowedError):
        portal.accounts.websites(ada)


def test_links_carry_the_callers_own_code_and_no_write_key(portal: Portal) -> None:
    course = portal.add_website("Course", "course.example")
    links = portal.accounts.links(caller_of(portal.add_affiliate()))
    assert [(link.website, link.url) for link in links] == [("Course", "https://course.example/?via=ada")]
    assert course.write_key not in repr(links)
