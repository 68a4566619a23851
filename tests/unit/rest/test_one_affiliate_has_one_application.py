"""An affiliate has one application waiting in a program, whatever became of their address, and one answer settles all that is theirs."""

from dataclasses import replace

import pytest

from tests.support.joining import OWNER
from tests.support.portal import Portal
from tests.support.shop import Shop
from tribute.ledger.applications import Applications
from tribute.ledger.rules.terms import Rule, Terms

APPLICATIONS = "/api/v1/applications"
ENROLLMENTS = "/api/v1/programs/Partners/enrollments"


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal, Terms(currency="USD", rules=(Rule(percent="50"),), by_approval=True))


def ask(shop: Shop) -> None:
    assert shop.ada_asking.post(ENROLLMENTS, json={}).json()["state"] == "pending"


def test_who_asks_again_by_another_address_waits_once(portal: Portal, shop: Shop) -> None:
    ask(shop)
    portal.office.affiliates.set_email(OWNER, "ada", "countess@lovelace.example")
    ask(shop)
    assert len(shop.owner.get(APPLICATIONS).json()["applications"]) == 1


@pytest.mark.parametrize(("answer", "body"), [("approve", {}), ("reject", {"reason": "Too few readers yet"})])
def test_one_answer_settles_all_that_waits(portal: Portal, shop: Shop, answer: str, body: dict[str, str]) -> None:
    ask(shop)
    [first] = portal.ledger.joining.applications(OWNER, "waiting").items
    older = replace(first.record, id="app_older", sent_key="app_older", email="former@lovelace.example")
    with portal.database.session() as session:
        Applications(session, portal.clock).add(older)
    assert shop.owner.post(f"{APPLICATIONS}/{first.record.id}/{answer}", json=body).status_code == 200
    assert shop.owner.get(APPLICATIONS).json()["applications"] == []


def test_the_applicant_is_named_not_who_has_their_former_address(portal: Portal, shop: Shop) -> None:
    ask(shop)
    former = shop.ada.email
    portal.office.affiliates.set_email(OWNER, "ada", "countess@lovelace.example")
    portal.office.affiliates.set_email(OWNER, "bob", former)
    told = shop.owner.graphql("{ applications { applications { affiliate termsId } } }")["data"]["applications"]["applications"]
    assert told == [{"affiliate": "ada", "termsId": None}]


def test_nobody_accepted_terms_that_they_were_not_shown(shop: Shop) -> None:
    ask(shop)
    [waiting] = shop.owner.get(APPLICATIONS).json()["applications"]
    assert waiting["terms_id"] is None
    assert "none were accepted" in shop.browsing(None).get("/owner/affiliates").text


def test_an_account_keeps_its_code(shop: Shop) -> None:
    ask(shop)
    [waiting] = shop.owner.get(APPLICATIONS).json()["applications"]
    path = f"{APPLICATIONS}/{waiting['id']}/approve"
    refused = shop.owner.post(path, json={"code": "countess"})
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "code")
    assert shop.owner.post(path, json={"code": "ADA"}).json()["state"] == "admitted"


def test_a_search_that_no_database_can_hold_is_refused(shop: Shop) -> None:
    ask(shop)
    refused = shop.owner.get(APPLICATIONS, params={"search": "\0"})
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "search")
    told = shop.owner.graphql("query($text: String) { applications(search: $text) { next } }", text="\0")
    assert told["errors"][0]["errorType"] == "BadRequestException"
