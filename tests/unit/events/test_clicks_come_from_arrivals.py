"""A click is an arrival: a redirect, a tagged landing, or a bare affiliate property at first sight. Never a remembered code."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tribute.events.derive import WebsiteRules, derive
from tribute.events.derived import BotMark, DerivedEvent
from tribute.events.record import Stamps, encode_record, place_record, record_decoder

RULES = WebsiteRules("docs.acme.example")
LANDING = "https://docs.acme.example/course?via=Ada"


def derived(event: dict[str, Any], *, message_id: str = "m-1", kind: str = "page", own_visit: bool = False) -> DerivedEvent:
    received_at = datetime(2026, 11, 23, tzinfo=UTC)
    stamps = Stamps(website_id="web_1", message_id=message_id, type=kind, received_at=received_at, own_visit=own_visit)
    line = place_record("spl_1", 1, encode_record(stamps, msgspec.json.encode({"anonymousId": "v-1"} | event)))
    return derive(record_decoder.decode(line), RULES)


def page(url: str, referrer: str = "", **context: Any) -> DerivedEvent:
    return derived({"properties": {"url": url, "referrer": referrer}, "context": context})


def test_a_tagged_landing_is_a_click_of_its_own() -> None:
    first, again = derived({"properties": {"url": LANDING}}), derived({"properties": {"url": LANDING}}, message_id="m-2")
    assert first.is_click
    assert first.is_landing
    assert first.click_id != again.click_id


def test_a_redirect_and_its_landing_are_one_click() -> None:
    redirect = derived({"properties": {"affiliate_id": "ada", "slug": "spring", "sub_id": "footer"}}, message_id="tid-1", kind="click")
    landing = page(f"{LANDING}&tid=tid-1&sub=footer")
    assert redirect.is_click
    assert landing.is_click
    assert redirect.click_id == landing.click_id == "tid-1"
    assert (redirect.link_slug, redirect.sub_id, landing.sub_id) == ("spring", "footer", "footer")


def test_an_arrival_that_may_not_be_followed_is_named_by_its_message_id() -> None:
    arrival = page(LANDING, consent=False)
    assert (arrival.is_click, arrival.click_id) == (True, "m-1")
    inside = page(LANDING, referrer="https://docs.acme.example/", consent=False)
    assert (inside.is_click, inside.click_id) == (False, None)


@pytest.mark.parametrize("marker", ["tid=", "TID=", "%74id=", "tid"])
def test_a_redirect_that_may_not_be_named_leaves_its_landing_no_second_click(marker: str) -> None:
    landing = page(f"{LANDING}&{marker}&sub=footer", consent=False)
    assert (landing.is_click, landing.click_id, landing.affiliate_ref, landing.sub_id) == (False, None, "ada", "footer")


def test_a_remembered_code_makes_no_click_and_keeps_its_own() -> None:
    later = page("https://docs.acme.example/lesson", affiliate_id="ada", affiliate_remembered=True, click_id="tid-1")
    assert later.affiliate_ref == "ada"
    assert not later.is_click
    assert later.click_id == "tid-1"


def test_a_tagged_address_reached_from_the_same_website_is_no_arrival() -> None:
    inside = page(LANDING, referrer="https://docs.acme.example/")
    assert not inside.is_landing
    assert not inside.is_click
    assert inside.affiliate_ref == "ada"


def test_a_bare_property_makes_one_click_a_visitor_and_affiliate() -> None:
    seen = [page("https://docs.acme.example/a", affiliate_id="ada"), page("https://docs.acme.example/b", affiliate_id="ADA")]
    assert all(event.is_click for event in seen)
    assert len({event.click_id for event in seen}) == 1
    assert page("https://docs.acme.example/a", affiliate_id="bob").click_id != seen[0].click_id


def test_events_without_an_affiliate_or_of_other_types_are_no_clicks() -> None:
    assert not page("https://docs.acme.example/").is_click
    assert not derived({"event": "Played", "properties": {"url": LANDING}}, kind="track").is_click


def test_the_owners_own_visit_is_marked() -> None:
    plain = {"properties": {"url": "https://docs.acme.example/"}}
    assert derived(plain, own_visit=True).bot is BotMark.OWN_VISIT
    assert derived(plain | {"context": {"own_visit": True}}).bot is None, "what a sender says of itself counts for nothing"
