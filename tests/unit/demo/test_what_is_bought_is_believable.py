"""The demo's orders: bought by visitors who were there, in amounts that add up, now and then given back; the same every time."""

import json
from collections.abc import Sequence

import msgspec
import pytest

from tests.support.demo_world import END
from tests.support.recording_door import RecordingDoor
from tribute.attribution.order_form import ConversionTold, RefundTold
from tribute.demo.calls import Call
from tribute.demo.cast import AFFILIATES, COUPONS
from tribute.demo.orders import MOST_ORDERS, Sale, sales, send_sales

CODES = [coupon for coupon, _ in COUPONS]


def checkouts(year: Sequence[Call]) -> list[Call]:
    return [call for call in year if call.event == "Checkout Started" and not call.is_copy]


@pytest.fixture(scope="module")
def bought(full_year: list[Call]) -> list[Sale]:
    return sales(checkouts(full_year), END, CODES)


def test_a_year_has_a_few_hundred_orders_and_some_refunds(bought: list[Sale]) -> None:
    assert MOST_ORDERS // 2 < len(bought) <= MOST_ORDERS
    assert 5 <= sum(sale.refund is not None for sale in bought) <= len(bought) // 8
    assert any("coupon" in sale.order for sale in bought)
    assert len({sale.order["external_id"] for sale in bought}) == len(bought)


@pytest.mark.slow
def test_the_api_reads_them_and_their_amounts_add_up(bought: list[Sale]) -> None:
    for sale in bought:
        order = msgspec.json.decode(msgspec.json.encode(sale.order), type=ConversionTold)
        assert sum(item.amount_minor for item in order.items) + order.tax_minor == order.amount_minor
        assert order.occurred_at is not None
        assert order.occurred_at <= END
        if sale.refund is not None:
            refund = msgspec.json.decode(msgspec.json.encode(sale.refund), type=RefundTold)
            assert 0 < refund.amount_minor <= order.amount_minor
            assert refund.occurred_at is not None
            assert order.occurred_at < refund.occurred_at <= END


def test_who_buys_was_there_before(full_year: list[Call], bought: list[Sale]) -> None:
    visitors = {(call.website.domain, call.visitor.anonymous_id) for call in full_year if call.is_page}
    assert {(sale.order["website"], sale.order["anonymous_id"]) for sale in bought} <= visitors


@pytest.mark.slow
def test_the_same_checkouts_give_the_same_orders(full_year: list[Call], bought: list[Sale]) -> None:
    assert sales(checkouts(full_year), END, CODES) == bought


def test_coupons_belong_to_affiliates_of_the_demo() -> None:
    assert {code for _, code in COUPONS} <= {affiliate.code for affiliate in AFFILIATES}


def test_every_order_is_told_at_the_public_door(door: RecordingDoor, bought: list[Sale]) -> None:
    kept = [sale for sale in bought if sale.refund is None][:12]
    assert send_sales(door.url, "secret", kept) == 12
    assert {request.path for request in door.requests} == {"/api/v1/conversions"}
    assert {request.headers["authorization"] for request in door.requests} == {"Bearer secret"}
    told = {request.body["external_id"] for request in door.requests}
    assert told == {json.loads(msgspec.json.encode(sale.order))["external_id"] for sale in kept}
