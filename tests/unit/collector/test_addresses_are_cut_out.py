"""No IP address, of the request or in the sender's body, is ever written; everything else keeps its bytes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.collector import basic, event_in, make_collector, page, post, read_record
from tribute.events.privacy import without_addresses

REQUEST_IP = "198.51.100.23"
BODY_IP = "203.0.113.99"


def payload_of(body: object, path: str = "/v1/page") -> bytes:
    reply = make_collector().collector.receive(post(path, body, ip=REQUEST_IP))
    assert reply.status == 200, reply.body
    return reply.records[0]


@pytest.mark.parametrize(
    "body",
    [
        b'{"anonymousId":"a","context":{"ip":"203.0.113.99","locale":"de"}}',
        b'{"anonymousId":"a","request_ip":"203.0.113.99"}',
        b'{"anonymousId":"a","ip":"203.0.113.99"}',
        b'{"anonymousId":"a","context":{"request_ip":"203.0.113.99"}}',
        b'{"anonymousId":"a","context":{"\\u0069p":"203.0.113.99"}}',
        b'{"anonymousId":"a","context":{"i\\u0070":"203.0.113.99"}}',
        b'{"anonymousId":"a","conte\\u0078t":{"ip":"203.0.113.99"}}',
        b'{"anonymousId":"a","context":{"ip":"203.0.113.99","ip":null}}',
        b'{"anonymousId":"a","context":{"ip":"203.0.113.99"},"context":{"locale":"de"}}',
        b'{"anonymousId":"a","context":{"ip":"203.0.113.99"},"context":null,"properties":{"ip":"no address"}}',
        b'{"anonymousId":"a",\n"context" :\t{"ip" : ["203.0.113.99"]}}',
    ],
)
def test_an_address_in_the_body_is_not_written(body: bytes) -> None:
    payload = payload_of(body)
    assert BODY_IP.encode() not in payload
    assert REQUEST_IP.encode() not in payload
    assert event_in(payload)["anonymousId"] == "a"


def test_an_address_in_a_batch_and_in_its_context_is_not_written() -> None:
    batch = {"batch": [page(), page(context={"ip": BODY_IP})], "context": {"ip": BODY_IP, "locale": "de"}, "request_ip": BODY_IP}
    reply = make_collector().collector.receive(post("/v1/batch", batch, ip=REQUEST_IP))
    assert [event_in(payload)["context"] for payload in reply.records] == [{"locale": "de"}, {"locale": "de"}]
    assert all(BODY_IP.encode() not in payload and REQUEST_IP.encode() not in payload for payload in reply.records)


@pytest.mark.parametrize(
    "body",
    [
        b'{ "anonymousId" : "a", "n": 1.0, "big": 123456789012345678901234567890, "e": 1E2, "x": 1e999 }',
        b'{"anonymousId":"a","properties":{"ip":"mine to tell","text":"\\u0026 \\u00e9 \\ud83d\\ude00"}}',
        b'{"anonymousId":"a","anonymousId":"b","context":{}}',
    ],
)
def test_other_events_keep_their_bytes(body: bytes) -> None:
    assert payload_of(body).endswith(b',"event":' + body + b"}")


def test_numbers_beside_an_address_survive() -> None:
    body = b'{"anonymousId":"a","big":123456789012345678901234567890,"f":0.10,"e":1e999,"context":{"ip":"203.0.113.99","f":1.50}}'
    payload = payload_of(body)
    for kept in (b'"big":123456789012345678901234567890', b'"f":0.10', b'"e":1e999', b'"f":1.50'):
        assert kept in payload
    assert read_record(payload).type == "page"


def test_line_breaks_become_blanks() -> None:
    payload = payload_of(b'{\r\n"anonymousId":"a"\n}')
    assert b"\n" not in payload
    assert b"\r" not in payload


def test_the_visitors_address_told_by_a_server_decides_the_country() -> None:
    def country(ip: str) -> str | None:
        return {"203.0.113.99": "NZ", REQUEST_IP: "IE"}.get(ip)

    collector = make_collector(country=country).collector
    told = collector.receive(post("/v1/page", page(context={"ip": BODY_IP}), ip=REQUEST_IP)).records[0]
    nonsense = collector.receive(post("/v1/page", page(context={"ip": "not an address"}), ip=REQUEST_IP)).records[0]
    assert read_record(told).country == "NZ"
    assert read_record(nonsense).country == "IE"


_values = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=6), st.just(BODY_IP)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["ip", "a", "context"]), inner, max_size=3)),
    max_leaves=8,
)
_pairs = st.lists(st.tuples(st.sampled_from(["ip", "request_ip", "context", "a"]), _values), max_size=5)


def _spelled(key: str, escaped: bool) -> bytes:
    return b'"' + b"".join(b"\\u%04x" % ord(letter) for letter in key) + b'"' if escaped else msgspec.json.encode(key)


@given(pairs=_pairs, escaped=st.booleans())
def test_no_spelling_or_repetition_hides_an_address(pairs: list[tuple[str, object]], escaped: bool) -> None:
    event = b"{" + b",".join(_spelled(key, escaped) + b":" + msgspec.json.encode(value) for key, value in pairs) + b"}"
    cleaned = without_addresses(event)
    found = msgspec.json.decode(cleaned)
    expected = {key: value for key, value in pairs if key not in ("ip", "request_ip")}
    if isinstance(expected.get("context"), dict):
        expected["context"] = {key: value for key, value in expected["context"].items() if key != "ip"}
    assert found == expected
    repeated = len({key for key, _ in pairs}) < len(pairs)
    if repeated and cleaned != event:
        assert cleaned.count(BODY_IP.encode()) == msgspec.json.encode(expected).count(BODY_IP.encode())


def test_the_authorization_is_not_written() -> None:
    assert basic("x")[b"authorization"] not in payload_of(page())
