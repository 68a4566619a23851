"""Affiliates, links, adjustments and order hints over REST, as an owner makes and reads them."""

from datetime import timedelta

import pytest

from tests.support.api import Api
from tribute.events.orders import OrderKind


def test_an_affiliate_is_added_and_gets_further_codes(api: Api) -> None:
    made = api.told("POST", "/affiliates", {"name": "Carl", "email": "carl@example.com", "code": "CARL"})
    assert (made["code"], made["codes"], made["active"]) == ("carl", ["carl"], True)
    changed = api.told("POST", f"/affiliates/{made['id']}/codes", {"code": "linnaeus", "primary": True})
    assert (changed["code"], changed["codes"]) == ("linnaeus", ["carl", "linnaeus"])
    assert api.told("GET", "/affiliates/carl")["code"] == "linnaeus"
    assert "never changes hands" in api.refused(409, "POST", "/affiliates/ada/codes", {"code": "carl"})


def test_an_affiliate_who_is_put_out_is_let_in_no_more(api: Api) -> None:
    assert api.told("PATCH", "/affiliates/ada", {"active": False})["active"] is False
    assert api.ask("GET", "/links", by="ada").status_code == 401
    assert api.told("PATCH", "/affiliates/ada", {"active": True})["active"] is True
    assert api.ask("GET", "/links", by="ada").status_code == 200


def test_a_code_counts_from_its_registration(api: Api) -> None:
    api.program()
    before = api.order(affiliate_code="later")
    api.portal.clock.at += timedelta(seconds=1)
    api.told("POST", "/affiliates/ada/codes", {"code": "later"})
    again = api.told("POST", f"/conversions/{before['id']}/decide")
    assert (before["attribution"]["reason"], again["attribution"]["reason"]) == ("unknown_code", "unknown_code")
    assert api.order("order-2", affiliate_code="later")["attribution"]["affiliate"] == "ada"


def test_links_are_made_for_whom_an_owner_names(api: Api) -> None:
    link = api.told("POST", "/links", {"website": "course.example", "affiliate": "ada", "slug": "Spring", "to": "/spring", "sub_id": "bio"})
    assert link["url"] == "http://portal.test/go/ada/spring"
    assert (link["destination"], link["sub_id"]) == ("https://course.example/spring", "bio")
    assert api.told("GET", "/links?affiliate=ada")["links"] == [link]
    assert api.told("GET", "/links?affiliate=bob")["links"] == []
    assert api.ask("GET", "/links?affiliate=nobody").status_code == 404
    assert "affiliate" in api.refused(400, "POST", "/links", {"website": "course.example"})


def test_adjustments_are_booked_and_listed(api: Api) -> None:
    bonus = {"affiliate": "ada", "kind": "bonus", "amount_minor": 2500, "currency": "USD", "reason": "thanks"}
    assert api.told("POST", "/adjustments", bonus)["amount_minor"] == 2500
    correction = bonus | {"kind": "correction", "amount_minor": -500}
    api.told("POST", "/adjustments", correction)
    assert api.told("GET", "/balances?affiliate_id=ada")["balances"][0]["adjustments_minor"] == 2000
    assert {one["amount_minor"] for one in api.told("GET", "/adjustments?affiliate_id=ada")["adjustments"]} == {2500, -500}
    assert "affiliate_id" in api.refused(400, "GET", "/balances")


def test_an_adjustment_with_an_id_is_booked_once(api: Api) -> None:
    bonus = {"affiliate": "ada", "kind": "bonus", "amount_minor": 2500, "currency": "USD", "reason": "thanks", "external_id": "nov-1"}
    answers = [api.ask("POST", "/adjustments", bonus) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["external_id"] == "nov-1"
    assert "other content" in api.refused(409, "POST", "/adjustments", bonus | {"amount_minor": 1})
    assert api.told("GET", "/balances?affiliate_id=ada")["balances"][0]["adjustments_minor"] == 2500
    (seen,) = api.told("GET", "/adjustments", by="ada")["adjustments"]
    assert (seen["by"], seen["external_id"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -1}, "amount_minor"),
        ({"amount_minor": 10**16}, "amount_minor"),
        ({"amount_minor": 1.5}, "amount_minor"),
        ({"currency": "XXQ"}, "currency"),
        ({"affiliate": "nobody"}, "affiliate"),
        ({"affiliate": "\x00"}, "affiliate"),
        ({"reason": ""}, "reason"),
        ({"kind": "gift"}, "kind"),
    ],
)
def test_a_wrong_adjustment_books_nothing(api: Api, change: dict[str, object], field: str) -> None:
    bonus = {"affiliate": "ada", "kind": "bonus", "amount_minor": 2500, "currency": "USD", "reason": "thanks"}
    answer = api.ask("POST", "/adjustments", bonus | change)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    assert api.told("GET", "/balances?affiliate_id=ada")["balances"] == []


def test_hints_show_until_a_trusted_source_confirms_them(api: Api) -> None:
    told = {
        "type": "track",
        "name": "Order Completed",
        "order_kind": OrderKind.COMPLETED,
        "order_amount_minor": 19900,
        "order_currency": "USD",
    }
    api.portal.events(api.website, None, *(told | {"order_id": name} for name in ("order-1", "order-2")))
    assert {one["external_id"] for one in api.told("GET", "/order-hints")["hints"]} == {"order-1", "order-2"}
    api.program()
    api.order("order-1", source="shop")
    (left,) = api.told("GET", "/order-hints")["hints"]
    assert (left["external_id"], left["amount_minor"], left["website_id"]) == ("order-2", 19900, api.website.id)
    assert api.told("GET", "/order-hints?until=2020-01-01T00:00:00Z")["hints"] == []
    assert "since" in api.refused(400, "GET", "/order-hints?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z")
