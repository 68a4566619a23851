"""Looking at the portal as its affiliate: what is shown, that nothing can be changed by any door, and that it is on record."""

import pytest

from tests.support.forms import form
from tests.support.portal import Client, Portal, caller_of
from tribute.access.caller import Role
from tribute.access.people import Owners
from tribute.ledger.affiliates import AffiliateRecord
from tribute.ledger.audit import Audit
from tribute.web.security import SESSION_COOKIE


def looking(portal: Portal, ada: AffiliateRecord, role: Role = Role.OWNER) -> Client:
    """Somebody of the team who has begun to look."""
    with portal.database.session() as session:
        member = Owners(session, portal.clock).add(f"{role}@owner.example", role)
    client = portal.signed_in(role, member.id)
    answer = client.post(f"/owner/affiliates/{ada.id}/view", data=form(client, "/owner"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
    return client


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
def test_the_portal_is_shown_as_the_affiliate_sees_it_and_says_so(portal: Portal, role: Role) -> None:
    portal.add_website("Course", "course.example")
    ada = portal.add_affiliate()
    client = looking(portal, ada, role)
    for path in ("/", "/commissions", "/links"):
        page = client.get(path)
        assert page.status_code == 200
        assert "You see the portal as" in page.text
        assert "Ada Lovelace" in page.text
        assert 'href="/settings"' not in page.text
    assert "You see the portal as" not in portal.signed_in(Role.AFFILIATE, ada.id).get("/").text


def test_nothing_is_changed_by_any_door(portal: Portal) -> None:
    portal.add_website("Course", "course.example")
    ada = portal.add_affiliate()
    client = looking(portal, ada)
    told_by_form = form(client, "/", website="Course", slug="mine")
    assert client.post("/links", data=told_by_form).status_code == 403
    own_page = {"origin": portal.public_url, "sec-fetch-site": "same-origin"}
    told = client.post("/api/v1/links", json={"website": "Course", "slug": "mine"}, headers=own_page)
    assert told.status_code == 403
    query = {"query": 'mutation { createLink(website: "Course", slug: "mine") { slug } }'}
    refused = client.post("/graphql", json=query, headers=own_page).json()
    assert refused["errors"][0]["errorType"] == "Unauthorized"
    assert client.post("/graphql", json={"query": "{ viewer { code } }"}, headers=own_page).json()["data"] == {"viewer": {"code": "ada"}}
    assert list(portal.ledger.promoters.links(caller_of(ada))) == []


@pytest.mark.parametrize("path", ["/settings", "/settings/tokens", "/settings/sessions", "/settings/payout", "/owner"])
def test_what_is_the_affiliates_own_and_the_owners_side_are_not_shown(portal: Portal, path: str) -> None:
    assert looking(portal, portal.add_affiliate()).get(path).status_code in {403, 404}


def test_a_view_ends_with_a_new_secret_and_is_on_record(portal: Portal) -> None:
    ada = portal.add_affiliate()
    client = looking(portal, ada)
    during = client.cookies[SESSION_COOKIE]
    answer = client.post("/view/end", data=form(client, "/"))
    assert answer.headers["location"] == "/owner/affiliates"
    assert portal.access.caller_for_session(during) is None
    assert client.get("/owner").status_code == 200
    with portal.database.reading() as session:
        entries = Audit(session, portal.clock).page(subject=("affiliate", ada.id)).items
    noted = sorted(one.action for one in entries if one.action.startswith("view."))
    assert noted == ["view.begin", "view.end"], "both at one instant of the test's clock, in whichever order"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AFFILIATE])
def test_who_may_not_change_things_may_not_look_either(portal: Portal, role: Role) -> None:
    ada = portal.add_affiliate()
    with portal.database.session() as session:
        member = Owners(session, portal.clock).add("v@owner.example", Role.VIEWER).id if role is Role.VIEWER else ada.id
    client = portal.signed_in(role, member)
    told = form(client, "/" if role is Role.AFFILIATE else "/owner/orders")
    assert client.post(f"/owner/affiliates/{ada.id}/view", data=told).status_code == 403
    assert "You see the portal as" not in client.get("/").text
