"""What could not be sent is sent later, with its own id and time, and counts once."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Route

from tests.browser.snippet.conftest import Visitor
from tests.support.visits import Site, Visit

pytestmark = pytest.mark.browser


def is_sent(visit: Visit) -> bool:
    """Whether nothing waits any more."""
    return "tribute_queue" not in visit.stored()


def _time(told: str) -> datetime:
    return datetime.fromisoformat(told)


def refuse(visit: Visit, what: str, answer: Callable[[Route], None]) -> list[str]:
    """Have the browser's requests answered otherwise; the list grows with each that was."""
    answered: list[str] = []

    def handle(route: Route) -> None:
        answer(route)
        answered.append(route.request.url)

    visit.page.route(what, handle)
    visit.complaints_are_expected()
    return answered


def test_what_happened_offline_is_sent_when_the_browser_is_online(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/app")
    visit.told(1)
    visit.context.set_offline(True)
    visit.complaints_are_expected()
    visit.page.evaluate("history.pushState({}, '', '/offline'); tribute('track', 'Watched')")
    visit.until(lambda: visit.stored().get("tribute_queue", "").count("/offline") > 1, "both wait")
    visit.settle()
    assert not is_sent(visit)
    visit.context.set_offline(False)
    visit.until(lambda: is_sent(visit), "all is sent")
    rows = site.events(3, "type, path, visitor_id")
    assert [(row["type"], row["path"]) for row in rows] == [("page", "/app"), ("page", "/offline"), ("track", "/offline")]
    assert len({row["visitor_id"] for row in rows}) == 1


def test_what_is_left_over_is_sent_by_the_next_page_and_counts_once(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    refused = refuse(visit, re.compile("/v1/(page|batch)"), lambda route: route.abort())
    visit.open("/lost")
    visit.until(lambda: len(refused) > 1, "fetch and beacon are refused")
    visit.page.unroute_all()
    two_hours_ago = """
      const [event] = JSON.parse(localStorage.tribute_queue);
      for (const name in event) if (/Timestamp|At$/.test(name)) event[name] = new Date(Date.parse(event[name]) - 72e5);
      localStorage.tribute_queue = JSON.stringify([event]);
    """
    visit.page.evaluate(f"() => {{ {two_hours_ago} }}")
    visit.open("/found")
    visit.until(lambda: is_sent(visit), "all is sent")
    ids = [event["messageId"] for event in visit.sent if event["properties"]["path"] == "/lost"]
    assert len(ids) > 1
    assert len(set(ids)) == 1
    rows = site.events(2, "path, time, received_at")
    hours = {row["path"]: round((_time(row["received_at"]) - _time(row["time"])) / timedelta(hours=1)) for row in rows}
    assert (len(rows), hours) == (2, {"/found": 0, "/lost": 2})


def test_an_answer_that_was_lost_doubles_nothing(site: Site, visitor: Visitor) -> None:
    visit = visitor()

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    lost = refuse(visit, "**/v1/page", lose_the_answer)
    visit.open("/once")
    visit.until(lambda: bool(lost), "the answer is lost")
    visit.page.unroute_all()
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    visit.until(lambda: is_sent(visit), "all is sent")
    visit.page.evaluate("tribute('track', 'Last')")
    assert [row["type"] for row in site.events(2)] == ["page", "track"]


def test_a_busy_server_is_tried_again_and_a_refusal_is_not(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    busy = refuse(visit, "**/v1/page", lambda route: route.fulfill(status=429, headers={"Access-Control-Allow-Origin": "*"}))
    visit.open("/busy")
    visit.until(lambda: bool(busy), "the server is busy")
    visit.settle()
    assert not is_sent(visit)
    visit.page.unroute_all()
    refused = refuse(visit, "**/v1/track", lambda route: route.fulfill(status=400, headers={"Access-Control-Allow-Origin": "*"}))
    visit.page.evaluate("tribute('track', 'Refused')")
    visit.until(lambda: bool(refused) and "Refused" not in visit.stored()["tribute_queue"], "the event is refused")
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    visit.until(lambda: is_sent(visit), "all is sent or refused")
    assert [row["path"] for row in site.events(1)] == ["/busy"]


def test_what_the_browser_keeps_alive_no_more_is_sent_by_the_next_page(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/full")
    visit.told(1)
    # More than the 64 KiB that a browser lets outlive a page, told so late that no page is left to hear of it.
    large = "for (let number = 0; number < 4; number++) tribute('track', 'Step ' + number, { text: 'x'.repeat(3e4) })"
    visit.page.evaluate(f"addEventListener('pagehide', () => {{ {large} }})")
    visit.open("/next")
    visit.until(lambda: visit.page.url.endswith("/next") and is_sent(visit), "all is sent")
    rows = site.events(6, "name")
    assert sorted(row["name"] for row in rows if row["name"]) == [f"Step {number}" for number in range(4)]
    assert len(rows) == 6


def test_what_is_lost_with_its_page_is_sent_by_the_next_one(site: Site, visitor: Visitor) -> None:
    visit = visitor(
        "if (location.pathname == '/lost') { const real = fetch; window.fetch = (url, how) => how ? new Promise(() => {}) : real(url) }"
    )
    visit.open("/lost")
    visit.until(lambda: not is_sent(visit), "the event waits")
    visit.open("/next")
    visit.until(lambda: visit.page.url.endswith("/next") and is_sent(visit), "all is sent")
    assert sorted(row["path"] for row in site.events(2)) == ["/lost", "/next"]


NO_KEEPALIVE = """
  delete Request.prototype.keepalive;
  const real = window.fetch;
  window.fetch = (url, how) => (how && how.method == "POST" ? new Promise(() => {}) : real(url, how));
"""
"""A browser whose requests end with the page, and that is left before any has reached the server."""


@pytest.mark.parametrize("tag", [{}, {"consent": "required"}])
def test_where_requests_end_with_the_page_a_beacon_outlives_it(site: Site, visitor: Visitor, tag: dict[str, str]) -> None:
    site.show("/brief", **tag)
    visit = visitor(NO_KEEPALIVE)
    visit.open("/brief")
    visit.loaded()
    visit.settle()
    visit.page.goto("about:blank")
    assert [row["path"] for row in site.events(1)] == ["/brief"]


def test_a_beacon_stands_in_for_a_failed_request_and_what_it_takes_waits_on(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    failed = refuse(visit, "**/v1/page", lambda route: route.abort())
    visit.open("/once")
    visit.until(lambda: bool(failed), "the request failed")
    assert [row["path"] for row in site.events(1)] == ["/once"]
    assert "/once" in visit.stored()["tribute_queue"]
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    visit.until(lambda: is_sent(visit), "all is sent")
    visit.page.evaluate("tribute('track', 'Last')")
    assert [row["type"] for row in site.events(2)] == ["page", "track"]


def test_at_most_twenty_are_kept(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/")
    visit.told(1)
    visit.context.set_offline(True)
    visit.complaints_are_expected()
    visit.page.evaluate("for (let number = 0; number < 30; number++) tribute('track', 'Step ' + number)")
    visit.until(lambda: "Step 29" in visit.stored().get("tribute_queue", ""))
    assert visit.page.evaluate("JSON.parse(localStorage.tribute_queue).length") == 20


def test_without_fetch_the_beacon_is_used(site: Site, visitor: Visitor) -> None:
    visit = visitor("window.fetch = () => { throw new Error('no fetch'); }")
    visit.open("/beacon")
    visit.told(1)
    assert any("/beacon/v1/batch?writeKey=" in request.url for request in visit.requests)
    assert [row["path"] for row in site.events(1)] == ["/beacon"]


def test_who_leaves_before_the_servers_wishes_are_known_is_a_page_view_alone(site: Site, visitor: Visitor) -> None:
    unanswered = "const real = fetch; window.fetch = (url, how) => url.includes('/v1/snippet/') ? new Promise(() => {}) : real(url, how)"
    visit = visitor(unanswered)
    visit.open("/brief")
    visit.loaded()
    visit.told(0)
    visit.page.goto("about:blank")
    assert site.events(1, "path, visitor_id, visitor_kind") == [{"path": "/brief", "visitor_id": None, "visitor_kind": None}]


def test_a_tracker_on_the_websites_own_subdomain_sets_the_visitors_cookie(site: Site, visitor: Visitor) -> None:
    site.show("/", head=site.tag(host=f"stats.{site.domain}"))
    visit = visitor()
    visit.open("/")
    (event,) = visit.told(1)
    visit.open("/next")
    assert visit.told(2)[1]["anonymousId"] == event["anonymousId"]
    replies = [request.response() for request in visit.requests if request.url.endswith("/v1/page")]
    told = [reply.all_headers().get("set-cookie", "") for reply in replies if reply is not None]
    assert all(one.startswith(f"tribute_aid={event['anonymousId']}; Domain={site.domain}; Path=/; Max-Age=31536000") for one in told)
    (cookie,) = [one for one in visit.context.cookies() if one["name"] == "tribute_aid"]
    assert (cookie["value"], cookie["domain"], cookie["httpOnly"]) == (event["anonymousId"], f".{site.domain}", False)


def test_a_tracker_on_the_websites_own_subdomain_sets_the_remembered_affiliate_as_the_snippet_wrote_it(
    site: Site, visitor: Visitor
) -> None:
    site.show("/", head=site.tag(host=f"stats.{site.domain}"))
    visit = visitor()
    visit.open("/?via=Ädä", referrer="https://blog.example/")
    visit.told(1)
    (reply,) = [request.response() for request in visit.requests if request.url.endswith("/v1/page")]
    (told,) = [one for one in reply.all_headers()["set-cookie"].split("\n") if one.startswith("tribute_ref=")] if reply else [""]
    (cookie,) = [one for one in visit.context.cookies() if one["name"] == "tribute_ref"]
    assert told.startswith(f"tribute_ref={cookie['value']}; Domain={site.domain}; Path=/; Max-Age=77")
    assert cookie["domain"] == f".{site.domain}"
    visit.open("/next")
    assert visit.told(2)[1]["context"]["affiliate_id"] == "ädä"


def test_elsewhere_no_cookies_are_sent(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.context.add_cookies([{"name": "session", "value": "secret", "url": site.tribute.url}])
    visit.open("/")
    visit.told(1)
    (request,) = [one for one in visit.requests if one.url.endswith("/v1/page")]
    assert "cookie" not in request.all_headers()
