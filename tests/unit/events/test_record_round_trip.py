"""A record is one line: what the collector writes is what the loader reads, wherever the record got its place."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import json_values, record, texts
from tribute.events.record import Stamps, Timing, encode_record, place_record, record_decoder, text

filled = texts.filter(bool)
stamps = st.builds(
    Stamps,
    website_id=filled,
    message_id=filled,
    type=st.sampled_from(["page", "track"]),
    received_at=st.datetimes(timezones=st.just(UTC)),
    accepted_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    timing=st.sampled_from(Timing),
    sent_at=st.none() | texts,
    anonymous_id=st.none() | texts,
    cookieless_id=st.none() | texts,
    user_agent=st.none() | texts,
    country=st.none() | st.just("DE"),
    gpc=st.booleans(),
    prefetch=st.booleans(),
)


@given(stamps, st.dictionaries(texts, json_values(), max_size=4), st.integers(0, 2**62), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_what_is_written_is_read(told: Stamps, event: dict[str, Any], seq: int, indent: int | None, is_ascii: bool) -> None:
    sent = json.dumps(event, indent=indent, ensure_ascii=is_ascii).encode()

    line = place_record("sp00l", seq, encode_record(told, sent))

    assert b"\n" not in line
    found = record_decoder.decode(line)
    assert (found.spool, found.seq) == ("sp00l", seq)
    assert {name: getattr(found, name) for name in Stamps.__struct_fields__} == msgspec.structs.asdict(told)
    assert json.loads(line)["event"] == event


def test_the_sender_s_bytes_stay_as_they_came() -> None:
    event = b'{"n": 12345678901234567890123456789, "f":1.00,"s":"\\u0041"}'

    assert encode_record(Stamps(website_id="w", message_id="m", type="page", received_at=datetime(2026, 1, 1, tzinfo=UTC)), event) == (
        b'{"v":1,"website_id":"w","message_id":"m","type":"page","received_at":"2026-01-01T00:00:00Z","event":' + event + b"}"
    )


def test_line_breaks_between_tokens_become_blanks() -> None:
    assert b'"event":{  "a":  1,"b":"\\n"}}' in encode_record(
        Stamps(website_id="w", message_id="m", type="page", received_at=datetime(2026, 1, 1, tzinfo=UTC)), b'{\r\n"a":\n\n1,"b":"\\n"}'
    )


def test_a_sender_cannot_forge_the_envelope() -> None:
    found = record({"spool": "x", "seq": 9, "website_id": "web_x", "received_at": "2001-01-01T00:00:00Z", "gpc": True, "timing": "server"})

    assert (found.spool, found.seq, found.timing, found.gpc) == ("s1", 1, Timing.CLIENT, False)
    assert found.website_id != "web_x"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b'{"spool":"s","seq":1,"v":1,"event":{}}',
        b'{"spool":"s","seq":1,"v":1,"website_id":"w","message_id":"m","type":"page","received_at":"yesterday","event":{}}',
        b'{"spool":"s","seq":1,"v":1,"website_id":"w","message_id":"m","type":"page","received_at":"2026-01-01T00:00:00Z","event":[]}',
        b'{"spool":"s","seq":1,"v":1,"website_id":"w","message_id":"m","type":"page","received_at":"2026-01-01T00:00:00Z","event":{}',
    ],
)
def test_what_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        record_decoder.decode(line)


@pytest.mark.parametrize("half", ['"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d!"', '"\\ud83d"'])
@pytest.mark.parametrize("field", ["anonymousId", "unread"])
def test_half_a_surrogate_pair_is_never_decoded(half: str, field: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        record(b'{"%s":%s}' % (field.encode(), half.encode()))


def test_broken_utf_8_is_never_decoded() -> None:
    with pytest.raises(UnicodeDecodeError):
        record(b'{"anonymousId":"\xed\xa0\x80"}')


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        ("", None),
        (None, None),
        (7, None),
        (True, None),
        (["a"], None),
        ("\0", None),
        ("a\0b", "ab"),
        ("abcd", "abc"),
        ("☃☃☃☃", "☃☃☃"),
    ],
)
def test_text_of_a_field(value: object, expected: str | None) -> None:
    assert text(value, 3) == expected
