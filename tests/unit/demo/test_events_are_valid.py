"""Every event has what the tracking protocol asks for, within the year and in the order of sending."""

from datetime import UTC, timedelta
from urllib.parse import urlsplit

from tests.support.demo_world import ToldWorld
from tribute.kit.clock import parse_iso


def test_every_event_has_identity_message_id_and_a_believable_shape(small: ToldWorld) -> None:
    domains = {website.domain for website in small.world.websites}
    for event in small.events:
        assert event["type"] in {"page", "track"}
        assert len(event["messageId"]) == len(event["anonymousId"]) == 36
        assert event["type"] == "page" or event["event"] in {"Lesson Preview Played", "Checkout Started"}
        context = event["context"]
        assert urlsplit(context["page"]["url"]).hostname in domains
        assert context["page"]["title"]
        assert context["page"]["referrer"]
        assert context["userAgent"]
        assert context["locale"]
        assert context["screen"]["width"] > 0


def test_times_are_in_order_and_within_the_year(small: ToldWorld) -> None:
    start = small.world.start - timedelta(milliseconds=1)
    for event in small.events:
        assert start <= parse_iso(event["originalTimestamp"]) <= parse_iso(event["sentAt"]) <= small.world.end


def test_events_come_in_the_order_of_sending(small: ToldWorld) -> None:
    sent = [event["sentAt"] for event in small.events]
    assert sent == sorted(sent)


def test_the_year_is_alive_from_its_first_day_to_its_last_minutes(small: ToldWorld) -> None:
    times = [parse_iso(event["originalTimestamp"]) for event in small.events if event["type"] == "page"]
    assert min(times) - small.world.start < timedelta(hours=6)
    assert small.world.end - max(times) < timedelta(hours=2)
    days = {(at - small.world.start.astimezone(UTC)).days for at in times}
    assert days >= set(range(365))


def test_some_pages_name_a_canonical_address_and_keep_the_query_in_tab_url(small: ToldWorld) -> None:
    tagged = [event["context"]["page"] for event in small.events if "?via=" in event["context"]["page"].get("tab_url", "")]
    assert tagged
    assert all("?" not in page["url"] for page in tagged)


def test_campaigns_agree_with_the_address(small: ToldWorld) -> None:
    told = [event["context"] for event in small.events if "campaign" in event["context"]]
    assert told
    assert all(f"utm_source={context['campaign']['source']}" in context["page"]["search"] for context in told)
