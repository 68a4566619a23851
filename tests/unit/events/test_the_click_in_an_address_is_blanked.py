"""Where a visitor may not be identified, an address keeps that a redirect led to it (`tid=`), and not which."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.events.addresses import parse_address
from tribute.events.clicks import is_redirected, tid_of
from tribute.events.privacy import without_identity

CLICK = "0190aa11bb22cc33"


@pytest.mark.parametrize(
    ("address", "blanked"),
    [
        (f"https://a.example/?via=ada&tid={CLICK}&sub=bio#top", "https://a.example/?via=ada&tid=&sub=bio#top"),
        (f"https://a.example/?tid={CLICK}#top", "https://a.example/?tid=#top"),
        (f"?TID={CLICK}&TiD=again", "?TID=&TiD="),
        (f"https://a.example/?%74id={CLICK}&t%69d={CLICK}", "https://a.example/?%74id=&t%69d="),
        (f'https://a.example/?tid={CLICK}"\\ü&b=1', "https://a.example/?tid=&b=1"),
        ("https://a.example/?tid=", "https://a.example/?tid="),
        (f"https://a.example/?stid={CLICK}&tids=1", f"https://a.example/?stid={CLICK}&tids=1"),
        (f"https://a.example/tid={CLICK}", f"https://a.example/tid={CLICK}"),
    ],
)
@pytest.mark.parametrize("escaped", [False, True])
def test_its_value_goes_and_its_name_stays(address: str, blanked: str, escaped: bool) -> None:
    event = json.dumps({"properties": {"url": address, "more": [{"referrer": address}]}, "context": {"page": {"search": address}}})
    if escaped:
        event = event.replace("&", "\\u0026").replace("?", "\\u003F").replace("#", "\\u0023")
    told = json.loads(without_identity(event.encode()))
    assert told == {"properties": {"url": blanked, "more": [{"referrer": blanked}]}, "context": {"page": {"search": blanked}}}


@given(st.text(), st.text(), st.booleans())
def test_whatever_stands_around_no_click_is_left_and_the_event_is_whole(before: str, after: str, is_ascii: bool) -> None:
    url = f"https://a.example/?a={before}&tid={CLICK}{after}"
    told = json.loads(without_identity(json.dumps({"properties": {"url": url}, "last": 1}, ensure_ascii=is_ascii).encode(errors="replace")))
    assert told["last"] == 1
    assert CLICK not in told["properties"]["url"]


def test_the_rules_know_a_blanked_address_again() -> None:
    address = parse_address(f"https://a.example/?via=ada&tid={CLICK}")
    kept = parse_address("https://a.example/?via=ada&tid=")
    assert (tid_of(address), is_redirected(address)) == (CLICK, True)
    assert (tid_of(kept), is_redirected(kept)) == (None, True)
    assert not is_redirected(parse_address("https://a.example/?via=ada"))
