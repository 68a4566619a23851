"""Without consent, or with Global Privacy Control: nothing stored, no identifier, the page view alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser.snippet.conftest import Visitor
from tests.support.served import eventually
from tests.support.visits import QUEUE_STUB, Site, Visit
from tribute.events.own_visits import OwnVisits

pytestmark = pytest.mark.browser

GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"
CONSENT = "<script>tribute('consent', true)</script>"


def is_silent(site: Site, visit: Visit, event: dict[str, Any]) -> bool:
    """Whether an event says nobody's identity, the browser keeps nothing, and the store has a page view of nobody's."""
    context = event["context"]
    said = "anonymousId" not in event and context["consent"] is False and not {"click_id", "affiliate_id", "cookieless"} & set(context)
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
    site.set("--consent-required", told={"consent": True})
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


def test_the_landing_before_consent_and_the_visitor_after_it_are_one_click(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.open("/?via=ada")
    assert is_silent(site, visit, visit.told(1)[0])
    visit.page.evaluate("tribute('consent', true)")
    visit.until(lambda: "tribute_ref" in visit.stored())
    visit.open("/next")
    visit.told(2)
    landing, later = site.events(2, "click_id, is_click, code, visitor_id")
    assert (landing["is_click"], later["is_click"]) == (True, False)
    assert (landing["code"], later["code"]) == ("ada", "ada")
    assert landing["click_id"] == later["click_id"] is not None
    assert (landing["visitor_id"], bool(later["visitor_id"])) == (None, True)


def test_a_refusal_before_consent_loses_no_landing(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.open("/?via=ada")
    visit.told(1)
    visit.page.evaluate("tribute('consent', false); history.pushState({}, '', '/app'); tribute('consent', true)")
    visit.told(2)
    visit.open("/next")
    landing, _, later = visit.told(3)
    assert later["context"]["click_id"] == landing["messageId"]


def test_a_redirect_its_landing_before_consent_and_the_visitor_after_it_are_one_click(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.page.goto(site.link("ada"))
    visit.told(1)
    visit.page.evaluate("tribute('consent', true)")
    visit.until(lambda: "tribute_ref" in visit.stored())
    visit.open("/next")
    visit.told(2)
    redirect, landing, later = site.events(3, "type, click_id, is_click, code")
    assert (redirect["type"], redirect["is_click"]) == ("click", True)
    assert landing == {"type": "page", "click_id": None, "is_click": False, "code": "ada"}
    assert later == {"type": "page", "click_id": redirect["click_id"], "is_click": False, "code": "ada"}


def test_consent_after_a_reload_names_no_click_that_nobody_recorded(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.open("/?via=ada")
    visit.told(1)
    visit.page.reload()
    visit.told(2)
    visit.page.evaluate("tribute('consent', true)")
    visit.until(lambda: "tribute_ref" in visit.stored())
    visit.open("/next")
    context = visit.told(3)[2]["context"]
    assert context["affiliate_id"] == "ada"
    assert "click_id" not in context


def test_with_global_privacy_control_a_redirect_and_its_landing_are_one_click_and_nameless(site: Site, visitor: Visitor) -> None:
    visit = visitor(GPC, extra_http_headers={"Sec-GPC": "1"})
    visit.page.goto(site.link("ada"))
    visit.told(1)
    assert visit.page.url == site.url("/?via=ada&tid=")
    redirect, landing = site.events(2, "type, is_click, click_id")
    assert (redirect["type"], redirect["is_click"]) == ("click", True)
    assert landing == {"type": "page", "is_click": False, "click_id": None}


def test_a_page_that_comes_back_knows_that_consent_was_taken_back_since(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor("addEventListener('pageshow', event => { window.wasKept = event.persisted; })")
    visit.open("/one")
    visit.page.evaluate("tribute('consent', true)")
    visit.until(lambda: "tribute_consent" in visit.stored())
    visit.open("/two")
    assert visit.told(2)[1]["anonymousId"]
    visit.page.evaluate("tribute('consent', false)")
    visit.page.go_back(wait_until="commit")
    event = visit.told(3)[2]
    assert visit.page.evaluate("window.wasKept") is True, "the browser keeps the page, or this proves nothing"
    assert (event.get("anonymousId"), event["context"]["consent"]) == (None, False)
    assert visit.stored() == {}


@pytest.mark.parametrize(
    "answer", [{"status": 500, "body": "{}"}, {"body": "<html>"}, {"body": "null"}, {"body": '{"parameters": 5}'}, None]
)
@pytest.mark.parametrize("consent", [False, True])
def test_while_the_settings_cannot_be_had_page_views_alone_are_sent(
    site: Site, visitor: Visitor, answer: dict[str, Any] | None, consent: bool
) -> None:
    cors = {"Access-Control-Allow-Origin": "*"}
    site.show("/", head=QUEUE_STUB + (CONSENT if consent else "") + site.tag())
    visit = visitor()
    visit.complaints_are_expected()
    visit.page.route("**/v1/snippet/*", lambda route: route.fulfill(**answer, headers=cors) if answer else route.abort())
    visit.open("/?via=ada")
    landing = visit.told(1)[0]
    assert is_silent(site, visit, landing)
    visit.page.evaluate("tribute('track', 'Signed up'); history.pushState({}, '', '/app')")
    assert visit.told(2)[1]["context"]["consent"] is False
    visit.told(0, "track")
    assert visit.stored() == {}
    visit.page.unroute_all()
    visit.page.evaluate("history.pushState({}, '', '/known')")
    known = visit.told(3)[2]
    assert known["anonymousId"]
    assert known["context"]["click_id"] == landing["messageId"]


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
    assert (event.get("anonymousId"), event["context"]["consent"]) == (None, False)
    assert visit.stored() == {}


def test_without_storage_the_visitor_is_counted_for_the_day(site: Site, visitor: Visitor) -> None:
    site.await_salt()
    site.show("/", storage="none")
    visit = visitor()
    visit.open("/?via=ada&tid=t-1")
    visit.told(1)
    visit.page.evaluate("history.pushState({}, '', '/next')")
    events = visit.told(2)
    assert [event.get("anonymousId") for event in events] == [None, None]
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
    assert (event.get("anonymousId"), event["context"]["cookieless"]) == (None, True)
    assert [row["visitor_kind"] for row in seen_by_pages(site, 1)] == ["cookieless"]


def own_visit(site: Site, mark: str | None = None) -> str:
    """The end of an address that marks the owner's browser, as the console makes it."""
    secret = (site.tribute.home / "secret.key").read_bytes().strip()
    return f"#tribute-own-visit={mark or OwnVisits(secret).mark(site.id, datetime.now(UTC).date())}"


def test_the_owners_own_visits_are_marked_and_not_counted(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/" + own_visit(site))
    visit.told(1)
    assert visit.page.url == site.url("/"), "a copied address hides nobody else"
    visit.open("/next")
    visit.told(2)
    visit.open("/last" + own_visit(site, "off"))
    events = visit.told(3)
    assert not any("own-visit" in str(event) for event in events)
    assert not [name for name in visit.stored() if "own" in name]
    assert [row["bot"] for row in site.events(3, "bot")] == ["own_visit", "own_visit", None]


def test_a_mark_that_the_console_did_not_make_hides_nobody(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/" + own_visit(site, f"99991231-{'0' * 32}"))
    visit.told(1)
    visit.open("/next#tribute-own-visit")
    visit.told(2)
    assert [row["bot"] for row in site.events(2, "bot")] == [None, None]


def test_the_mark_is_kept_with_consent_alone(site: Site, visitor: Visitor) -> None:
    site.show("/", consent="required")
    visit = visitor()
    visit.open("/" + own_visit(site))
    assert is_silent(site, visit, visit.told(1)[0])
    visit.page.evaluate("tribute('consent', true)")
    visit.until(lambda: "tribute_own" in visit.stored())
    visit.open("/next")
    visit.told(2)
    assert [row["bot"] for row in site.events(2, "bot")] == [None, "own_visit"]
    visit.page.evaluate("tribute('consent', false)")
    assert visit.stored() == {}


def test_with_global_privacy_control_there_is_no_mark(site: Site, visitor: Visitor) -> None:
    visit = visitor(GPC)
    visit.open("/" + own_visit(site))
    (event,) = visit.told(1)
    assert is_silent(site, visit, event)
    assert "own_visit" not in event["context"]
