"""An affiliate's token reaches what is theirs, whatever ids, codes, cursors and filters it names; and changes nothing of others."""

from typing import Any

import pytest

from tests.support.api import Api


@pytest.fixture
def world(api: Api) -> Api:
    """Both affiliates have an order, a link, a coupon and a bonus; the terms have a secret rule each."""
    rules = [
        {"percent": "50"},
        {"percent": "60", "affiliates": ["ada"]},
        {"percent": "70", "affiliates": ["bob"]},
        {"percent": "40", "groups": ["Gold"]},
        {"percent": "30", "when": [{"field": "coupon", "op": "is", "value": "bobs-secret"}]},
    ]
    program = api.program(terms={"currency": "USD", "rules": rules}, groups=["Gold"])
    for code in ("ada", "bob"):
        api.order(f"order-{code}", affiliate_code=code)
        api.told("POST", "/links", {"website": "course.example", "slug": f"{code}s-link"}, by=code)
        api.told("POST", f"/programs/{program}/coupons", {"code": f"{code}s-coupon", "affiliate": code})
        bonus = {"affiliate": code, "kind": "bonus", "amount_minor": 100, "currency": "USD", "reason": f"for {code} alone"}
        api.told("POST", "/adjustments", bonus)
        api.told("POST", f"/programs/{program}/enrollments", {"affiliate": code, "state": "approved", "reason": f"{code} was approved"})
    return api


READS = (
    "/programs",
    "/programs/Partners",
    "/programs/Partners/enrollments",
    "/programs/Partners/coupons",
    "/affiliates",
    "/links",
    "/links?affiliate=bob",
    "/balances",
    "/balances?affiliate_id=bob",
    "/adjustments",
    "/adjustments?affiliate_id=bob",
    "/commissions",
    "/commissions?affiliate_id={bob}",
    "/not-credited",
)


@pytest.mark.parametrize("path", READS)
def test_reading_tells_nothing_of_others(world: Api, path: str) -> None:
    answer = world.ask("GET", path.format(bob=world.people["bob"].id), by="ada")
    assert answer.status_code == 200
    for secret in ("bob", world.people["bob"].id, "secret", "Gold", "70 %", "tok_"):
        assert secret.lower() not in answer.text.lower()


def test_an_affiliate_reads_their_own(world: Api) -> None:
    assert [one["slug"] for one in world.told("GET", "/links", by="ada")["links"]] == ["adas-link"]
    assert world.told("GET", "/links", by="ada")["links"][0]["url"].endswith("/go/ada/adas-link")
    assert world.told("GET", "/balances", by="ada")["balances"][0]["pending_minor"] == 11940
    assert [one["reason"] for one in world.told("GET", "/adjustments", by="ada")["adjustments"]] == ["for ada alone"]
    sentences = world.told("GET", "/programs", by="ada")["programs"][0]["terms"]["sentences"]
    assert sentences[:2] == ["Pays 50 % of every sale.", "Pays 60 % of every sale brought by this affiliate."]
    assert [one["code"] for one in world.told("GET", "/affiliates", by="ada")["affiliates"]] == ["ada"]


@pytest.mark.parametrize("path", ["/affiliates/bob", "/affiliates/{bob}", "/affiliates/nobody"])
def test_others_do_not_exist(world: Api, path: str) -> None:
    said = world.refused(404, "GET", path.format(bob=world.people["bob"].id), by="ada")
    assert said.startswith("no affiliate has that code or id")


def test_a_cursor_of_somebody_else_opens_nothing(world: Api) -> None:
    bonus = {"affiliate": "bob", "kind": "bonus", "amount_minor": 200, "currency": "USD", "reason": "more for bob"}
    world.told("POST", "/adjustments", bonus)
    cursor = world.told("GET", "/adjustments?affiliate_id=bob&limit=1")["next_cursor"]
    answer = world.told("GET", f"/adjustments?affiliate_id=bob&cursor={cursor}", by="ada")
    assert all(one["affiliate"] == "ada" for one in answer["adjustments"])


def test_an_affiliates_link_is_their_own_whoever_they_name(world: Api) -> None:
    made = world.told("POST", "/links", {"website": "course.example", "affiliate": "bob"}, by="ada")
    assert made["affiliate"] == "ada"


CHANGES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/programs", {"name": "Mine", "terms": {"currency": "USD", "rules": [{"percent": "99"}]}}),
    ("PATCH", "/programs/Partners", {"name": "Mine"}),
    ("GET", "/programs/Partners/sign-up", None),
    ("POST", "/programs/Partners/terms", {"terms": {"currency": "USD", "rules": [{"percent": "99"}]}}),
    ("GET", "/programs/Partners/terms", None),
    ("POST", "/programs/Partners/websites", {"website": "course.example"}),
    ("DELETE", "/programs/Partners/websites/course.example", None),
    ("POST", "/programs/Partners/groups", {"name": "Mine"}),
    ("POST", "/programs/Partners/try", {"order": {"amount_minor": 100}}),
    ("POST", "/program-trials", {"order": {"amount_minor": 100}, "terms": {"currency": "USD", "rules": [{"percent": "9"}]}}),
    ("POST", "/programs/Partners/enrollments", {"affiliate": "bob", "state": "banned", "reason": "rival"}),
    ("POST", "/programs/Partners/enrollments", {"affiliate": "ada", "group": "Gold"}),
    ("POST", "/programs/Partners/coupons", {"code": "more", "affiliate": "ada"}),
    ("DELETE", "/programs/Partners/coupons/bobs-coupon", None),
    ("POST", "/affiliates", {"name": "Carl", "email": "carl@example.com", "code": "carl"}),
    ("PATCH", "/affiliates/bob", {"active": False}),
    ("POST", "/affiliates/ada/codes", {"code": "more"}),
    ("POST", "/adjustments", {"affiliate": "ada", "kind": "bonus", "amount_minor": 1, "currency": "USD", "reason": "me"}),
    ("PUT", "/conversions/{order}/assignment", {"affiliate": "ada", "reason": "mine"}),
    ("DELETE", "/conversions/{order}/assignment", None),
    ("PUT", "/conversions/{order}/rejection", {"reason": "rival"}),
    ("DELETE", "/conversions/{order}/rejection", None),
    ("POST", "/conversions/{order}/link", {"to": "cnv_other"}),
    ("POST", "/conversions/{order}/keep-apart", None),
    ("POST", "/conversions/{order}/hold", {"reason": "rival"}),
    ("POST", "/conversions/{order}/release", None),
    ("POST", "/conversions/{order}/decide", None),
    ("GET", "/conversions/{order}", None),
    ("GET", "/conversions", None),
    ("GET", "/audit", None),
    ("GET", "/order-hints", None),
)


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_what_is_the_owners_is_refused(world: Api, method: str, path: str, body: Any) -> None:
    order = world.told("GET", "/conversions")["conversions"][0]["id"]
    noted = world.told("GET", "/audit")["changes"]
    world.refused(403, method, path.format(order=order), body, by="ada")
    assert world.told("GET", "/audit")["changes"] == noted
