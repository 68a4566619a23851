"""The year, sent through the real collector and derived by the real rules, gives the numbers that its specification expects."""

from collections import Counter

from tests.support.collector import OWNER_TOKEN, live_collector
from tests.support.demo_world import END, tell
from tribute.collector.port import Source
from tribute.demo.filling import fill
from tribute.demo.world import CountKey, World
from tribute.events.derive import WebsiteRules, derive
from tribute.events.derived import DerivedEvent
from tribute.kit.clock import parse_iso

WORLD = World(7, END, scale=0.01)


def _derived() -> list[DerivedEvent]:
    """Every event as it would be stored, without its copies."""
    with live_collector("fast") as live:
        for number, website in enumerate(WORLD.websites):
            live.made.sources.keys[f"key-{website.domain}"] = Source(f"web_0000000000000000001{number}", website.domain)
        fill(f"http://127.0.0.1:{live.port}", OWNER_TOKEN, WORLD, {website.domain: f"key-{website.domain}" for website in WORLD.websites})
        records = live.spool.records()
    domains = {f"web_0000000000000000001{number}": website.domain for number, website in enumerate(WORLD.websites)}
    first = {(record.website_id, record.message_id): record for record in reversed(records)}
    return [derive(record, WebsiteRules(domains[record.website_id])) for record in first.values()]


def test_the_rules_read_the_year_as_meant() -> None:
    told = tell(WORLD)
    derived = _derived()
    counts = Counter(CountKey(event.host or "", event.affiliate_ref, event.event_time.date()) for event in derived if event.is_counted_page)
    assert counts == WORLD.expected_counts()
    assert sum(event.bot is not None for event in derived) == sum(call.is_bot and not call.is_copy for call in told.calls)
    assert sorted(event.event_time for event in derived) == sorted(
        parse_iso(event["originalTimestamp"]) for call, event in zip(told.calls, told.events, strict=True) if not call.is_copy
    )


def test_breakdowns_have_something_to_break_down() -> None:
    derived = [event for event in _derived() if event.is_counted_page]
    assert all(event.country and event.browser and event.os for event in derived)
    assert {event.device for event in derived} >= {"desktop", "mobile", "tablet"}
    assert len({event.country for event in derived}) > 15
    assert {channel.value for channel in {event.channel for event in derived} if channel} >= {
        "direct", "search", "social", "email", "paid", "affiliate", "internal"
    }  # fmt: skip
