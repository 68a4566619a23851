"""The console's team: inviting with a role, changing it, removing; and all that nobody may do to it."""

import re

import pytest

from tests.support.forms import form
from tests.support.portal import Client, Portal
from tribute.access.caller import Role, WrongCredentialsError
from tribute.access.links import SignInLinks
from tribute.access.people import Kind, Owners, Person
from tribute.ledger.audit import Audit

PATH = "/owner/team"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def owner(portal: Portal) -> Client:
    return portal.signed_in(Role.OWNER, portal.add_owner())


def member(portal: Portal, role: Role) -> str:
    with portal.database.session() as session:
        return Owners(session, portal.clock).add(f"{role}@team.example", role).id


def test_an_invited_manager_sets_a_password_and_comes_in(portal: Portal, owner: Client) -> None:
    answer = owner.post(PATH, data=form(owner, PATH, email="mira@team.example", name="Mira", role="manager"))
    assert answer.status_code == 201
    (link,) = re.findall(r'id="made-link">http://[^/]+(/sign-in/[^<]+)<', answer.text)
    assert link not in owner.get(PATH).text
    mira = portal.client()
    assert mira.post(link, data=form(mira, link, password=PASSWORD)).headers["location"] == "/owner"
    page = mira.get(PATH).text
    assert "Mira" in page
    assert "Owners invite people" in page
    assert 'action="/owner/team' not in page


def test_less_counts_at_once_and_more_needs_a_new_sign_in(portal: Portal, owner: Client) -> None:
    mira_id = member(portal, Role.MANAGER)
    mira = portal.signed_in(Role.MANAGER, mira_id)
    owner.post(f"{PATH}/{mira_id}/role", data=form(owner, PATH, role="viewer"))
    caller = portal.access.caller_for_session(next(cookie.value or "" for cookie in mira.cookies.jar if cookie.name == "tribute_session"))
    assert caller is not None
    assert (caller.role, caller.may_change) == (Role.VIEWER, False)
    owner.post(f"{PATH}/{mira_id}/role", data=form(owner, PATH, role="owner"))
    assert mira.get("/owner").headers["location"].startswith("/sign-in")


def test_a_password_of_before_a_removal_lets_nobody_in(portal: Portal, owner: Client) -> None:
    mira_id = member(portal, Role.MANAGER)
    with portal.database.session() as session:
        link = SignInLinks(session, portal.clock).create(Person(Kind.TEAM, mira_id))
    portal.access.sign_in_with_link(link, PASSWORD)
    owner.post(f"{PATH}/{mira_id}/remove", data=form(owner, PATH))
    owner.post(PATH, data=form(owner, PATH, email="manager@team.example", role="manager"))
    with pytest.raises(WrongCredentialsError):
        portal.access.sign_in_with_password("manager@team.example", PASSWORD)


def test_who_is_removed_is_out_and_may_be_invited_again(portal: Portal, owner: Client) -> None:
    mira_id = member(portal, Role.MANAGER)
    mira = portal.signed_in(Role.MANAGER, mira_id)
    assert owner.post(f"{PATH}/{mira_id}/remove", data=form(owner, PATH)).headers["location"] == PATH
    assert "Removed. They are signed out" in owner.get(PATH).text
    assert mira.get("/owner").status_code == 303
    assert "manager@team.example" not in owner.get(PATH).text
    assert owner.post(PATH, data=form(owner, PATH, email="manager@team.example", role="viewer")).status_code == 201
    with portal.database.reading() as session:
        told = [one.action for one in Audit(session, portal.clock).page(subject=("owner", mira_id)).items]
    assert {"owner.add", "owner.remove"} <= set(told)


def test_the_last_owner_stays_and_nobody_changes_themself(portal: Portal, owner: Client) -> None:
    with portal.database.reading() as session:
        (olga,) = Owners(session, portal.clock).all()
    for change, fields in (("role", {"role": "viewer"}), ("remove", {})):
        answer = owner.post(f"{PATH}/{olga.id}/{change}", data=form(owner, PATH, **fields))
        assert answer.status_code == 409
        assert "Nothing was changed." in answer.text
    with portal.database.reading() as session:
        assert [one.role for one in Owners(session, portal.clock).all()] == [Role.OWNER]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.VIEWER])
def test_who_is_no_owner_raises_nobody(portal: Portal, owner: Client, role: Role) -> None:
    theirs = member(portal, role)
    client = portal.signed_in(role, theirs)
    told = form(client, "/owner/orders", role="owner", email="friend@team.example")
    assert {client.post(path, data=told).status_code for path in (PATH, f"{PATH}/{theirs}/role", f"{PATH}/{theirs}/link")} == {403}
    assert owner.get(PATH).text.count("friend@team.example") == 0
