"""What bodies are read: any content type, gzip, odd but honest JSON. What can never be right is 400 or 413, with a sentence."""

import gzip
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.collector import event_in, make_collector, page, post, read_record
from tribute.collector.decoding import MAX_BODY_BYTES, MAX_DEPTH, with_whole_characters
from tribute.collector.drops import DropReason
from tribute.collector.exchange import Reply

_ZIPPED = gzip.compress(msgspec.json.encode(page()), mtime=0)


def receive(body: bytes | object, headers: dict[bytes, bytes] | None = None, path: str = "/v1/page") -> Reply:
    return make_collector().collector.receive(post(path, body, headers))


def nested(levels: int) -> bytes:
    """An event nested so many levels, itself the first."""
    return b'{"anonymousId":"a","properties":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize("content_type", [b"text/plain", b"application/x-www-form-urlencoded", b"image/gif", b""])
def test_json_is_read_whatever_the_content_type(content_type: bytes) -> None:
    assert receive(page(), {b"content-type": content_type}).status == 200


@pytest.mark.parametrize("encoding", [b"gzip", b"GZIP ", b"x-gzip"])
def test_gzip_is_unpacked(encoding: bytes) -> None:
    reply = receive(gzip.compress(msgspec.json.encode(page())), {b"content-encoding": encoding})
    assert event_in(reply.records[0]) == page()


@pytest.mark.parametrize("encoding", [b"br", b"deflate", b"gzip, gzip", b"\xff"])
def test_another_encoding_is_named_in_the_refusal(encoding: bytes) -> None:
    reply = receive(page(), {b"content-encoding": encoding})
    assert reply.status == 400
    assert encoding.decode("ascii", "replace") in reply.body.decode()


@pytest.mark.parametrize("body", [b"", b"not gzip", _ZIPPED[:-3], _ZIPPED[:-20], _ZIPPED + b"more", b"\x1f\x8b\x08"])
def test_broken_gzip_is_400(body: bytes) -> None:
    assert receive(body, {b"content-encoding": b"gzip"}).status == 400


def test_a_bomb_is_413_and_is_not_expanded() -> None:
    bomb = gzip.compress(b" " * (200 * 1024 * 1024), compresslevel=1)
    assert len(bomb) < MAX_BODY_BYTES
    assert receive(bomb, {b"content-encoding": b"gzip"}).status == 413


def test_exactly_the_limit_passes_and_one_byte_more_does_not() -> None:
    event = msgspec.json.encode(page())
    assert receive(event + b" " * (MAX_BODY_BYTES - len(event))).status == 200
    assert receive(event + b" " * (MAX_BODY_BYTES - len(event) + 1)).status == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b'{"a":NaN}', b'{"anonymousId":"a"} x', b"\x00", b'{"anonymousId":"\x01"}', b"1", b"[]", b"null", b'"x"'],
)
def test_what_is_no_json_object_is_400(body: bytes) -> None:
    assert receive(body).status == 400


def test_invalid_utf_8_is_400_even_where_nobody_reads() -> None:
    assert receive(b'{"anonymousId":"a","other":"\xff"}').status == 400
    assert receive(b'{"anonymousId":"a","other":"\xed\xa0\xbd"}').status == 400


def test_nul_is_kept_in_the_event_and_out_of_the_stamps() -> None:
    payload = receive(b'{"anonymousId":"a\\u0000","messageId":"m\\u0000-1"}').records[0]
    assert read_record(payload).message_id == "m-1"
    assert event_in(payload)["anonymousId"] == "a\x00"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b'"cut \\ud83d"', "cut \ufffd"),
        (b'"\\uD83D\\uD83D\\uDE00"', "\ufffd😀"),
        (b'"\\ude00 first"', "\ufffd first"),
        (b'"\\ud83d\\n"', "\ufffd\n"),
        (b'"\\ud83d\\u0041"', "\ufffdA"),
        (b'"\\\\ud83d"', "\\ud83d"),
        (b'"\\\\\\ud83d"', "\\\ufffd"),
        (b'"\\ud83d\\ude00"', "😀"),
    ],
)
def test_half_a_character_becomes_a_replacement_and_the_event_is_kept(sent: bytes, kept: str) -> None:
    for path, body in (("/v1/page", b'{"anonymousId":"a","x":' + sent + b"}"), ("/v1/batch", None)):
        batch = body or b'{"batch":[{"type":"page","anonymousId":"a","x":' + sent + b"}]}"
        assert event_in(receive(batch, path=path).records[0])["x"] == kept


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_javascript_text_can_be_read_once_repaired(text: str) -> None:
    sent = json.dumps({"x": text}).encode()
    assert msgspec.json.decode(with_whole_characters(sent))["x"] == json.loads(sent)["x"].encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )


def test_nesting_up_to_the_limit_is_kept_and_beyond_is_400() -> None:
    assert receive(nested(MAX_DEPTH)).status == 200
    made = make_collector()
    for levels in (MAX_DEPTH + 1, 1000, 100_000):
        assert made.collector.receive(post("/v1/page", nested(levels))).status == 400
    assert made.collector.stats.drops == {DropReason.TOO_DEEP: 3}


def test_brackets_in_texts_are_no_nesting() -> None:
    assert receive({"anonymousId": "a", "x": '[{"\\' * 500, "y": [[]] * 500}).status == 200


@pytest.mark.parametrize("value", [{}, [], True, None, "", [1], {"a": 1}])
@pytest.mark.parametrize(
    "field", ["messageId", "type", "context", "properties", "sentAt", "originalTimestamp", "userId", "writeKey", "website"]
)
def test_fields_of_any_type_do_no_harm(field: str, value: object) -> None:
    reply = receive({"anonymousId": "anon-1", field: value})
    assert reply.status == 200
    assert read_record(reply.records[0]).type == "page"


def test_identifiers_that_are_numbers_become_texts() -> None:
    payload = receive(b'{"userId":1001,"anonymousId":12.5,"messageId":7,"n":1.0}').records[0]
    assert event_in(payload) == {"userId": "1001", "anonymousId": "12.5", "messageId": 7, "n": 1.0}
    assert read_record(payload).message_id == "7"
