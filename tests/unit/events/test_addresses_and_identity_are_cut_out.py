"""What is cut out of a sender's event before anything is written, and what keeps its bytes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import json_values, texts
from tribute.events.privacy import without_addresses, without_identity

IP = "203.0.113.7"


@pytest.mark.parametrize(
    "event",
    [
        b"{}",
        b'{"type":"page"}',
        b'{ "type" : "page" , "n": 12345678901234567890123456789, "f": 1.00, "e": 1e5 }',
        b'{"properties":{"ip":"203.0.113.7"}}',
        b'{"properties":{"ip":"203.0.113.7","zip":"1234"},"n":12345678901234567890123456789}',
        b'{"context":{"page":{"ip":"x"}}}',
        b'{"ipad":1,"tooltip":2,"strip":3}',
        b'{"text":"an ip, an \\"ip\\", \\u00e9 and \\u2603"}',
        b'{"context":"ip"}',
        b'{"context":["ip"]}',
        b'{"context":null,"type":"ip"}',
    ],
)
def test_an_event_without_addresses_keeps_its_bytes(event: bytes) -> None:
    assert without_addresses(event) is event


@pytest.mark.parametrize(
    "event",
    [
        b'{"ip":"203.0.113.7","a":1}',
        b'{"request_ip":"203.0.113.7","a":1}',
        b'{"requestIP":"203.0.113.7","a":1}',
        b'{"context":{"ip":"203.0.113.7"},"a":1}',
        b'{"context":{"ip":{"v4":"203.0.113.7"}},"a":1}',
        b'{"context" : { "ip" : "203.0.113.7" } , "a":1}',
        b'{"\\u0069p":"203.0.113.7","a":1}',
        b'{"\\u0069\\u0070":"203.0.113.7","a":1}',
        b'{"request\\u005Fip":"203.0.113.7","a":1}',
        b'{"c\\u006fntext":{"i\\u0070":"203.0.113.7"},"a":1}',
        b'{"ip":"203.0.113.7","ip":"203.0.113.7","a":1}',
        b'{"context":{"ip":"203.0.113.7"},"context":{},"a":1}',
        b'{"context":{"ip":"203.0.113.7"},"context":1,"a":1}',
        b'{"context":{"ip":"203.0.113.7","ip":1},"ip":2,"a":1}',
    ],
)
def test_addresses_are_cut_out_however_they_are_spelled_or_repeated(event: bytes) -> None:
    cut = without_addresses(event)

    assert IP.encode() not in cut
    assert json.loads(cut)["a"] == 1


def test_what_is_not_cut_keeps_its_value_s_bytes() -> None:
    event = b'{"ip":"203.0.113.7","big":12345678901234567890123456789,"context":{"ip":"x","n":1.000,"e":1e3},"s":"\\ud83d\\ude00"}'

    assert without_addresses(event) == b'{"big":12345678901234567890123456789,"context":{"n":1.000,"e":1e3},"s":"\\ud83d\\ude00"}'


def test_identity_leaves_the_page_view_alone() -> None:
    event = {
        "type": "page",
        "messageId": "m1",
        "anonymousId": "a",
        "userId": "u",
        "previousId": "p",
        "groupId": "g",
        "rudderId": "r",
        "traits": {"email": "x@example.com"},
        "ip": IP,
        "context": {"ip": IP, "traits": {"email": "x@example.com"}, "sessionId": 1, "page": {"url": "https://a.example/"}},
        "properties": {"url": "https://a.example/"},
    }

    assert json.loads(without_identity(json.dumps(event).encode())) == {
        "type": "page",
        "messageId": "m1",
        "context": {"page": {"url": "https://a.example/"}},
        "properties": {"url": "https://a.example/"},
    }


@pytest.mark.parametrize("content", [b"[]", b"7", b'"ip"', b'{"ip":', b'{"ip":1}}', b'{"\\u0069p":tru}'])
def test_what_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        without_identity(content)


names = st.sampled_from(["ip", "request_ip", "requestIP", "context", "type"]) | texts
objects = st.dictionaries(names, json_values() | st.dictionaries(names, json_values(), max_size=5), max_size=6)


@given(objects, st.booleans())
def test_everything_else_stays(event: dict[str, Any], is_ascii: bool) -> None:
    cut = json.loads(without_addresses(json.dumps(event, ensure_ascii=is_ascii).encode()))

    expected = {name: value for name, value in event.items() if name not in ("ip", "request_ip", "requestIP")}
    context = expected.get("context")
    if isinstance(context, dict):
        expected["context"] = {name: value for name, value in context.items() if name not in ("ip", "request_ip", "requestIP")}
    assert cut == expected
