"""Without consent, or with Global Privacy Control: nothing stored, no identifier, the page view alone."""

from typing import Any

import pytest

from tests.browser.snippet.conftest import Visitor
from tests.support import cli
from tests.support.served import eventually
from tests.support.visits import QUEUE_STUB, Site, Visit

pytestmark = pytest.mark.browser

GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"


def is_silent(site: Site, visit: Visit, event: dict[str, Any]) -> bool:
    """Whether an event says nobody's identity, the browser keeps nothing, and the store has a page view of nobody's."""
    context = event["context"]
    said = event["anonymousId"] is None and context["consent"] is False and not {"click_id", "affiliate_id", "cookieless"} & set(context)
    (row,) = site.events(1, "visitor_id, visitor_kind, click_id IS NOT NULL AS clicked, code, type")
    return said and visit.stored() == {} and visit.context.cookies() == [] and (row["visitor_id"], row["type"]) == (None, "page")


def seen_by_pages(site: Site, wanted: int) -> list[dict[str, Any]]:
    """The visitors of the website's pages, without the pixels that waited for the salt."""
    found = eventually(
        lambda: site.events(1, "visitor_id, visitor_kind, path"), lambda rows: sum(1 for row in rows if row["path"]) >= wanted
    )
    return [row for row in found if row["path"]]


def test_global_privacy_control_leaves_the_page_view_alone(site: Site, visitor: Visitor) -> None:
    visit = visitor(GPC)
    visit.open("/?via=ada")
    (event,) = visit.told(1)
    visit.page.evaluate("tribute('track', 'Signed up'); tribute('consent', true)")
    visit.told(0, "track")
    assert is_silent(site, visit, event)
    assert site.events(1, "code, is_click")[0] == {"code": "ada", "is_click": True}


def test_where_the_tag_asks_for_consent_nothing_is_kept_before(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.open("/?via=ada")
    assert is_silent(site, visit, visit.told(1)[0])


def test_where_the_owner_asks_for_consent_not_even_the_first_page_keeps_anything(site: Site, visitor: Visitor) -> None:
    cli.Tribute(site.tribute.home).json("website", "set", "--website", site.name, "--consent-required")
    visit = visitor()
    visit.open("/?via=ada")
    assert is_silent(site, visit, visit.told(1)[0])


def test_with_consent_everything_is_kept_from_then_on(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.open("/?via=ada&tid=t-1")
    visit.told(1)
    visit.page.evaluate("tribute('consent', true)")
    visit.until(lambda: "tribute_ref" in visit.stored())
    visit.open("/next")
    later = visit.told(2)[1]
    assert later["anonymousId"]
    assert (later["context"]["affiliate_id"], later["context"]["click_id"]) == ("ada", "t-1")
    assert "consent" not in later["context"]


def test_consent_names_no_click_that_nobody_recorded(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.open("/?via=ada")
    visit.told(1)
    visit.page.evaluate("tribute('consent', true)")
    visit.until(lambda: "tribute_ref" in visit.stored())
    visit.open("/next")
    context = visit.told(2)[1]["context"]
    assert context["affiliate_id"] == "ada"
    assert "click_id" not in context


def test_consent_before_the_snippet_is_there_counts_from_the_first_page(site: Site, visitor: Visitor) -> None:
    site.show("/", head=QUEUE_STUB + "<script>tribute('consent', true)</script>" + site.tag(consent="required"))
    visit = visitor()
    visit.open()
    assert visit.told(1)[0]["anonymousId"]


def test_taking_consent_back_removes_what_is_stored(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/?via=ada")
    visit.told(1)
    visit.page.evaluate("tribute('consent', true)")
    assert {"tribute_aid", "tribute_consent", "cookie tribute_aid"} <= set(visit.stored())
    visit.page.evaluate("tribute('consent', false)")
    assert visit.stored() == {}
    assert visit.context.cookies() == []
    visit.page.evaluate("history.pushState({}, '', '/next'); tribute('track', 'Signed up')")
    event = visit.told(2)[1]
    visit.told(0, "track")
    assert (event["anonymousId"], event["context"]["consent"]) == (None, False)
    assert visit.stored() == {}


def test_without_storage_the_visitor_is_counted_for_the_day(site: Site, visitor: Visitor) -> None:
    site.await_salt()
    site.show("/", storage="none")
    visit = visitor()
    visit.open("/?via=ada&tid=t-1")
    visit.told(1)
    visit.page.evaluate("history.pushState({}, '', '/next')")
    events = visit.told(2)
    assert [event["anonymousId"] for event in events] == [None, None]
    assert events[1]["context"]["affiliate_id"] == "ada"
    assert visit.stored() == {}
    assert visit.context.cookies() == []
    rows = seen_by_pages(site, 2)
    assert {row["visitor_kind"] for row in rows} == {"cookieless"}
    assert len({row["visitor_id"] for row in rows}) == 1


def test_where_the_browser_lets_nothing_be_stored_too(site: Site, visitor: Visitor) -> None:
    blocked = """
      Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });
      Object.defineProperty(document, "cookie", { get: () => "", set() {} });
    """
    site.await_salt()
    visit = visitor(blocked)
    visit.open("/?via=ada")
    (event,) = visit.told(1)
    assert (event["anonymousId"], event["context"]["cookieless"]) == (None, True)
    assert [row["visitor_kind"] for row in seen_by_pages(site, 1)] == ["cookieless"]


def test_the_owners_own_visits_are_marked_and_not_counted(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/#tribute-own-visit")
    visit.told(1)
    visit.open("/next")
    visit.told(2)
    visit.open("/last#tribute-own-visit-off")
    events = visit.told(3)
    assert [event["context"].get("own_visit") for event in events] == [True, True, None]
    assert [row["bot"] for row in site.events(3, "bot")] == ["own_visit", "own_visit", None]
