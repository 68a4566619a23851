"""Programs, terms, members and coupons over REST: made, changed and read by an owner."""

import pytest

from tests.support.api import HALF, Api


def test_a_program_is_made_and_read(api: Api) -> None:
    made = api.told("POST", "/programs", {"name": "Partners", "websites": ["course.example"], "groups": ["Gold"], "terms": HALF})
    assert made["id"].startswith("prg_")
    assert [site["domain"] for site in made["websites"]] == ["course.example"]
    assert "write_key" not in made["websites"][0]
    assert (made["terms"]["sentences"], made["terms"]["terms"]["rules"]) == (["Pays 50 % of every sale."], [{"percent": "50"}])
    assert (made["groups"], made["archived"], made["coming"]) == (["Gold"], False, [])
    assert api.told("GET", f"/programs/{made['id']}") == made
    assert api.told("GET", "/programs/partners") == made
    assert api.told("GET", "/programs")["programs"] == [made]


def test_terms_to_come_are_told_beside_those_that_hold(api: Api) -> None:
    program = api.program()
    later = {"terms": {"currency": "USD", "rules": [{"percent": "40"}]}, "effective_from": "2027-01-01T00:00:00Z", "note": "New year"}
    changed = api.told("POST", f"/programs/{program}/terms", later)
    assert changed["terms"]["sentences"] == ["Pays 50 % of every sale."]
    (coming,) = changed["coming"]
    assert (coming["sentences"], coming["note"]) == (["Pays 40 % of every sale."], "New year")
    assert coming["effective_from"].startswith("2027-01-01T00:00:00")
    assert len(api.told("GET", f"/programs/{program}/terms")["terms"]) == 2
    past = later | {"effective_from": "2001-01-01T00:00:00Z"}
    assert "past" in api.refused(400, "POST", f"/programs/{program}/terms", past)


def test_a_program_is_renamed_and_put_away(api: Api) -> None:
    program = api.program()
    assert api.told("PATCH", f"/programs/{program}", {"name": "Friends"})["name"] == "Friends"
    assert api.told("PATCH", f"/programs/{program}", {"archived": True})["archived"] is True
    assert api.told("GET", "/programs", by="ada")["programs"] == []
    assert "Friends" in api.refused(409, "POST", "/programs", {"name": "friends", "terms": HALF})


def test_terms_are_tried_before_they_are_saved(api: Api) -> None:
    order = {"amount_minor": 10000, "tax_minor": 2000, "affiliate": "ada"}
    wanted = {"currency": "USD", "rules": [{"percent": "10"}, {"percent": "25", "affiliates": ["ada"]}]}
    trial = api.told("POST", "/program-trials", {"order": order, "terms": wanted})
    assert (trial["commissionable_minor"], trial["commission_minor"]) == (8000, 2000)
    assert trial["rules"] == ["Pays 10 % of every sale.", "Pays 25 % of every sale brought by Ada."]
    assert "80.00 USD × 25 % = 20.00 USD." in trial["why"]
    program = api.program()
    assert api.told("POST", f"/programs/{program}/try", {"order": order})["commission_minor"] == 4000
    assert api.told("POST", f"/programs/{program}/try", {"order": order, "terms": wanted})["commission_minor"] == 2000
    assert len(api.told("GET", f"/programs/{program}/terms")["terms"]) == 1


def test_websites_join_and_leave(api: Api) -> None:
    program = api.program()
    api.portal.add_website("Academy", "academy.example")
    joined = api.told("POST", f"/programs/{program}/websites", {"website": "academy.example"})
    assert [site["name"] for site in joined["websites"]] == ["Academy", "Course"]
    left = api.told("DELETE", f"/programs/{program}/websites/academy.example")
    assert [site["name"] for site in left["websites"]] == ["Course"]
    api.program(name="Others", websites=["academy.example"])
    assert "'Others'" in api.refused(409, "POST", f"/programs/{program}/websites", {"website": "academy.example"})


def test_affiliates_apply_and_are_let_in(api: Api) -> None:
    program = api.program(terms=HALF | {"by_approval": True})
    path = f"/programs/{program}/enrollments"
    assert api.told("POST", path, {}, by="ada")["state"] == "pending"
    assert api.told("GET", "/programs", by="ada")["programs"][0]["may_earn"] is False
    assert api.told("POST", path, {"affiliate": "ada", "state": "approved"})["state"] == "approved"
    assert api.told("GET", "/programs", by="ada")["programs"][0]["may_earn"] is True
    listed = api.told("GET", f"{path}?state=approved")["enrollments"]
    assert [(one["affiliate"], one["name"]) for one in listed] == [("ada", "Ada")]
    assert "reason" in api.refused(400, "POST", path, {"affiliate": "ada", "state": "banned"})
    api.told("POST", path, {"affiliate": "ada", "state": "banned", "reason": "spam"})
    assert "banned" in api.refused(409, "POST", path, {}, by="ada")


def test_coupons_credit_until_they_are_disabled(api: Api) -> None:
    program = api.program()
    assert api.told("POST", f"/programs/{program}/coupons", {"code": "ADA10", "affiliate": "ada"})["affiliate"] == "ada"
    assert api.order(affiliate_code=None, coupon="ada10")["attribution"]["affiliate"] == "ada"
    assert "never changes hands" in api.refused(409, "POST", f"/programs/{program}/coupons", {"code": "ada10", "affiliate": "bob"})
    assert api.told("DELETE", f"/programs/{program}/coupons/Ada10")["disabled_at"] is not None
    assert api.order("order-2", affiliate_code=None, coupon="ada10")["attribution"]["affiliate"] is None
    assert [one["code"] for one in api.told("GET", f"/programs/{program}/coupons")["coupons"]] == ["ada10"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"terms": {"currency": "USD", "rules": [{"percent": "150"}]}}, "rules[0].percent"),
        ({"terms": {"currency": "USD", "rules": [{"percent": 50}]}}, "terms.rules[0].percent"),
        ({"terms": {"currency": "USD", "rules": [{"percent": "5", "groups": ["Gold"]}]}}, "rules[0].groups[0]"),
        ({"terms": HALF, "websites": ["else.example"]}, "websites"),
        ({"terms": HALF, "name": " "}, "name"),
        ({"terms": HALF, "colour": "red"}, "colour"),
        ({}, "terms"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(api: Api, wanted: dict[str, object], field: str) -> None:
    answer = api.ask("POST", "/programs", {"name": "Partners"} | wanted)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    assert api.told("GET", "/programs")["programs"] == []
