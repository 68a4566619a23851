"""No argument widens what a caller reads: an affiliate never sees another's events, nor those of nobody; an owner sees all."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.portal import NOW, Portal, caller_of, owner_caller
from tribute.access.caller import Caller, NotAllowedError
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import COUNTED_METRICS, Comparison, Filter
from tribute.kit.errors import InvalidInputError
from tribute.reports.analytics import Question

ALL = tuple(COUNTED_METRICS)


def filled(portal: Portal) -> tuple[Caller, Caller]:
    """Ada with 3 page views and a click, Bob with 5 and two, nobody with 7; Bob's carry his name in every field."""
    course = portal.add_website("Course", "course.example")
    ada, bob = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    at = NOW - timedelta(hours=1)
    told = {"path": "/bob", "sub_id": "bob", "country": "BO", "utm_source": "bob", "referrer_host": "bob.example", "is_landing": True}
    portal.events(course, "ada", *({"at": at, "visitor_id": f"a{n}", "click_id": "k1", "is_click": True} for n in range(3)))
    portal.events(course, "bob", *({"at": at, "visitor_id": f"b{n}", "click_id": f"k{n % 2}", "is_click": True, **told} for n in range(5)))
    portal.events(course, None, *({"at": at, "visitor_id": f"n{n}", "path": "/nobody"} for n in range(7)))
    return caller_of(ada), caller_of(bob)


def totals(portal: Portal, caller: Caller, **asking: Any) -> Sequence[int]:
    report = portal.analytics.report(caller, Question(metrics=ALL, window=TimeWindow.LAST_7_DAYS, **asking))
    return [report.result.totals[metric] for metric in ALL]


def test_each_affiliate_reads_their_own(portal: Portal) -> None:
    ada, bob = filled(portal)
    assert totals(portal, ada) == [3, 3, 1]
    assert totals(portal, bob) == [5, 5, 2]
    assert portal.analytics.live(ada).minutes[-1] == 0
    assert totals(portal, owner_caller()) == [15, 15, 3]


def test_an_owner_reads_one_affiliates_numbers_as_the_affiliate_does(portal: Portal) -> None:
    ada, bob = filled(portal)
    assert totals(portal, owner_caller(), affiliate="ADA") == totals(portal, ada)
    assert totals(portal, owner_caller(), affiliate="bob") == totals(portal, bob)
    assert totals(portal, owner_caller(), filters=[Filter(Dimension.AFFILIATE, ["ada", None])]) == [10, 10, 1]
    report = portal.analytics.report(
        owner_caller(), Question(metrics=ALL, window=TimeWindow.LAST_7_DAYS, dimension=Dimension.AFFILIATE)
    ).result
    assert [(row.value, row.totals[Metric.PAGE_VIEWS]) for row in report.rows] == [(None, 7), ("bob", 5), ("ada", 3)]


def test_an_owner_who_names_an_unknown_code_is_told(portal: Portal) -> None:
    with pytest.raises(InvalidInputError, match="affiliate: no affiliate has the code 'eva'"):
        totals(portal, owner_caller(), affiliate="eva")


def test_an_affiliate_may_not_ask_about_affiliates(portal: Portal) -> None:
    ada, _ = filled(portal)
    for asking in (
        {"affiliate": "bob"},
        {"affiliate": "ada"},
        {"dimension": Dimension.AFFILIATE},
        {"filters": [Filter(Dimension.AFFILIATE, ["bob"])]},
    ):
        with pytest.raises(NotAllowedError):
            totals(portal, ada, **asking)


@pytest.fixture
def ada(portal: Portal) -> Caller:
    """Ada, among the others' events."""
    return filled(portal)[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_argument_shows_an_affiliate_what_is_anothers(portal: Portal, ada: Caller, data: st.DataObject) -> None:
    dimension = data.draw(st.sampled_from([None, *Dimension]))
    question = Question(
        metrics=data.draw(st.permutations(ALL)),
        window=data.draw(st.sampled_from(TimeWindow)),
        grain=data.draw(st.sampled_from([None, Grain.DAY, Grain.WEEK, Grain.MONTH])),
        dimension=dimension,
        filters=data.draw(
            st.lists(
                st.builds(Filter, st.sampled_from(Dimension), st.lists(st.sampled_from(["bob", "/bob", "BO", "Course", None]), max_size=3)),
                max_size=2,
            )
        ),
        affiliate=data.draw(st.sampled_from([None, None, "bob", "ada", "' OR true --"])),
        comparison=data.draw(st.sampled_from([None, *Comparison])),
    )
    try:
        result = portal.analytics.report(ada, question).result
    except (NotAllowedError, InvalidInputError):
        return
    assert result.totals[Metric.PAGE_VIEWS] <= 3
    assert result.totals[Metric.CLICKS] <= 1
    assert not [row.value for row in result.rows if row.value is not None and "bob" in row.value.lower()]
