"""On the website's own subdomain the remembered affiliate is set again by the server, for as long as it still counts."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.collector import KEY, NOON, WEBSITE, make_collector, page, post
from tribute.collector.port import Source

VISITOR = "0123456789abcdef0123456789abcdef"
CONTEXT = {"library": {"name": "tribute.js", "version": "1"}}
DAY = 86_400
NOON_MS = int(NOON.timestamp() * 1000)


def remembered(days_ago: float, code: str = "ada", click: str = "f" * 32) -> str:
    """What the snippet writes: the first click, half a year old, and the last."""
    clicks = [["bob", NOON_MS - 180 * DAY * 1000, ""], [code, NOON_MS - int(days_ago * DAY * 1000), click]]
    return quote(json.dumps(clicks, separators=(",", ":")), safe="!'()*~")


def told(
    cookie: str, *, context: dict[str, Any] | None = None, path: str = "/v1/page", visitor: str | None = VISITOR, **headers: str
) -> str | None:
    """The tribute_ref that the answer sets, when the page's website remembers for 30 days."""
    made = make_collector()
    made.sources.keys[KEY] = Source(WEBSITE.website_id, WEBSITE.domain, window_days=30)
    sent = {"host": "t.acme.example", "origin": "https://www.acme.example", "cookie": cookie, **headers}
    event = page(anonymousId=visitor, context={**CONTEXT, **(context or {})})
    reply = made.collector.receive(post(path, event, {name.encode(): value.encode() for name, value in sent.items()}))
    assert reply.status == 200
    cookies = [value.decode() for name, value in reply.headers if name == b"set-cookie"]
    return next((one for one in cookies if one.startswith("tribute_ref=")), None)


def test_it_is_set_again_as_it_stands_for_the_rest_of_the_window() -> None:
    value = remembered(days_ago=8)
    cookie = told(f"theme=dark; tribute_ref={value}; tribute_aid={VISITOR}")
    assert cookie == f"tribute_ref={value}; Domain=acme.example; Path=/; Max-Age={22 * DAY}; SameSite=Lax; Secure"


@pytest.mark.parametrize(("days_ago", "seconds"), [(0, 30 * DAY), (29.5, DAY // 2), (-400, 30 * DAY)])
def test_it_never_lasts_longer_than_the_window(days_ago: float, seconds: int) -> None:
    assert f"; Max-Age={seconds};" in (told(f"tribute_ref={remembered(days_ago)}") or "")


@pytest.mark.parametrize("days_ago", [30, 31, 1e12])
def test_what_counts_no_more_is_left_to_end(days_ago: float) -> None:
    assert told(f"tribute_ref={remembered(days_ago)}") is None


def test_of_two_the_first_counts_as_it_does_for_the_snippet() -> None:
    assert f"={remembered(1)};" in (told(f"tribute_ref={remembered(1)}; tribute_ref={remembered(2)}") or "")


def test_its_length_is_bounded() -> None:
    assert told(f"tribute_ref={remembered(1, code='a' * 800)}") is not None
    assert told(f"tribute_ref={remembered(1, code='a' * 1024)}") is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ada",
        "%5B%5D",
        "%5Bnull%2C" + remembered(1)[3:],
        remembered(1) + "x",
        remembered(1).replace("ada", "ada%FF"),
        remembered(1).replace("ada", 'ada", '),
        remembered(1)[:-3],
        quote('[["a",1e400,""],["a",1e400,""]]'),
        quote('[["a",true,""],["a",true,""]]'),
        "%5B" * 341,
    ],
)
def test_what_the_snippet_did_not_write_is_not_set(value: str) -> None:
    assert told(f"tribute_ref={value}") is None


@pytest.mark.parametrize("cookie", ["", f"xtribute_ref={remembered(1)}", f"tribute_refs={remembered(1)}", "tribute_ref"])
def test_nothing_is_set_that_the_browser_does_not_have(cookie: str) -> None:
    assert told(cookie) is None


@pytest.mark.parametrize(
    "refused",
    [
        {"sec-gpc": "1"},
        {"context": {"consent": False}},
        {"context": {"cookieless": True}, "visitor": None},
        {"context": {"library": {"name": "RudderLabs JavaScript SDK"}}},
        {"host": "tribute.example"},
        {"origin": "https://www.other.example"},
        {"path": "/v1/identify"},
    ],
)
def test_it_follows_the_visitors_cookie(refused: dict[str, Any]) -> None:
    assert told(f"tribute_ref={remembered(1)}", **refused) is None
