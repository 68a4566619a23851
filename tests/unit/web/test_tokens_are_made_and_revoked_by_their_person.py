"""The settings' tokens: shown once, with their scopes and last use; limited to those wherever they are used; gone when revoked."""

import re
from typing import Any

import pytest

from tests.support.forms import form
from tests.support.portal import Client, Portal
from tribute.access.caller import Role
from tribute.access.people import Owners

PATH = "/settings/tokens"
READS = (
    *("/api/v1/commissions", "/api/v1/balances", "/api/v1/programs", "/api/v1/affiliates"),
    "/api/v1/analytics?metrics=page_views&window=7d",
)
QUERIES = ("{ viewer { name } }", "{ balances { currency } }", "{ live { visitors } }")


def make(client: Client, **fields: str) -> str:
    """A token made by the page's form."""
    answer = client.post(PATH, data=form(client, PATH, name="Spreadsheet", **fields))
    assert answer.status_code == 201, answer.text
    (secret,) = re.findall(r'id="secret"[^>]*>([^<]+)<', answer.text)
    assert secret not in client.get(PATH).text
    return secret


def asked(portal: Portal, token: str, method: str, path: str, **options: Any) -> int:
    return portal.client(authorization=f"Bearer {token}").request(method, path, **options).status_code


@pytest.mark.parametrize(
    ("scopes", "reads", "sees_links", "makes_links"),
    [({"read"}, 200, 200, 403), ({"links"}, 403, 200, 201), ({"read", "links"}, 200, 200, 201)],
)
def test_an_affiliates_token_reaches_what_its_scopes_say(
    portal: Portal, scopes: set[str], reads: int, sees_links: int, makes_links: int
) -> None:
    portal.add_website("Course", "course.example")
    token = make(portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id), **dict.fromkeys(scopes, "yes"))
    assert {asked(portal, token, "GET", path) for path in READS} == {reads}
    assert asked(portal, token, "GET", "/api/v1/links") == sees_links
    assert asked(portal, token, "POST", "/api/v1/links", json={"website": "Course", "slug": "mine"}) == makes_links
    client = portal.client(authorization=token)
    for query in QUERIES:
        errors = [one["errorType"] for one in client.graphql(query).get("errors") or []]
        assert (errors == ["Unauthorized"]) == (reads == 403), (query, errors)
    told = client.graphql('mutation { createLink(website: "Course", slug: "other") { slug } }')
    assert (told["data"]["createLink"] is not None) == (makes_links == 201)


def test_a_viewers_token_changes_nothing_and_a_lowered_members_no_more(portal: Portal) -> None:
    portal.add_owner()
    with portal.database.session() as session:
        member = Owners(session, portal.clock).add("mira@owner.example", Role.MANAGER)
    token = make(portal.signed_in(Role.MANAGER, member.id), change="yes")
    told = {"name": "Bob", "email": "bob@affiliates.example", "code": "bob"}
    assert asked(portal, token, "POST", "/api/v1/affiliates", json=told) == 201
    with portal.database.session() as session:
        Owners(session, portal.clock).set_role(member.id, Role.VIEWER)
    assert asked(portal, token, "POST", "/api/v1/affiliates", json=told | {"code": "cleo", "email": "cleo@affiliates.example"}) == 403
    assert asked(portal, token, "GET", "/api/v1/affiliates") == 200
    viewer = portal.signed_in(Role.VIEWER, member.id)
    assert 'name="change"' not in viewer.get(PATH).text
    assert viewer.post(PATH, data=form(viewer, PATH, name="Sneaky", change="yes")).status_code == 422


def test_a_token_is_revoked_by_its_person_alone(portal: Portal) -> None:
    ada, bob = portal.add_affiliate(), portal.add_affiliate("Bob", "bob")
    hers, his = portal.signed_in(Role.AFFILIATE, ada.id), portal.signed_in(Role.AFFILIATE, bob.id)
    token = make(hers, read="yes")
    (token_id,) = re.findall(rf'action="{PATH}/(tok_[^/]+)/revoke"', hers.get(PATH).text)
    assert "Never used" in hers.get(PATH).text
    assert asked(portal, token, "GET", "/api/v1/links") == 200
    assert "Last used" in hers.get(PATH).text
    assert token_id not in his.get(PATH).text
    his.post(f"{PATH}/{token_id}/revoke", data=form(his, PATH))
    assert asked(portal, token, "GET", "/api/v1/links") == 200
    assert hers.post(f"{PATH}/{token_id}/revoke", data=form(hers, PATH)).headers["location"] == PATH
    assert asked(portal, token, "GET", "/api/v1/links") == 401


def test_what_is_missing_is_said_beside_the_field(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    no_scope = client.post(PATH, data=form(client, PATH, name="Spreadsheet"))
    assert no_scope.status_code == 422
    assert "Choose at least one thing that the token may do." in no_scope.text
    no_name = client.post(PATH, data=form(client, PATH, read="yes", change="yes"))
    assert no_name.status_code == 422
    assert "Say what the token is for" in no_name.text
    assert not portal.client().get(PATH).is_success
