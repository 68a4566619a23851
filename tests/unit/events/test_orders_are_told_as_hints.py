"""What track events tell of orders becomes a hint: exact amounts, and nothing but a missing field for what is no order or no amount."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tribute.events.derive import WebsiteRules, derive
from tribute.events.derived import DerivedEvent
from tribute.events.record import Stamps, encode_record, place_record, record_decoder

RULES = WebsiteRules("course.example")
RECEIVED = datetime(2026, 3, 10, 12, tzinfo=UTC)


def derived(properties: str, event: str = "Order Completed", kind: str = "track") -> DerivedEvent:
    """An event whose properties are these bytes, through the collector's envelope."""
    stamps = Stamps(website_id="web_1", message_id="m1", type=kind, received_at=RECEIVED)
    payload = encode_record(stamps, f'{{"event":{json.dumps(event)},"properties":{properties}}}'.encode())
    return derive(record_decoder.decode(place_record("s1", 1, payload)), RULES)


def order(properties: str, **asking: str) -> tuple[str | None, str | None, int | None, str | None, str | None]:
    found = derived(properties, **asking)
    return found.order_kind, found.order_id, found.order_amount_minor, found.order_currency, found.order_coupon


def test_an_order_is_told_with_its_amount_currency_and_coupon() -> None:
    told = '{"order_id":"o-1","total":27.5,"revenue":25,"currency":"usd","coupon":"SPRING","products":[{"price":27.5}]}'
    assert order(told) == ("completed", "o-1", 2750, "USD", "SPRING")
    assert order(told, event="Order Refunded") == ("refunded", "o-1", 2750, "USD", "SPRING")


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("199", "USD", 19900),
        ('"27.50"', "USD", 2750),
        ("0.1", "USD", 10),
        ("1999", "JPY", 1999),
        ("1.234", "KWD", 1234),
        ("1e2", "USD", 10000),
        ("19.989999999999998", "USD", 1999),
        ("0.125", "USD", 12),
        ("10000000000000.01", "USD", None),
        ("9007199254740.99", "USD", 900719925474099),
        ("0", "USD", 0),
        ("-1", "USD", None),
        ("1e400", "USD", None),
        ('"1e999999999"', "USD", None),
        ('"NaN"', "USD", None),
        ('"1,99"', "USD", None),
        ("true", "USD", None),
        ("[1]", "USD", None),
        ("12", "XXQ", None),
    ],
)
def test_amounts_are_read_from_what_is_written(written: str, currency: str, minor: int | None) -> None:
    assert order(f'{{"order_id":"o","total":{written},"currency":"{currency}"}}')[2] == minor


def test_total_goes_before_value_and_revenue() -> None:
    assert order('{"order_id":"o","revenue":1,"value":2,"currency":"USD"}')[2] == 200
    assert order('{"order_id":"o","revenue":1,"value":null,"total":"free","currency":"USD"}')[2] == 100


def test_an_order_may_be_named_by_its_checkout_or_by_a_number() -> None:
    assert order('{"checkout_id":"c-1"}')[1] == "c-1"
    assert order('{"order_id":12345678901234567890123}')[1] == "12345678901234567890123"


@pytest.mark.parametrize("properties", ["{}", '{"order_id":null}', '{"order_id":{"a":1}}', '{"order_id":""}', "[]", "7", '"order"'])
def test_an_order_that_is_not_named_is_none(properties: str) -> None:
    assert order(properties) == (None,) * 5


def test_only_track_events_of_these_names_tell_of_orders() -> None:
    assert order('{"order_id":"o"}', event="Product Viewed") == (None,) * 5
    assert order('{"order_id":"o"}', kind="page") == (None,) * 5


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["order_id", "total", "value", "revenue", "currency", "coupon", "products"]), json_values))
def test_whatever_is_sent_fits_the_store(properties: dict[str, Any]) -> None:
    found = derived(json.dumps(properties, ensure_ascii=False).encode("utf-8", "replace").decode())
    if found.order_id is None:
        assert found.order_kind is None
    assert found.order_amount_minor is None or 0 <= found.order_amount_minor <= 10**15
    assert "\x00" not in (found.order_id or "")
    msgspec.json.encode(found.order_coupon)
