"""The list of clicks: each that the metric counts once, the latest first, page by page, within what is asked for."""

from datetime import timedelta

import msgspec

from tests.support.events import NOON, make_event
from tribute.analytics.clicks import ClickListQuery, CountedClick
from tribute.analytics.definitions import DAY
from tribute.analytics.port import Batch, CodeRegistration, EventStore
from tribute.events.derived import BotMark, DerivedEvent

CODES = [CodeRegistration("ada", "aff_1", NOON - 30 * DAY), CodeRegistration("eva", "aff_2", NOON - 30 * DAY)]


def click(name: str, hours: int = 0, code: str = "ada", **told: object) -> DerivedEvent:
    fields = {"affiliate_ref": code, "click_id": name, "is_click": True, "is_landing": True} | told
    return make_event(name, NOON + timedelta(hours=hours), **fields)


def load(store: EventStore, *events: DerivedEvent) -> None:
    store.register_codes(CODES)
    store.load(Batch(events, []))


def ids(store: EventStore, limit: int = 50, **asked: object) -> list[str]:
    return [one.click_id for one in store.click_list(ClickListQuery(limit=limit, **asked))]


def test_the_latest_come_first_with_what_was_told(event_store: EventStore) -> None:
    load(event_store, click("k1", sub_id="mail", link_slug="spring", path="/start", country="SE"), click("k2", 1))
    [newest, oldest] = event_store.click_list(ClickListQuery(limit=50))
    assert newest.click_id == "k2"
    assert (oldest.affiliate_id, oldest.website_id, oldest.time) == ("aff_1", "web_a", NOON)
    assert (oldest.sub_id, oldest.link_slug, oldest.landing_page, oldest.country) == ("mail", "spring", "/start", "SE")


def test_pages_together_are_the_whole_list_once(event_store: EventStore) -> None:
    events = [click(f"k{n}", n % 3) for n in range(23)]
    load(event_store, *[msgspec.structs.replace(event, seq=n) for n, event in enumerate(events)])
    whole = event_store.click_list(ClickListQuery(limit=100))
    assert len(whole) == 23
    pages: list[CountedClick] = []
    while page := event_store.click_list(ClickListQuery(limit=4, after=pages[-1].place if pages else None)):
        pages += page
    assert pages == whole


def test_only_what_is_asked_for(event_store: EventStore) -> None:
    load(event_store, click("k1"), click("k2", 1, code="eva"), click("k3", 2, sub_id="mail"), click("k4", 3, website_id="web_b"))
    assert ids(event_store, affiliate_id="aff_2") == ["k2"]
    assert ids(event_store, sub_id="mail") == ["k3"]
    assert ids(event_store, website_id="web_b") == ["k4"]
    assert ids(event_store, since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=2)) == ["k2"]


def test_bots_and_copies_are_none(event_store: EventStore) -> None:
    load(event_store, click("k1"), click("k1"), click("k2", bot=BotMark.PREFETCH))
    assert ids(event_store) == ["k1"]
