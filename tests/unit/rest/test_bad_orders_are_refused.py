"""Whatever is wrong with a body that tells of money: the right status, the field by name, and nothing of it is kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.api import Api
from tests.support.portal import NOW, opened
from tribute.ledger.database import Base

GOOD = {"website": "course.example", "external_id": "order-9", "amount_minor": 19900, "currency": "USD", "affiliate_code": "ada"}
GOOD_REFUND = {"external_id": "re_9", "amount_minor": 5000}
SOON = (NOW + timedelta(minutes=6)).isoformat()
BEFORE = (NOW - timedelta(days=9)).isoformat()
LARGE = 10**17
DEEP = "[" * 100_000 + "]" * 100_000

ORDERS: dict[str, tuple[dict[str, Any], str]] = {
    "no website": ({"website": None}, "website"),
    "unknown website": ({"website": "nowhere.example"}, "website"),
    "empty website": ({"website": ""}, "website"),
    "website with NUL": ({"website": "a\x00b"}, "website"),
    "website as a number": ({"website": 7}, "website"),
    "unknown currency": ({"currency": "XXQ"}, "currency"),
    "empty currency": ({"currency": ""}, "currency"),
    "no currency": ({"currency": None}, "currency"),
    "currency as a number": ({"currency": 840}, "currency"),
    "negative amount": ({"amount_minor": -1}, "amount_minor"),
    "zero amount": ({"amount_minor": 0}, "amount_minor"),
    "absurd amount": ({"amount_minor": LARGE}, "amount_minor"),
    "amount beyond 64 bits": ({"amount_minor": 10**30}, "amount_minor"),
    "fractional amount": ({"amount_minor": 199.5}, "amount_minor"),
    "whole amount with a point": ({"amount_minor": 199.0}, "amount_minor"),
    "amount as text": ({"amount_minor": "19900"}, "amount_minor"),
    "amount as yes": ({"amount_minor": True}, "amount_minor"),
    "no amount": ({"amount_minor": None}, "amount_minor"),
    "amount as a list": ({"amount_minor": [1]}, "amount_minor"),
    "negative tax": ({"tax_minor": -1}, "tax_minor"),
    "tax above the amount": ({"tax_minor": 19901}, "tax_minor"),
    "shipping above the amount": ({"shipping_minor": 19901}, "tax_minor"),
    "lines that do not add up": ({"items": [{"amount_minor": 1}]}, "items"),
    "negative line": ({"items": [{"amount_minor": -1}, {"amount_minor": 19901}]}, "items[0].amount_minor"),
    "line without an amount": ({"items": [{"product": "pro"}]}, "items[0].amount_minor"),
    "two lines of one id": ({"items": [{"id": 1, "amount_minor": 19900}, {"id": "1", "amount_minor": 0}]}, "items[1].id"),
    "line of no quantity": ({"items": [{"amount_minor": 19900, "quantity": 0}]}, "items[0].quantity"),
    "lines as an object": ({"items": {"amount_minor": 1}}, "items"),
    "line as a text": ({"items": ["pro"]}, "items[0]"),
    "too many lines": ({"items": [{"amount_minor": 0}] * 501}, "items"),
    "future time": ({"occurred_at": SOON}, "occurred_at"),
    "time without a zone": ({"occurred_at": "2026-11-20T10:00:00"}, "occurred_at"),
    "date alone": ({"occurred_at": "2026-11-20"}, "occurred_at"),
    "time as a number": ({"occurred_at": 1795168800}, "occurred_at"),
    "time before all orders": ({"occurred_at": "1999-12-31T00:00:00Z"}, "occurred_at"),
    "time at the end of time": ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "occurred_at"),
    "impossible time": ({"occurred_at": "2026-02-30T10:00:00Z"}, "occurred_at"),
    "unknown kind": ({"kind": "gift"}, "kind"),
    "no external id": ({"external_id": None}, "external_id"),
    "empty external id": ({"external_id": "  "}, "external_id"),
    "long external id": ({"external_id": "x" * 257}, "external_id"),
    "external id with NUL": ({"external_id": "a\x00b"}, "external_id"),
    "fractional external id": ({"external_id": 1.5}, "external_id"),
    "empty source": ({"source": ""}, "source"),
    "source with a slash": ({"source": "a/b"}, "source"),
    "source with NUL": ({"source": "a\x00"}, "source"),
    "visitor with NUL": ({"anonymous_id": "a\x00"}, "anonymous_id"),
    "code with NUL": ({"affiliate_code": "a\x00"}, "affiliate_code"),
    "coupon with NUL": ({"coupon": "a\x00"}, "coupon"),
    "reference with NUL": ({"payment_reference": "a\x00"}, "payment_reference"),
    "click with NUL": ({"click_id": "a\x00"}, "click_id"),
    "long coupon": ({"coupon": "x" * 257}, "coupon"),
    "customer as text": ({"customer": "x@example.com"}, "customer"),
    "no e-mail address": ({"customer": {"email": "nobody"}}, "customer.email"),
    "e-mail as a number": ({"customer": {"email": 1}}, "customer.email"),
    "unknown field of the customer": ({"customer": {"mail": "x@example.com"}}, "customer.mail"),
    "customer with NUL": ({"customer": {"external_id": "a\x00"}}, "customer.external_id"),
    "unknown field": ({"amount": 19900}, "amount"),
    "nested metadata": ({"metadata": {"a": {"b": 1}}}, "metadata.a"),
    "fractional metadata": ({"metadata": {"a": 1.5}}, "metadata.a"),
    "metadata as a list": ({"metadata": []}, "metadata"),
    "metadata with NUL": ({"metadata": {"a": "b\x00"}}, "metadata.a"),
    "too much metadata": ({"metadata": {str(number): 1 for number in range(51)}}, "metadata"),
}

REFUNDS: dict[str, tuple[dict[str, Any], str]] = {
    "above the order": ({"amount_minor": 19901}, "amount_minor"),
    "of nothing": ({"amount_minor": 0}, "amount_minor"),
    "negative": ({"amount_minor": -5000}, "amount_minor"),
    "fractional": ({"amount_minor": 0.5}, "amount_minor"),
    "as text": ({"amount_minor": "5000"}, "amount_minor"),
    "absurd": ({"amount_minor": LARGE}, "amount_minor"),
    "without an amount": ({"amount_minor": None}, "amount_minor"),
    "without an id": ({"external_id": None}, "external_id"),
    "with an empty id": ({"external_id": " "}, "external_id"),
    "with NUL in its id": ({"external_id": "a\x00"}, "external_id"),
    "with NUL in its reason": ({"reason": "a\x00"}, "reason"),
    "with a long reason": ({"reason": "x" * 501}, "reason"),
    "before the order": ({"occurred_at": BEFORE}, "occurred_at"),
    "in the future": ({"occurred_at": SOON}, "occurred_at"),
    "at a time without a zone": ({"occurred_at": "2026-11-23T10:00:00"}, "occurred_at"),
    "of a line that is not there": ({"items": [{"id": "7", "amount_minor": 1}]}, "items[7]"),
    "of more than a line has": ({"items": [{"id": "1", "amount_minor": 9901}], "amount_minor": 9901}, "items[1].amount_minor"),
    "of more lines than it is": ({"items": [{"id": "1", "amount_minor": 5001}]}, "items"),
    "of a line twice": ({"items": [{"id": "1", "amount_minor": 1}, {"id": 1, "amount_minor": 1}]}, "items[1].id"),
    "of a line without an amount": ({"items": [{"id": "1"}]}, "items[0].amount_minor"),
    "of a line of a negative amount": ({"items": [{"id": "1", "amount_minor": -1}]}, "items[1].amount_minor"),
    "with an unknown field": ({"currency": "USD"}, "currency"),
}

DISPUTES: dict[str, tuple[dict[str, Any], str]] = {
    "of an unknown state": ({"state": "draw"}, "state"),
    "without an id": ({"external_id": None}, "external_id"),
    "before the order": ({"occurred_at": BEFORE}, "occurred_at"),
    "in the future": ({"occurred_at": SOON}, "occurred_at"),
    "with NUL in its reason": ({"reason": "\x00"}, "reason"),
}

BODIES = {
    "nothing": b"",
    "no JSON": b"amount=1",
    "half of it": b'{"website": "course.example"',
    "a number that is none": b'{"website": "course.example", "external_id": "1", "amount_minor": NaN}',
    "an infinite number": b'{"website": "course.example", "external_id": "1", "amount_minor": 1e999}',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"order"',
    "deep lists": DEEP.encode(),
    "deep metadata": b'{"metadata": {"a": ' + DEEP.encode() + b"}}",
    "a lone surrogate": b'{"website": "course.example", "external_id": "a\\ud800b", "amount_minor": 1, "currency": "USD"}',
    "bytes that are no UTF-8": b'{"website": "\xff\xfe", "external_id": "1", "amount_minor": 1, "currency": "USD"}',
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """With a program, and one order of two lines. One for all tests: what is refused leaves nothing behind."""
    with opened(tmp_path_factory.mktemp("shop")) as portal:
        api = Api(portal)
        api.program()
        api.order("order-1", items=[{"amount_minor": 9900}, {"amount_minor": 10000}])
        yield api


def everything(api: Api) -> dict[str, int]:
    """How many rows each table has."""
    with api.portal.database.reading() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables}


def refused(api: Api, path: str, body: dict[str, Any], field: str) -> None:
    kept = everything(api)
    plain = {name: value for name, value in body.items() if value is not None}
    answer = api.ask("POST", path, plain)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["field"] == field, answer.text
    assert answer.json()["error"]["message"].startswith(f"{field}: ")
    assert everything(api) == kept


def the_order(api: Api, external_id: str = "order-1") -> str:
    return next(str(one["id"]) for one in api.told("GET", "/conversions")["conversions"] if one["external_id"] == external_id)


@pytest.mark.parametrize("case", ORDERS)
def test_an_order_is_refused_by_field(shop: Api, case: str) -> None:
    change, field = ORDERS[case]
    refused(shop, "/conversions", GOOD | change, field)


@pytest.mark.parametrize("case", REFUNDS)
def test_a_refund_is_refused_by_field(shop: Api, case: str) -> None:
    change, field = REFUNDS[case]
    refused(shop, f"/conversions/{the_order(shop)}/refunds", GOOD_REFUND | change, field)


@pytest.mark.parametrize("case", DISPUTES)
def test_a_dispute_is_refused_by_field(shop: Api, case: str) -> None:
    change, field = DISPUTES[case]
    refused(shop, f"/conversions/{the_order(shop)}/disputes", {"external_id": "dp_9"} | change, field)


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize("path", ["/conversions", "/conversions/{order}/refunds", "/conversions/{order}/disputes"])
def test_what_is_no_such_body_is_refused(shop: Api, case: str, path: str) -> None:
    path, kept = f"/api/v1{path.format(order=the_order(shop))}", everything(shop)
    answer = shop.client().post(path, content=BODIES[case], headers={"content-type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"]
    assert everything(shop) == kept


def test_a_body_of_ten_megabytes_is_refused(shop: Api) -> None:
    kept = everything(shop)
    answer = shop.client().post("/api/v1/conversions", content=b'{"metadata": {"a": "' + b"x" * 10_000_000 + b'"}}')
    assert answer.status_code == 413, answer.text
    assert everything(shop) == kept


@pytest.mark.parametrize("change", [{"amount_minor": 19800}, {"coupon": "ten"}, {"customer": {"email": "y@example.com"}}, {"kind": "lead"}])
def test_other_content_under_a_known_id_is_a_conflict(shop: Api, change: dict[str, Any]) -> None:
    known = GOOD | {"external_id": "order-known"}
    shop.told("POST", "/conversions", known)
    kept = everything(shop)
    assert "external_id" in shop.refused(409, "POST", "/conversions", known | change)
    assert everything(shop) == kept


def test_another_refund_under_a_known_id_is_a_conflict(shop: Api) -> None:
    shop.order("order-refunded")
    path = f"/conversions/{the_order(shop, 'order-refunded')}/refunds"
    shop.told("POST", path, GOOD_REFUND)
    kept = everything(shop)
    assert "external_id" in shop.refused(409, "POST", path, GOOD_REFUND | {"amount_minor": 5001})
    assert everything(shop) == kept


@pytest.mark.parametrize("conversion", ["cnv_0", "%00", "x" * 5000, "%F0%9F%92%B8"])
@pytest.mark.parametrize("what", ["/refunds", "/disputes", ""])
def test_an_unknown_conversion_is_not_found(shop: Api, conversion: str, what: str) -> None:
    body = {"/refunds": GOOD_REFUND, "/disputes": {"external_id": "dp_1"}, "": None}[what]
    assert shop.ask("POST" if what else "GET", f"/conversions/{conversion}{what}", body).status_code == 404


@pytest.mark.parametrize("token", ["", "tok_wrong", "Bearer", "\x7f"])
def test_wrong_credentials_take_nothing_in(shop: Api, token: str) -> None:
    kept = everything(shop)
    client = shop.portal.client(x_api_key=token)
    assert client.post("/api/v1/conversions", json=GOOD).status_code == 401
    assert client.get("/api/v1/conversions").status_code == 401
    assert everything(shop) == kept


def test_an_affiliate_takes_nothing_in_and_reads_their_own_commissions(shop: Api) -> None:
    shop.order("order-of-bob", affiliate_code="bob")
    kept, paths = everything(shop), [f"/conversions/{the_order(shop)}{what}" for what in ("/refunds", "/disputes")]
    for path, body in zip(["/conversions", *paths], [GOOD, GOOD_REFUND, {"external_id": "dp_1"}], strict=True):
        shop.refused(403, "POST", path, body, by="ada")
    assert everything(shop) == kept
    theirs = {one["id"] for one in shop.told("GET", f"/commissions?affiliate_id={shop.people['ada'].id}")["commissions"]}
    assert theirs
    assert {one["id"] for one in shop.told("GET", "/commissions", by="ada")["commissions"]} == theirs
