"""Which affiliate an event names, by the contract's "Affiliate of an event"."""

from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import record, texts
from tribute.events.addresses import MAX_REF_LENGTH, affiliate_in, query_value
from tribute.events.derive import DEFAULT_LINK_PARAMETERS, WebsiteRules, derive
from tribute.events.derived import Channel

RULES = WebsiteRules(domain="course.example")
HERE = "https://course.example/start"


def affiliate(event: dict[str, Any], rules: WebsiteRules = RULES) -> str | None:
    return derive(record(event), rules).affiliate_ref


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({}, None),
        ({"properties": {"affiliate_id": "ada"}, "context": {"affiliate_id": "bob"}}, "ada"),
        ({"properties": {"affiliate_id": ""}, "context": {"affiliate_id": "bob"}}, "bob"),
        ({"properties": {"affiliate_id": None}, "context": {"affiliate_id": "bob"}}, "bob"),
        ({"properties": {"affiliate_id": ["ada"]}, "context": {"affiliate_id": {"id": "bob"}}}, None),
        ({"properties": {"affiliate_id": True}}, None),
        ({"properties": {"affiliate_id": 4711}}, "4711"),
        ({"properties": {"affiliate_id": 0}}, "0"),
        ({"properties": {"affiliate_id": "  Ada "}}, "ada"),
        ({"properties": {"affiliate_id": "\0Ada\0"}}, "ada"),
        ({"properties": {"affiliate_id": " \0"}, "context": {"affiliate_id": "bob"}}, "bob"),
        ({"properties": {"affiliate_id": "ada", "url": f"{HERE}?via=bob"}}, "ada"),
        ({"context": {"affiliate_id": "ada", "page": {"tab_url": f"{HERE}?via=bob"}}}, "ada"),
        ({"properties": {"tab_url": f"{HERE}?via=tab", "url": f"{HERE}?via=canonical"}}, "tab"),
        ({"context": {"page": {"tab_url": f"{HERE}?via=tab"}}, "properties": {"url": f"{HERE}?via=canonical"}}, "tab"),
        ({"context": {"page": {"tab_url": f"{HERE}?x=1", "url": f"{HERE}?via=canonical"}}}, "canonical"),
        ({"context": {"page": {"url": f"{HERE}?via=ada"}}}, "ada"),
        ({"properties": {"url": f"{HERE}?via=ada"}, "context": {"page": {"url": f"{HERE}?via=bob"}}}, "ada"),
        ({"context": {"page": {"referrer": f"{HERE}?via=ada"}}}, None),
        ({"context": [{"affiliate_id": "ada"}], "properties": "via=ada"}, None),
    ],
)
def test_what_the_event_says_goes_before_its_address(event: dict[str, Any], expected: str | None) -> None:
    assert affiliate(event) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("via=a&ref=b&aff=c&affiliate=d&affiliate_id=e", "a"),
        ("affiliate_id=e&affiliate=d&aff=c&ref=b&via=a", "a"),
        ("affiliate_id=e&affiliate=d&aff=c&ref=b", "b"),
        ("affiliate_id=e&affiliate=d&aff=c", "c"),
        ("affiliate_id=e&affiliate=d", "d"),
        ("affiliate_id=e", "e"),
        ("via=&ref=b", "b"),
        ("via&ref=b", "b"),
        ("via=%20&ref=b", "b"),
        ("via=%00&ref=b", "b"),
        ("via=&via=a", "a"),
        ("via=%20&via=a", "a"),
        ("via=a&via=b", "a"),
        ("VIA=Ada", "ada"),
        ("Via=ADA", "ada"),
        ("v%69a=a%64a", "ada"),
        ("via=a%2Bb", "a+b"),
        ("via=a+b", "a b"),
        ("via=%E2%98%83", "☃"),
        ("via=%FF%FE", "��"),
        ("via=%ED%A0%80", "���"),
        ("via=a%00b", "ab"),
        ("via=%zz%", "%zz%"),
        ("via==ada", "=ada"),
        ("xvia=ada&viax=bob", None),
        ("&&&==&=via&via", None),
        ("via%3Dada", None),
        ("utm_source=x&via=ada#via=bob", "ada"),
        ("q=?via=ada", None),
        ("x=1;via=ada", None),
        ("", None),
    ],
)
def test_the_first_filled_link_parameter_counts(query: str, expected: str | None) -> None:
    assert affiliate({"properties": {"url": f"{HERE}?{query}"}}) == expected


def test_a_fragment_s_query_is_no_query() -> None:
    assert affiliate({"properties": {"url": f"{HERE}#/start?via=ada"}}) is None


@pytest.mark.parametrize("url", [f"{HERE}?via=ada", "/start?via=ada", "?via=ada", "HTTPS://course.example?via=ada", "file:///x?via=ada"])
def test_any_address_may_carry_it(url: str) -> None:
    assert affiliate({"properties": {"url": url}}) == "ada"


def test_a_website_has_its_own_list_of_link_parameters() -> None:
    rules = WebsiteRules(domain="course.example", link_parameters=("Partner", "via"))

    assert affiliate({"properties": {"url": f"{HERE}?via=ada&partner=bob"}}, rules) == "bob"
    assert affiliate({"properties": {"url": f"{HERE}?ref=eve"}}, rules) is None
    assert affiliate({"properties": {"url": f"{HERE}?via=ada"}}, WebsiteRules(domain="course.example", link_parameters=())) is None


def test_an_affiliate_makes_the_channel() -> None:
    event = {"properties": {"url": f"{HERE}?via=nobody&utm_medium=cpc", "referrer": "https://google.com/"}}

    assert derive(record(event), RULES).channel is Channel.AFFILIATE


@given(texts | st.text("via=&%0aAdA2+? \0", max_size=40))
def test_any_query_gives_a_code_that_can_be_kept(query: str) -> None:
    found = affiliate_in(query, DEFAULT_LINK_PARAMETERS)

    if found is not None:
        assert 0 < len(found) <= MAX_REF_LENGTH
        assert found == found.strip()
        assert "\0" not in found
        found.encode()  # no halves of surrogate pairs


@given(texts.filter(lambda text: text.strip("\0").strip() != ""))
def test_what_an_address_encodes_is_what_is_read(value: str) -> None:
    assert query_value(f"x=1&via={quote_plus(value)}", "via") == (value.replace("\0", "").strip() or None)
