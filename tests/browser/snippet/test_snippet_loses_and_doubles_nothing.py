"""What could not be sent is sent later, with its own id and time, and counts once."""

import pytest

from tests.browser.snippet.conftest import Visitor
from tests.support.visits import Site

pytestmark = pytest.mark.browser


def test_what_happened_offline_is_sent_when_the_browser_is_online(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/app")
    visit.told(1)
    visit.context.set_offline(True)
    visit.complaints_are_expected()
    visit.page.evaluate("history.pushState({}, '', '/offline'); tribute('track', 'Watched')")
    visit.until(lambda: "Watched" in visit.stored().get("tribute_queue", ""))
    visit.context.set_offline(False)
    visit.until(lambda: visit.stored().get("tribute_queue") == "[]")
    rows = site.events(3, "type, path, visitor_id")
    assert [(row["type"], row["path"]) for row in rows] == [("page", "/app"), ("page", "/offline"), ("track", "/offline")]
    assert len({row["visitor_id"] for row in rows}) == 1


def test_what_is_left_over_is_sent_by_the_next_page_and_counts_once(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.page.route("**/v1/page", lambda route: route.abort())
    visit.complaints_are_expected()
    visit.open("/lost")
    visit.until(lambda: "/lost" in visit.stored().get("tribute_queue", ""))
    visit.page.unroute("**/v1/page")
    visit.open("/found")
    visit.until(lambda: visit.stored().get("tribute_queue") == "[]")
    ids = [event["messageId"] for event in visit.sent if event["properties"]["path"] == "/lost"]
    assert len(ids) > 1
    assert len(set(ids)) == 1
    assert sorted(row["path"] for row in site.events(2)) == ["/found", "/lost"]


def test_an_answer_that_was_lost_doubles_nothing(site: Site, visitor: Visitor) -> None:
    visit = visitor()

    def lose_the_answer(route: object) -> None:
        route.fetch()
        route.abort()

    visit.page.route("**/v1/page", lose_the_answer)
    visit.complaints_are_expected()
    visit.open("/once")
    visit.until(lambda: "/once" in visit.stored().get("tribute_queue", ""))
    visit.page.unroute("**/v1/page")
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    visit.until(lambda: visit.stored().get("tribute_queue") == "[]")
    visit.page.evaluate("tribute('track', 'Last')")
    assert [row["type"] for row in site.events(2)] == ["page", "track"]


def test_a_busy_server_is_tried_again_and_a_refusal_is_not(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.page.route("**/v1/page", lambda route: route.fulfill(status=429, headers={"Access-Control-Allow-Origin": "*"}))
    visit.complaints_are_expected()
    visit.open("/busy")
    visit.until(lambda: "/busy" in visit.stored().get("tribute_queue", ""))
    visit.page.unroute("**/v1/page")
    visit.page.route("**/v1/track", lambda route: route.fulfill(status=400, headers={"Access-Control-Allow-Origin": "*"}))
    visit.page.evaluate("tribute('track', 'Refused'); dispatchEvent(new Event('online'))")
    visit.until(lambda: visit.stored().get("tribute_queue") == "[]")
    assert [row["path"] for row in site.events(1)] == ["/busy"]


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


def test_elsewhere_no_cookies_are_sent(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.context.add_cookies([{"name": "session", "value": "secret", "url": site.tribute.url}])
    visit.open("/")
    visit.told(1)
    (request,) = [one for one in visit.requests if one.url.endswith("/v1/page")]
    assert "cookie" not in request.all_headers()
