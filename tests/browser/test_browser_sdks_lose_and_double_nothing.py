"""The official browser SDKs when the server is away, an answer is lost or the page is left: every event arrives, and counts once."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route

from tests.support.course import (
    CODE,
    RUDDERSTACK,
    RUDDERSTACK_BEACON,
    SEGMENT,
    SEGMENT_BATCHING,
    BrowserSdk,
    Course,
    answered,
    attempted,
)
from tribute.kit.clock import parse_iso

pytestmark = [
    pytest.mark.browser,
    pytest.mark.node,
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser-sdks-lossless"),
]

RETRYING = (RUDDERSTACK, SEGMENT, SEGMENT_BATCHING)
"""A beacon's fate is never told to its page, so with `useBeacon` nothing is sent twice, and nothing is sent again."""
START = f"/start?via={CODE}"
LEAVE_WITH_IT = """() => {
  const fetching = window.fetch, sending = XMLHttpRequest.prototype.send;
  const leave = body => { if (String(body).includes("Left")) location.href = "/next"; };
  window.fetch = (...request) => { const answer = fetching(...request); leave(request[1]?.body); return answer; };
  XMLHttpRequest.prototype.send = function (body) { sending.call(this, body); leave(body); };
}"""
"""Lead away as soon as the SDK has begun to send. Until then Segment's holds the event nowhere, and has `trackLink` for that."""


def arrived(course: Course, page: Page) -> None:
    answered(page, "/start", lambda: page.goto(course.origin + START))


@pytest.mark.parametrize("sdk", RETRYING, ids=str)
def test_what_happens_while_the_server_is_away_is_sent_when_it_is_back(sdk: BrowserSdk, course: Course) -> None:
    course.install(sdk)
    page = course.visitor().new_page()
    arrived(course, page)
    course.tribute.stop()
    before = datetime.now(UTC)
    attempted(page, lambda: page.evaluate("analytics.page('Away')"))
    course.tribute.start_again()
    back = datetime.now(UTC)

    assert course.views(2) == 2
    (row,) = course.rows("time, time_mark, counted", 1, "name = 'Away'")
    assert before <= parse_iso(row["time"]) < back, "it counts when it happened, not when it arrived"
    assert (row["time_mark"], row["counted"]) == ("skew_corrected", True)


@pytest.mark.parametrize("sdk", [RUDDERSTACK, SEGMENT], ids=str)
def test_what_a_left_page_could_not_send_is_sent_by_a_later_one(sdk: BrowserSdk, course: Course) -> None:
    """Segment's batches stand in the page's memory alone, so only its usual way of sending is here."""
    course.install(sdk)
    visitor = course.visitor()
    page = visitor.new_page()
    arrived(course, page)
    course.tribute.stop()
    attempted(page, lambda: page.evaluate("analytics.page('Away')"))
    page.goto("about:blank")
    page.close()
    course.tribute.start_again()
    later = visitor.new_page()
    answered(later, "Away", lambda: later.goto(f"{course.origin}/later"))

    assert course.views(2) == 2
    assert course.rows("counted", 1, "name = 'Away'") == [{"counted": True}]


@pytest.mark.parametrize("sdk", [RUDDERSTACK, SEGMENT], ids=str)
def test_what_is_sent_again_because_its_answer_was_lost_counts_once(sdk: BrowserSdk, course: Course) -> None:
    course.install(sdk)
    visitor = course.visitor()
    page = visitor.new_page()
    arrived(course, page)

    def lose_the_answer(route: Route) -> None:
        if "Twice" in (route.request.post_data or ""):
            route.fetch()
            route.abort()
        else:
            route.fallback()

    page.route(f"{course.tribute.url}/**", lose_the_answer)
    attempted(page, lambda: page.evaluate("analytics.page('Twice')"))
    assert course.views(2) == 2, "the server has it, and the page does not know"
    page.goto("about:blank")
    page.close()
    later = visitor.new_page()
    answered(later, "Twice", lambda: later.goto(f"{course.origin}/later"))

    copies = course.rows("counted, visitor_id", 2, "name = 'Twice'")
    assert len(copies) >= 2
    assert sum(row["counted"] for row in copies) == 1
    assert (course.views(2), course.views(1, "Visitors")) == (2, 1)


@pytest.mark.parametrize("sdk", [RUDDERSTACK_BEACON, SEGMENT_BATCHING], ids=str)
def test_what_is_sent_as_the_page_goes_arrives_without_it(sdk: BrowserSdk, course: Course) -> None:
    """By a beacon, or a request that is kept alive: no page of the website comes after."""
    course.install(sdk)
    page = course.visitor().new_page()
    arrived(course, page)
    page.evaluate("analytics.track('Left'); location.href = 'about:blank'")

    assert course.rows("counted", 1, "name = 'Left'") == [{"counted": True}]


@pytest.mark.parametrize("sdk", [RUDDERSTACK, SEGMENT], ids=str)
def test_what_is_on_its_way_while_the_page_is_left_counts_once(sdk: BrowserSdk, course: Course) -> None:
    course.install(sdk)
    page = course.visitor().new_page()
    arrived(course, page)
    page.evaluate(LEAVE_WITH_IT)
    answered(page, "/next", lambda: page.evaluate("void analytics.track('Left')"))

    assert sum(row["counted"] for row in course.rows("counted", 1, "name = 'Left'")) == 1
