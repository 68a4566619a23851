"""Who asks to be in a program waits for the team's answer, wherever they asked; over REST it is given, and the sign-up page changed."""

from typing import Any

import pytest

from tests.support.portal import Client, Portal
from tests.support.shop import Shop
from tribute.ledger.rules.terms import Rule, Terms

APPLICATIONS = "/api/v1/applications"
SIGN_UP = "/api/v1/programs/Partners/sign-up"


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal, Terms(currency="USD", rules=(Rule(percent="50"),), by_approval=True))


def listed(owner: Client, state: str = "waiting") -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = owner.get(APPLICATIONS, params={"state": state}).json()["applications"]
    return told


def test_who_asks_through_the_api_is_among_the_applications_once(shop: Shop) -> None:
    for _ in range(2):
        assert shop.ada_asking.post("/api/v1/programs/Partners/enrollments", json={}).json()["state"] == "pending"
    [waiting] = listed(shop.owner)
    assert (waiting["name"], waiting["code"], waiting["program"]) == ("Ada Lovelace", "ada", "Partners")
    assert f"/owner/applications/{waiting['id']}/approve" in shop.browsing(None).get("/owner/affiliates").text
    answered = shop.owner.post(f"{APPLICATIONS}/{waiting['id']}/approve", json={})
    assert (answered.status_code, answered.json()["state"], answered.json()["affiliate_id"]) == (200, "admitted", shop.ada.id)
    assert "/sign-in/" not in answered.text
    assert shop.ada_asking.post("/api/v1/programs/Partners/enrollments", json={}).json()["state"] == "approved"
    assert shop.owner.post(f"{APPLICATIONS}/{waiting['id']}/approve", json={}).status_code == 409


def test_a_rejection_needs_a_reason_and_affiliates_answer_nobody(shop: Shop) -> None:
    shop.ada_asking.post("/api/v1/programs/Partners/enrollments", json={})
    [waiting] = listed(shop.owner)
    path = f"{APPLICATIONS}/{waiting['id']}/reject"
    assert shop.owner.post(path, json={"reason": " "}).json()["error"]["field"] == "reason"
    assert shop.ada_asking.post(path, json={"reason": "Me"}).status_code == 403
    assert shop.ada_asking.get(APPLICATIONS).status_code == 403
    assert shop.owner.post(path, json={"reason": "Too few readers yet"}).status_code == 200
    assert [one["reason"] for one in listed(shop.owner, "rejected")] == ["Too few readers yet"]
    assert shop.owner.post(f"{APPLICATIONS}/app_unknown/reject", json={"reason": "No"}).status_code == 404


def test_the_sign_up_page_is_changed_part_by_part(portal: Portal, shop: Shop) -> None:
    assert shop.owner.get(SIGN_UP).json()["is_published"] is False
    told = {"is_published": True, "slug": "friends", "questions": [{"text": "How many read you?", "required": True}]}
    assert shop.owner.request("PATCH", SIGN_UP, json=told).status_code == 200
    changed = shop.owner.request("PATCH", SIGN_UP, json={"terms_text": "No spam."}).json()
    assert (changed["slug"], changed["terms_text"], changed["is_published"]) == ("friends", "No spam.", True)
    assert [one["text"] for one in changed["questions"]] == ["How many read you?"]
    assert "No spam." in portal.client().get("/join/friends").text
    assert shop.owner.request("PATCH", SIGN_UP, json={"slug": "No!"}).status_code == 400
    assert shop.ada_asking.get(SIGN_UP).status_code == 403
