"""`to` sends nobody anywhere but to a website of the owner's: whatever it holds, the Location is a host that was listed."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.links import COURSE, SHOP, Follower

FRONT = "https://course.example/"
OURS = {"course.example", "www.course.example", "academy.course.example", "www.academy.course.example", "shop.example", "www.shop.example"}
STRICT = re.compile(
    r"https?://(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]+))?/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[\x21-\x7e]*)?(?:#[\x21-\x7e]*)?"
)

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://evil.example",
    "https://course.example.evil.example",
    "https://evil.example/course.example",
    "https://evil.example?course.example",
    "https://evil.example#course.example",
    "https://course.example@evil.example",
    "https://course.example:443@evil.example",
    "https://user@course.example",
    "https://user:secret@course.example/",
    "https://course.example%40evil.example",
    "https://course.example%2eevil.example",
    "https://course.example%00.evil.example",
    "https://course.example\\@evil.example",
    "https:\\\\course.example",
    "https://evil.example\\.course.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/course",
    "course.example",
    "https://evil。example",
    "https://evilcourse.example",
    "https://hidden.course.example",
    "https://сourse.example",
    "https://course.exаmple",
    "https://course.example:8080",
    "https://course.example:0",
    "https://course.example:99999",
    "https://course.example:443x",
    "https://course..example",
    "https://.course.example",
    "https://[::1]",
    "https://[course.example]",
    "https://2130706433",
    "https://0x7f.1",
    "https://",
    "http://",
    "https:",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://course.example",
    "ws://course.example",
    "blob:https://course.example/x",
    "https://course.example/\r\nSet-Cookie: a=b",
    "https://course.example/\nLocation: https://evil.example",
    "https://course.example/\x00",
    "https://course.example/\x7f",
    "https://course.example/\u2028",
    "https://course.example/a b",
    " https://course.example/",
    "\thttps://evil.example",
    "https://course.example/" + "a" * 3000,
    "",
    "null",
]

KIND = [
    ("https://course.example", "https://course.example/"),
    ("HTTPS://COURSE.Example./Path", "https://course.example/Path"),
    ("http://www.course.example/a?b=c#d", "http://www.course.example/a?b=c#d"),
    ("https://course.example:443/x", "https://course.example/x"),
    ("https://academy.course.example/ü?q=ß", "https://academy.course.example/%C3%BC?q=%C3%9F"),
    ("https://course。example/", "https://course.example/"),
    ("https://course.example//evil.example/%2e%2e", "https://course.example//evil.example/%2e%2e"),
    ('https://course.example/<script>"', "https://course.example/%3Cscript%3E%22"),
    ("https://shop.example:8443/x", "https://shop.example:8443/x"),
    ("https://course.example/?next=https://evil.example", "https://course.example/?next=https://evil.example"),
]


def where(to: str, target: str = "/go/") -> str:
    return Follower(COURSE, SHOP).follow(f"{target}?to={quote(to, safe='', errors='replace')}").location


@pytest.mark.parametrize("to", HOSTILE)
def test_a_hostile_address_leads_to_the_front_page(to: str) -> None:
    assert where(to) == FRONT


@pytest.mark.parametrize(("to", "location"), KIND)
def test_an_address_of_ours_is_written_anew(to: str, location: str) -> None:
    assert where(to) == location


def test_a_link_to_a_website_that_is_ours_no_more_leads_to_the_front_page() -> None:
    assert Follower().follow("/go/ada/elsewhere").page == FRONT


SCHEMES = st.sampled_from(["https://", "http://", "//", "https:", "javascript:", "data:"])
HOSTS = st.sampled_from(["course.example", "shop.example:8443", "evil.example", "www.", "443"])
SIGNS = st.sampled_from(["/", "\\", "@", ":", "?", "#", ".", "%2e", "%40", "[", "]", "。", "с", "\r\n", "\t", " ", "\x00"])
PIECES = SCHEMES | HOSTS | SIGNS


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join), st.text(max_size=20))
def test_no_address_whatsoever_leads_elsewhere(to: str, code: str) -> None:
    location = where(to, f"/go/{code}".partition("?")[0])
    match = STRICT.fullmatch(location)
    assert match is not None, location
    assert match["host"] in OURS
    assert match["port"] in (None, "8443")


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=50))
def test_any_code_and_tag_make_a_header_of_plain_signs(code: str, sub: str) -> None:
    followed = Follower().follow(f"/go/{code.replace('?', '')}?sub={quote(sub, errors='replace')}")
    assert STRICT.fullmatch(followed.location) is not None
    assert followed.page == FRONT
