"""What only our snippet says: no consent, no storage, and a visitor id that the website's own subdomain may keep."""

from typing import Any

import msgspec
import pytest

from tests.support.collector import DISABLED_KEY, KEY, WEBSITE, event_in, get, header, make_collector, page, post, read_record
from tribute.collector.exchange import Reply
from tribute.collector.port import Source
from tribute.events.derive import WebsiteRules, derive

VISITOR = "0123456789abcdef0123456789abcdef"
LIBRARY = {"name": "tribute.js", "version": "1"}
RULES = WebsiteRules("docs.acme.example")


def send(event: dict[str, Any], path: str = "/v1/page", **headers: str) -> Reply:
    return make_collector().collector.receive(post(path, event, {name.encode(): value.encode() for name, value in headers.items()}))


def test_without_consent_the_page_view_alone_is_kept() -> None:
    reply = send(page(anonymousId=VISITOR, userId="u", context={"consent": False, "click_id": "c", "traits": {"a": 1}, "locale": "de"}))
    assert reply.status == 200
    assert event_in(reply.records[0])["context"] == {"consent": False, "locale": "de"}
    assert "anonymousId" not in event_in(reply.records[0])
    record = read_record(reply.records[0])
    assert (record.gpc, record.cookieless_id) == (False, None)
    assert derive(record, RULES).visitor_id is None


def test_without_consent_no_identity_is_needed() -> None:
    assert send(page(anonymousId=None, context={"consent": False})).status == 200


def test_where_nothing_is_stored_the_visitor_is_counted_for_the_day() -> None:
    reply = send(page(anonymousId=None, context={"cookieless": True}))
    assert reply.status == 200
    assert (read_record(reply.records[0]).cookieless_id or "").startswith("c_")


@pytest.mark.parametrize(
    "context", [{}, {"consent": True}, {"consent": None}, {"consent": "false"}, {"cookieless": "yes"}, {"cookieless": 1}]
)
def test_anything_else_needs_an_identity(context: dict[str, Any]) -> None:
    assert send(page(anonymousId=None, context=context)).status == 400


def test_a_batch_takes_them_too() -> None:
    batch = {
        "batch": [page(anonymousId=None, context={"consent": False}), page(messageId="m-2", anonymousId=None, context={"cookieless": True})]
    }
    reply = send(batch, "/v1/batch")
    assert reply.status == 200
    assert len(reply.records) == 2


def test_the_snippet_names_its_arrival() -> None:
    event = page(context={"click_id": "t-1"}, properties={"url": "https://docs.acme.example/?via=ada"})
    arrival = derive(read_record(send(event).records[0]), RULES)
    assert (arrival.is_click, arrival.click_id) == (True, "t-1")
    event["properties"]["url"] += "&tid=t-2"
    assert derive(read_record(send(event).records[0]), RULES).click_id == "t-2"


@pytest.mark.parametrize(
    ("host", "origin", "domain"),
    [
        ("t.acme.example", "https://www.acme.example", "acme.example"),
        ("t.acme.example:8443", "https://acme.example:444", "acme.example"),
        ("www.acme.example", "https://www.acme.example", "acme.example"),
        ("t.shop.acme.example", "https://shop.acme.example", "shop.acme.example"),
        ("T.Acme.Example", "https://acme.example", "acme.example"),
        ("tribute.example", "https://acme.example", None),
        ("acme.example.evil.test", "https://acme.example", None),
        ("127.0.0.1:8000", "http://127.0.0.1:9000", None),
        ("10.0.0.1", "http://20.0.0.1", None),
        ("localhost", "http://localhost", None),
        ("t.acme.example", "null", None),
        ("t.acme.example", "", None),
        ("t.acme.example", "https://[::1", None),
        ("t.acme.example; Secure", "https://acme.example; Secure", None),
        ("t.acme.example", "ftp://acme.example", None),
    ],
)
def test_the_cookie_is_set_where_tracker_and_page_share_a_domain(host: str, origin: str, domain: str | None) -> None:
    told = header(send(page(anonymousId=VISITOR, context={"library": LIBRARY}), host=host, origin=origin), "set-cookie")
    expected = f"tribute_aid={VISITOR}; Domain={domain}; Path=/; Max-Age=31536000; SameSite=Lax; Secure"
    assert told == (expected if domain else None)


def test_over_plain_http_the_cookie_is_not_secure() -> None:
    told = header(send(page(anonymousId=VISITOR, context={"library": LIBRARY}), host="t.a.test", origin="http://a.test"), "set-cookie")
    assert told is not None
    assert not told.endswith("Secure")


@pytest.mark.parametrize(
    ("event", "headers"),
    [
        (page(anonymousId="x; Domain=evil", context={"library": LIBRARY}), {}),
        (page(anonymousId=VISITOR, context={"library": {"name": "RudderLabs JavaScript SDK"}}), {}),
        (page(anonymousId=VISITOR), {}),
        (page(anonymousId=VISITOR, context={"library": LIBRARY, "consent": False}), {}),
        (page(anonymousId=VISITOR, context={"library": LIBRARY}), {"sec-gpc": "1"}),
    ],
)
def test_nobody_else_gets_a_cookie(event: dict[str, Any], headers: dict[str, str]) -> None:
    assert header(send(event, host="t.acme.example", origin="https://acme.example", **headers), "set-cookie") is None


def test_the_snippet_learns_what_the_owner_set() -> None:
    made = make_collector()
    made.sources.keys[KEY] = Source(WEBSITE.website_id, WEBSITE.domain, link_parameters=("partner",), window_days=30, consent_required=True)
    reply = made.collector.receive(get(f"/v1/snippet/{KEY}", headers={b"origin": b"https://docs.acme.example"}))
    assert msgspec.json.decode(reply.body) == {"domain": WEBSITE.domain, "parameters": ["partner"], "days": 30, "consent": True}
    assert header(reply, "cache-control") == "public, max-age=300"
    assert header(reply, "access-control-allow-origin") == "https://docs.acme.example"


def test_a_key_that_nobody_has_gets_no_settings() -> None:
    collector = make_collector().collector
    assert [collector.receive(get(f"/v1/snippet/{key}")).status for key in ("nobody", DISABLED_KEY)] == [401, 404]
