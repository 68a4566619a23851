"""The code that brought a visitor is kept for the website's window, with its click, across the owner's own domains."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.snippet.conftest import Visitor
from tests.support import cli
from tests.support.served import Tribute
from tests.support.visits import Site, website

pytestmark = pytest.mark.browser

CLOCK = """(() => {
  const real = Date.now, Real = Date;
  const ahead = () => Number(new URLSearchParams(location.search).get("days") || 0) * 864e5;
  Date.now = () => real() + ahead();
})()"""
"""A clock that the address puts ahead, for `Date.now`; the times of events stay true."""


@pytest.fixture
def other(tribute: Tribute) -> Iterator[Site]:
    with website(tribute) as made:
        yield made


def affiliates(events: list[dict[str, Any]]) -> list[tuple[Any, Any, Any]]:
    """Of each event: code, whether it is remembered, click."""
    contexts = [event["context"] for event in events]
    return [(context.get("affiliate_id"), context.get("affiliate_remembered"), context.get("click_id")) for context in contexts]


def test_an_arrival_is_one_click_and_later_pages_are_the_affiliates_too(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/?Via=Ada", referrer="https://blog.example/")
    visit.told(1)
    visit.open("/next")
    arrival, later = visit.told(2)
    assert affiliates([arrival])[0][:2] == (None, None)
    assert affiliates([later]) == [("ada", True, arrival["context"]["click_id"])]
    rows = site.events(2, "code, click_id, is_click")
    click = arrival["context"]["click_id"]
    assert rows == [{"code": "ada", "click_id": click, "is_click": True}, {"code": "ada", "click_id": click, "is_click": False}]


@pytest.mark.parametrize("elsewhere", ["", "blog."])
def test_a_tagged_way_within_the_website_is_no_arrival(site: Site, visitor: Visitor, elsewhere: str) -> None:
    visit = visitor()
    visit.open("/?via=ada", referrer=site.url("/", host=elsewhere + site.domain))
    visit.told(1)
    visit.open("/next")
    assert affiliates(visit.told(2)) == [("ada", True, None)] * 2
    assert site.events(2, "code, click_id, is_click") == [{"code": "ada", "click_id": None, "is_click": False}] * 2


def test_a_redirect_and_its_landing_and_what_follows_are_one_click(site: Site, visitor: Visitor) -> None:
    code = f"bea-{site.domain.partition('.')[0]}"
    token = site.tribute.add_affiliate(code)
    link = ("--affiliate", code, "--website", site.name, "--slug", "Spring", "--to", "/spring", "--sub", "bio")
    cli.Tribute(site.tribute.home).json("link", "add", *link)
    visit = visitor()
    visit.page.goto(f"{site.tribute.url}/go/{code}/spring")
    visit.told(1)
    assert visit.page.url.startswith(site.url("/spring?via="))
    visit.open("/next")
    visit.told(2)
    rows = site.events(3, "type, code, click_id, is_click, sub_id, link_slug")
    assert [row["type"] for row in rows] == ["click", "page", "page"]
    assert len({row["click_id"] for row in rows}) == 1
    assert [row["is_click"] for row in rows] == [True, True, False]
    assert [(row["sub_id"], row["link_slug"]) for row in rows[:2]] == [("bio", "spring"), ("bio", None)]
    assert (site.tribute.total(token), site.tribute.total(token, "Visitors")) == (2, 1)


def test_first_and_last_are_kept(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    for number, path in enumerate(("/?via=ada&tid=t-1", "/?ref=bob&tid=t-2", "/"), start=1):
        visit.open(path, referrer="https://blog.example/")
        events = visit.told(number)
    assert affiliates(events[-1:]) == [("bob", True, "t-2")]
    assert events[-1]["context"]["affiliate_first"] == "ada"


def test_the_websites_own_parameters_and_window_are_learnt(site: Site, visitor: Visitor) -> None:
    site.set("--window-days", "10", told={"days": 10})
    visit = visitor(CLOCK)
    visit.open("/?via=ada&tid=t-1")
    visit.told(1)
    visit.open("/?days=9")
    assert affiliates(visit.told(2)[1:]) == [("ada", True, "t-1")]
    visit.open("/?days=11")
    assert affiliates(visit.told(3)[2:]) == [(None, None, None)]


def test_calls_carry_the_affiliate_too(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/?via=ada&tid=t-1")
    visit.told(1)
    visit.page.evaluate("tribute('track', 'Signed up')")
    assert affiliates(visit.told(1, "track")) == [("ada", True, "t-1")]


def test_subdomains_share_visitor_and_affiliate(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.page.goto(site.url("/?via=ada&tid=t-1", host=f"www.{site.domain}"))
    visit.told(1)
    visit.page.goto(site.url("/lesson", host=f"academy.{site.domain}"))
    first, second = visit.told(2)
    assert first["anonymousId"] == second["anonymousId"]
    assert affiliates([second]) == [("ada", True, "t-1")]


def test_code_and_click_go_along_to_the_owners_other_domains(site: Site, other: Site, visitor: Visitor) -> None:
    domains = f"{site.domain} {other.domain}"
    links = f'<a id="ours" href="{other.url("/buy?plan=pro#now")}">buy</a> <a id="theirs" href="http://elsewhere.localhost:{other.pages.port}/">away</a>'
    site.show("/", body=links, domains=domains)
    other.show("/", domains=domains)
    visit = visitor()
    visit.open("/?via=ada&tid=t-1", referrer="https://blog.example/")
    visit.told(1)
    visit.page.evaluate("document.addEventListener('click', event => event.target.id == 'theirs' && event.preventDefault())")
    visit.page.click("#theirs")
    assert "via" not in (visit.page.get_attribute("#theirs", "href") or "")
    visit.page.click("#ours")
    visit.page.wait_for_url("**/buy**")
    assert visit.page.url == other.url("/buy?plan=pro&via=ada&tid=t-1#now")
    visit.told(2)
    visit.open("/later", site=other)
    events = visit.told(3)
    assert affiliates(events[1:]) == [("ada", True, "t-1")] * 2
    assert other.events(2, "code, click_id, is_click") == [{"code": "ada", "click_id": "t-1", "is_click": False}] * 2


def test_what_is_stored_is_a_visitor_and_the_clicks(site: Site, visitor: Visitor) -> None:
    visit = visitor()
    visit.open("/?via=ada&tid=t-1")
    (event,) = visit.told(1)
    visit.until(lambda: "tribute_config" in visit.stored())
    stored = visit.stored()
    assert set(stored) == {"tribute_aid", "tribute_ref", "tribute_config", "cookie tribute_aid", "cookie tribute_ref"}
    assert stored["tribute_aid"] == event["anonymousId"]
    first, last = json.loads(stored["tribute_ref"])
    assert first == last
    assert (first[0], first[2]) == ("ada", "t-1")
    cookies = {cookie["name"]: cookie for cookie in visit.context.cookies()}
    assert {cookie["domain"].lstrip(".") for cookie in cookies.values()} == {site.domain}
    assert {cookie["sameSite"] for cookie in cookies.values()} == {"Lax"}
