"""Each page that somebody sees is one page view, whichever way they come to see it."""

import pytest

from tests.browser.snippet.conftest import Visitor
from tests.support.visits import QUEUE_STUB, Site

pytestmark = pytest.mark.browser


def test_a_page_view_says_what_the_page_is(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/course?lesson=1")
    (event,) = visit.told(1)
    page = {"url": site.url("/course?lesson=1"), "path": "/course", "search": "?lesson=1", "referrer": "", "title": "/"}
    assert event["properties"] == event["context"].pop("page") == page
    assert event["context"] == {
        "library": {"name": "tribute.js", "version": "1"},
        "locale": "en-GB",
    }
    (seen,) = site.events(1, "type, path, host, title, bot, visitor_kind, browser")
    assert seen == {
        "type": "page",
        "path": "/course",
        "host": site.domain,
        "title": "/",
        "bot": None,
        "visitor_kind": "anonymous",
        "browser": "Chrome",
    }


def test_the_browser_is_asked_for_no_preflight(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open()
    visit.told(1)
    assert {request.method for request in visit.requests} == {"GET", "POST"}
    assert all(request.headers.get("content-type", "text/plain").startswith("text/plain") for request in visit.requests)


def test_a_visitor_is_the_same_on_the_next_page(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/one")
    visit.told(1)
    visit.open("/two")
    first, second = visit.told(2)
    assert first["anonymousId"] == second["anonymousId"]
    stranger = visitor()
    stranger.open("/three")
    assert stranger.told(1)[0]["anonymousId"] != first["anonymousId"]
    rows = site.events(3, "visitor_id")
    assert len(rows) == 3
    assert len({row["visitor_id"] for row in rows}) == 2


def test_moving_within_a_single_page_application_is_a_page_view(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/app")
    visit.told(1)
    visit.page.evaluate("history.pushState({}, '', '/app/lesson?part=2')")
    visit.told(2)
    visit.page.evaluate("history.replaceState({}, '', '/app/lesson?part=3')")
    visit.told(3)
    visit.page.go_back()
    events = visit.told(4)
    paths = [event["properties"]["path"] + event["properties"]["search"] for event in events]
    assert paths == ["/app", "/app/lesson?part=2", "/app/lesson?part=3", "/app"]
    assert [event["properties"]["referrer"] for event in events[1:]] == [event["properties"]["url"] for event in events[:-1]]


def test_what_changes_neither_path_nor_query_is_none(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/app?a=1")
    visit.told(1)
    visit.page.evaluate("history.pushState({}, '', '#chapter'); history.replaceState({ scroll: 7 }, '')")
    visit.page.evaluate("history.pushState({}, '', '/elsewhere'); history.replaceState({}, '', '/app?a=1')")
    visit.told(1)


def test_the_page_may_tell_of_a_view_itself(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open()
    visit.told(1)
    visit.page.evaluate("tribute('page')")
    visit.told(2)


def test_a_page_that_comes_back_from_the_cache_is_seen_again(site: Site, visitor: Visitor) -> None:
    visit = visitor("addEventListener('pageshow', event => { window.wasKept = event.persisted; })")
    visit.open("/one")
    visit.told(1)
    visit.open("/two")
    visit.told(2)
    visit.page.go_back(wait_until="commit")
    events = visit.told(3)
    assert visit.page.evaluate("window.wasKept") is True, "the browser keeps the page, or this proves nothing"
    assert events[2]["properties"]["path"] == "/one"
    assert events[2]["properties"]["referrer"] == events[2]["properties"]["url"]


def test_a_page_that_is_prepared_is_seen_when_it_is_shown(site: Site, visitor: Visitor) -> None:
    prepared = """
      Object.defineProperty(Document.prototype, "prerendering", { configurable: true, get: () => !window.shown });
      window.show = () => { window.shown = true; document.dispatchEvent(new Event("prerenderingchange")); };
    """
    visit = visitor(prepared)
    visit.open("/next")
    visit.loaded()
    visit.page.evaluate("tribute('track', 'Prepared')")
    visit.told(0)
    visit.told(0, "track")
    assert visit.stored() == {}
    visit.page.evaluate("show()")
    visit.told(1)
    visit.told(1, "track")


def test_two_tags_count_once(site: Site, visitor: Visitor) -> None:
    site.show("/twice", head=site.tag() + site.tag() + site.tag().replace("/t.js", "/t.v1.js"))
    visit = visitor()
    visit.open("/twice")
    visit.told(1)


def test_calls_before_the_snippet_is_there_are_kept(site: Site, visitor: Visitor) -> None:
    site.show("/", head=QUEUE_STUB + "<script>tribute('track', 'Signed up', { plan: 'pro' })</script>" + site.tag())
    visit = visitor()
    visit.open()
    visit.told(1)
    (event,) = visit.told(1, "track")
    assert (event["event"], event["properties"]) == ("Signed up", {"plan": "pro"})
    assert [row["type"] for row in site.events(2)] == ["page", "track"]


def test_a_tag_that_is_added_late_tells_one_page_view(site: Site, visitor: Visitor) -> None:
    site.show("/late", head="")
    visit = visitor()
    visit.open("/late")
    visit.page.evaluate(
        """([src, key]) => {
          const tag = document.createElement("script");
          tag.dataset.key = key;
          tag.src = src;
          document.body.append(tag);
        }""",
        [f"{site.tribute.url}/t.js", site.write_key],
    )
    visit.told(1)


def test_a_reload_is_a_view_and_no_arrival(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/?via=ada", referrer="https://blog.example/")
    visit.told(1)
    visit.page.reload()
    visit.told(2)
    rows = site.events(2, "is_click, is_landing, code")
    assert rows == [{"is_click": True, "is_landing": True, "code": "ada"}, {"is_click": False, "is_landing": False, "code": "ada"}]


def test_under_a_strict_policy_nothing_is_refused(site: Site, visitor: Visitor) -> None:
    ours = site.tribute.url
    policy = f"default-src 'none'; script-src {ours}; connect-src {ours}; img-src data:"
    site.show("/strict", headers={"Content-Security-Policy": policy})
    visit = visitor()
    visit.open("/strict?via=ada")
    visit.told(1)


def test_a_frozen_page_gets_no_exception(site: Site, visitor: Visitor) -> None:
    broken = """
      Object.defineProperty(window, "localStorage", { get() { throw new Error("no storage"); } });
      Object.defineProperty(document, "cookie", { get() { throw new Error("no cookies"); }, set() { throw new Error("no cookies"); } });
      window.fetch = () => { throw new Error("no fetch"); };
      navigator.sendBeacon = () => { throw new Error("no beacon"); };
      performance.getEntriesByType = () => { throw new Error("no entries"); };
    """
    visit = visitor(broken)
    visit.open()
    visit.loaded()
    visit.page.evaluate("tribute('track'); tribute('nothing'); tribute(); tribute('consent'); history.pushState({}, '', '/x')")
    visit.told(0)
