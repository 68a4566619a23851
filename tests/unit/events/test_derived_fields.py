"""What else is derived: visitor, campaign, address, channel."""

from typing import Any

import pytest

from tests.support.records import record
from tribute.events.derive import WebsiteRules, derive
from tribute.events.derived import BotMark, Channel, DerivedEvent, VisitorKind

HERE = "https://course.example/start"


def derived(event: dict[str, Any], **stamps: Any) -> DerivedEvent:
    return derive(record(event, **stamps), WebsiteRules(domain="course.example"))


@pytest.mark.parametrize(
    ("event", "stamps", "visitor"),
    [
        ({"anonymousId": "a1", "userId": "u1"}, {"anonymous_id": "h1", "cookieless_id": "c1"}, ("a1", VisitorKind.ANONYMOUS)),
        ({"userId": "u1"}, {"anonymous_id": "h1", "cookieless_id": "c1"}, ("h1", VisitorKind.ANONYMOUS)),
        ({"anonymousId": "", "userId": "u1"}, {"cookieless_id": "c1"}, ("u:u1", VisitorKind.USER)),
        ({"userId": 42}, {}, ("u:42", VisitorKind.USER)),
        ({"userId": None}, {"cookieless_id": "c1"}, ("c1", VisitorKind.COOKIELESS)),
        ({"anonymousId": 7}, {}, ("7", VisitorKind.ANONYMOUS)),
        ({"anonymousId": True, "userId": {"id": 1}}, {}, (None, None)),
        ({"anonymousId": "a\0b"}, {}, ("ab", VisitorKind.ANONYMOUS)),
        ({}, {"anonymous_id": "h\0"}, ("h", VisitorKind.ANONYMOUS)),
        ({}, {"gpc": True}, (None, None)),
    ],
)
def test_visitor(event: dict[str, Any], stamps: dict[str, Any], visitor: tuple[str | None, VisitorKind | None]) -> None:
    found = derived(event, **stamps)

    assert (found.visitor_id, found.visitor_kind) == visitor


@pytest.mark.parametrize(
    ("event", "campaign"),
    [
        ({"context": {"campaign": {"source": "s", "medium": "m", "name": "n", "term": "t", "content": "c"}}}, ("s", "m", "n", "t", "c")),
        (
            {"properties": {"url": f"{HERE}?utm_source=s&utm_medium=m&utm_campaign=n&utm_term=t+t&utm_content=%63"}},
            ("s", "m", "n", "t t", "c"),
        ),
        (
            {"context": {"campaign": {"source": "sdk"}}, "properties": {"url": f"{HERE}?utm_source=s&UTM_MEDIUM=m&utm_term="}},
            ("sdk", "m", None, None, None),
        ),
        ({"context": {"campaign": "spring"}}, (None,) * 5),
        ({"context": {"campaign": {"source": 7, "name": ""}}}, (None,) * 5),
    ],
)
def test_campaign(event: dict[str, Any], campaign: tuple[str | None, ...]) -> None:
    found = derived(event)

    assert (found.utm_source, found.utm_medium, found.utm_campaign, found.utm_term, found.utm_content) == campaign


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://course.example/start?x=1#y", "course.example", "/start"),
        ("https://www.Course.example", "course.example", "/"),
        ("http://user:pass@course.example:8443/a/b", "course.example", "/a/b"),
        ("https://[2001:db8::1]:8443/", "2001:db8::1", "/"),
        ("https://course.example.", "course.example", "/"),
        ("/only/a/path?x", None, "/only/a/path"),
        ("https://", None, "/"),
        ("javascript:alert(1)", None, None),
        ("not an address", None, None),
    ],
)
def test_address(url: str, host: str | None, path: str | None) -> None:
    found = derived({"context": {"page": {"url": url}}})

    assert (found.host, found.path) == (host, path)


@pytest.mark.parametrize(
    ("referrer", "medium", "channel"),
    [
        (None, None, Channel.DIRECT),
        ("", None, Channel.DIRECT),
        ("$direct", None, Channel.DIRECT),
        ("https://course.example/other", None, Channel.INTERNAL),
        ("https://www.course.example/", None, Channel.INTERNAL),
        ("https://shop.course.example/", None, Channel.INTERNAL),
        ("https://notcourse.example/", None, Channel.REFERRAL),
        ("https://www.google.com/", None, Channel.SEARCH),
        ("https://www.google.co.uk/", None, Channel.SEARCH),
        ("https://search.brave.com/search", None, Channel.SEARCH),
        ("https://duckduckgo.com/", None, Channel.SEARCH),
        ("https://yandex.com.tr/", None, Channel.SEARCH),
        ("https://google.example.org/", None, Channel.REFERRAL),
        ("https://notgoogle.com/", None, Channel.REFERRAL),
        ("https://mail.google.com/", None, Channel.EMAIL),
        ("https://l.facebook.com/", None, Channel.SOCIAL),
        ("https://t.co/abc", None, Channel.SOCIAL),
        ("https://news.ycombinator.com/item", None, Channel.SOCIAL),
        ("https://ycombinator.com/", None, Channel.REFERRAL),
        ("https://blog.example.net/post", None, Channel.REFERRAL),
        ("https://localhost/", None, Channel.REFERRAL),
        ("https://www.google.com/", "cpc", Channel.PAID),
        ("https://www.google.com/", "CPC", Channel.PAID),
        ("$direct", "email", Channel.EMAIL),
        ("$direct", "Newsletter", Channel.EMAIL),
        ("https://blog.example.net/post", "social", Channel.SOCIAL),
        ("https://www.google.com/", "organic", Channel.SEARCH),
        ("$direct", "qr-code", Channel.DIRECT),
    ],
)
def test_channel(referrer: str | None, medium: str | None, channel: Channel) -> None:
    event = {"properties": {"referrer": referrer}, "context": {"campaign": {"medium": medium}}}

    assert derived(event).channel is channel


def test_the_referrer_of_the_properties_goes_before_the_page_s() -> None:
    event = {"properties": {"referrer": "https://a.example/"}, "context": {"page": {"referrer": "https://b.example/"}}}

    assert derived(event).referrer_host == "a.example"


def test_a_referrer_is_kept_as_its_host_alone() -> None:
    assert derived({"properties": {"referrer": "https://user:secret@a.example/private?token=1"}}).referrer_host == "a.example"


def test_names_and_titles_are_cut() -> None:
    found = derived({"type": "track", "event": "e" * 1000, "properties": {"title": "t" * 1000, "path": "/" + "p" * 5000}}, type="track")

    assert (len(found.name or ""), len(found.title or ""), len(found.path or "")) == (256, 512, 1024)


def test_a_prefetch_is_marked_and_left_out() -> None:
    found = derived({}, prefetch=True)

    assert found.bot is BotMark.PREFETCH
    assert not found.is_counted_page


def test_only_pages_count() -> None:
    assert derived({}).is_counted_page
    assert not derived({}, type="track").is_counted_page


def test_an_event_is_known_by_its_website_and_message_id() -> None:
    key = derived({}, message_id="m1").event_key

    assert len(key) == 16
    assert derived({"other": 1}, message_id="m1", country="DE").event_key == key
    assert derived({}, message_id="m2").event_key != key
    assert derived({}, message_id="m1", website_id="web_2").event_key != key
