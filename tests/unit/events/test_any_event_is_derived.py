"""Senders may put anything anywhere: no event breaks the derivation, and every text that comes out can be stored."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.records import RECEIVED_AT, json_values, record, texts
from tribute.events.derive import WebsiteRules, derive
from tribute.events.times import OLDEST_AGE

hostile = (
    json_values()
    | texts
    | st.builds("https://{}/{}?{}".format, texts, texts, texts)
    | st.sampled_from(["https://a.example/?via=%ED%A0%80%00", "https://[::1", "://", "https://@:/?=&=", "$direct", 10**30, -1, 0.5])
)
FIELDS = ("url", "tab_url", "referrer", "title", "path", "name", "affiliate_id", "source", "medium", "term", "content", "page", "campaign")
sections = hostile | st.dictionaries(st.sampled_from(FIELDS) | texts, hostile, max_size=8)
contexts = sections | st.fixed_dictionaries(
    {}, optional={"page": sections, "campaign": sections, "library": sections, "userAgent": hostile}
)
TOP = ("anonymousId", "userId", "event", "name", "channel", "sentAt", "originalTimestamp", "timestamp")
events = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(TOP, hostile), "context": contexts, "properties": sections, "traits": hostile}
) | st.dictionaries(texts, json_values(), max_size=5)


@settings(deadline=None)  # the first user agent loads the lists
@given(events, texts, texts)
def test_any_json_object_is_derived(event: dict[str, Any], anonymous_id: str, user_agent: str) -> None:
    found = derive(record(event, anonymous_id=anonymous_id, user_agent=user_agent), WebsiteRules(domain="course.example"))

    assert RECEIVED_AT - OLDEST_AGE <= found.event_time <= RECEIVED_AT
    for name, value in msgspec.structs.asdict(found).items():
        if isinstance(value, str):
            assert "\0" not in value, name
            assert value, name
            value.encode()  # no halves of surrogate pairs


@settings(deadline=None)
@given(events)
def test_the_same_record_gives_the_same_event(event: dict[str, Any]) -> None:
    rules = WebsiteRules(domain="course.example")

    assert derive(record(event), rules) == derive(record(event), rules)


def test_a_website_that_the_ledger_does_not_have_is_no_obstacle() -> None:
    found = derive(
        record({"properties": {"referrer": "https://a.example./", "url": "https://b.example/?via=ada"}}), WebsiteRules(domain="")
    )

    assert found.affiliate_ref == "ada"
    assert found.referrer_host == "a.example"
