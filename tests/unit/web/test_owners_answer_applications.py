"""The console's affiliates: applications are approved with a code and a group or rejected with a reason, once; people are invited."""

import html
import re

import httpx
import pytest

from tests.support.joining import OWNER, SignUpPage
from tests.support.portal import ORIGIN, Client, Portal
from tribute.access.caller import Caller, Role

LIST = "/owner/affiliates"


@pytest.fixture
def page(portal: Portal) -> SignUpPage:
    return SignUpPage(portal)


@pytest.fixture
def owner(portal: Portal) -> Client:
    return portal.signed_in(Role.OWNER, portal.add_owner())


def say(client: Client, path: str, **told: str) -> httpx.Response:
    token = re.search(r'name="_csrf_token" value="([^"]+)"', client.get("/sign-in").text + client.get(LIST).text)
    assert token is not None
    return client.post(path, data={"_csrf_token": token[1]} | told, headers={"origin": ORIGIN})


def link_on(answer: httpx.Response) -> str:
    found = re.search(r'id="made-link">([^<]+)<', answer.text)
    assert found is not None
    return html.unescape(found[1])


def test_an_application_becomes_an_affiliate_who_gets_in(portal: Portal, page: SignUpPage, owner: Client) -> None:
    page.apply()
    [seen] = page.waiting()
    shown = owner.get(LIST).text
    assert "How many people read you?" in shown
    assert "1,000" in shown
    approved = say(owner, f"/owner/applications/{seen.record.id}/approve", code="countess")
    assert approved.status_code == 200
    assert page.waiting() == []
    [made] = portal.ledger.promoters.affiliates(OWNER)
    assert (made.record.name, made.record.code) == ("Ada Lovelace", "countess")
    standing = portal.ledger.joining.standing(Caller.of_affiliate(made.record.id), page.program_id)
    assert standing is not None
    assert standing.state == "approved"
    assert page.kept(seen.record.id).affiliate_id == made.record.id
    assert portal.client().get(link_on(approved).replace(ORIGIN, "")).status_code == 200
    again = say(owner, f"/owner/applications/{seen.record.id}/approve")
    assert again.status_code == 422
    assert "answered already" in again.text


def test_a_taken_code_is_told_and_the_application_waits_on(portal: Portal, page: SignUpPage, owner: Client) -> None:
    page.apply()
    portal.add_affiliate("Bob", "bob")
    [seen] = page.waiting()
    refused = say(owner, f"/owner/applications/{seen.record.id}/approve", code="bob")
    assert refused.status_code == 422
    assert "Nobody was approved." in refused.text
    assert 'value="bob"' in refused.text
    assert len(page.waiting()) == 1


def test_a_rejection_needs_a_reason_and_frees_the_code(portal: Portal, page: SignUpPage, owner: Client) -> None:
    page.apply()
    [seen] = page.waiting()
    path = f"/owner/applications/{seen.record.id}/reject"
    assert say(owner, path, reason=" \u202e ").status_code == 422
    assert say(owner, path, reason="We sell nothing to poets.").status_code == 303
    assert "We sell nothing to poets." in owner.get(f"{LIST}?state=rejected").text
    assert portal.client().get("/join/partners/code?code=ada").json()["free"] is True


def test_somebody_with_an_account_is_rejected_in_the_program(portal: Portal, page: SignUpPage, owner: Client) -> None:
    bob = portal.add_affiliate("Bob", "bob")
    page.apply(portal.signed_in(Role.AFFILIATE, bob.id))
    [seen] = page.waiting()
    say(owner, f"/owner/applications/{seen.record.id}/reject", reason="Not now.")
    standing = portal.ledger.joining.standing(Caller.of_affiliate(bob.id), page.program_id)
    assert standing is not None
    assert (standing.state, standing.reason) == ("rejected", "Not now.")


def test_an_application_that_was_answered_elsewhere_waits_no_more(portal: Portal, page: SignUpPage) -> None:
    bob = portal.add_affiliate("Bob", "bob")
    page.apply(portal.signed_in(Role.AFFILIATE, bob.id))
    portal.office.enrollments.change(OWNER, page.program_id, bob.id, "approved")
    assert page.waiting() == []


def test_people_are_invited_with_a_code_of_their_name(portal: Portal, page: SignUpPage, owner: Client) -> None:
    portal.add_affiliate("Zoe", "zoeengstrom")
    answer = say(owner, f"{LIST}/invite", name="Zoë Engström", email="zoe@x.example", code="", program="Partners")
    assert answer.status_code == 200
    assert link_on(answer).startswith(f"{ORIGIN}/sign-in/") or link_on(answer).startswith("/sign-in/")
    assert portal.ledger.promoters.affiliate(OWNER, "zoeengstrom2").record.name == "Zoë Engström"
    assert say(owner, f"{LIST}/invite", name="Zoë", email="ZOE@x.example").status_code == 422


@pytest.mark.parametrize("told", ["ad%00a", "%00"])
def test_a_search_that_cannot_be_made_is_told(portal: Portal, owner: Client, told: str) -> None:
    portal.add_affiliate()
    answer = owner.get(f"{LIST}?q={told}")
    assert answer.status_code == 200
    assert "The search had characters that nothing is stored with" in answer.text
    assert "Ada Lovelace" in answer.text
    assert "The search had" not in owner.get(f"{LIST}?q=ada").text


def test_the_list_is_searched_filtered_and_paged(portal: Portal, owner: Client) -> None:
    for number in range(35):
        portal.add_affiliate(f"Person {number}", f"code{number:02}")
    page = owner.get(f"{LIST}?state=active").text
    assert page.count('<th scope="row"') == 30
    more = re.search(r'rel="next" href="([^"]+)"', page)
    assert more is not None
    rest = owner.get(html.unescape(more[1])).text
    assert rest.count('<th scope="row"') == 5
    found = owner.get(f"{LIST}?q=PERSON+7").text
    assert (found.count('<th scope="row"'), "code07" in found) == (1, True)
    for odd in ("%25", "_", "\\", "after-nothing"):
        assert owner.get(f"{LIST}?q={odd}").text.count('<th scope="row"') == 0
    assert owner.get(f"{LIST}?after=nonsense&state=nonsense").status_code == 200


def test_an_affiliate_is_put_out_and_taken_up_again(portal: Portal, owner: Client) -> None:
    ada = portal.add_affiliate()
    path = f"{LIST}/{ada.id}"
    assert say(owner, f"{path}/deactivate").status_code == 303
    assert "Take up again" in owner.get(path).text
    assert say(owner, f"{path}/link").status_code == 422
    assert say(owner, f"{path}/activate").status_code == 303
    assert link_on(say(owner, f"{path}/link"))
    assert owner.get(f"{LIST}/aff_unknown").status_code == 404


def test_viewers_change_nothing_and_affiliates_see_nothing(portal: Portal, page: SignUpPage) -> None:
    page.apply()
    [seen] = page.waiting()
    ada = portal.add_affiliate("Bob", "bob")
    paths = [f"{LIST}/invite", f"/owner/applications/{seen.record.id}/approve", f"/owner/applications/{seen.record.id}/reject"]
    paths += [f"{LIST}/{ada.id}/{word}" for word in ("deactivate", "activate", "link", "let-in", "turn-down")]
    paths += [f"/owner/programs/{page.program_id}/sign-up", "/owner/websites"]
    affiliate = portal.signed_in(Role.AFFILIATE, ada.id)
    for path in (LIST, f"{LIST}/{ada.id}", f"/owner/programs/{page.program_id}/sign-up", "/owner/websites"):
        assert affiliate.get(path).status_code == 403, path
    told = {"name": "X", "email": "x@x.example", "reason": "x", "domain": "x.example"}
    for path in paths:
        assert say_as(affiliate, path, **told).status_code == 403, path
    viewer = Caller(Role.VIEWER, "somebody")
    for change in (
        lambda: portal.office.applications.approve(viewer, seen.record.id),
        lambda: portal.office.applications.reject(viewer, seen.record.id, "x"),
        lambda: portal.office.applications.invite(viewer, "X", "x@x.example"),
        lambda: portal.office.websites.add(viewer, "X", "x.example"),
    ):
        with pytest.raises(Exception, match="viewer changes nothing"):
            change()
    assert len(page.waiting()) == 1


def say_as(client: Client, path: str, **told: str) -> httpx.Response:
    """A form's token comes from a page that anybody may see."""
    token = re.search(r'name="_csrf_token" value="([^"]+)"', client.get("/").text)
    assert token is not None
    return client.post(path, data={"_csrf_token": token[1]} | told, headers={"origin": ORIGIN})
