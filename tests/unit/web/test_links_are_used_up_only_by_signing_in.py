"""Looking at a sign-in link, as mail scanners and previews do, leaves it good; sending its form signs in, once."""

import pytest

from tests.support.forms import form
from tests.support.portal import Portal
from tribute.access.caller import Role
from tribute.web.security import SESSION_COOKIE

PASSWORD = "correct horse battery staple"


def test_looking_many_times_leaves_an_affiliates_link_good(portal: Portal) -> None:
    client, path = portal.client(), f"/sign-in/{portal.link(Role.AFFILIATE, portal.add_affiliate().id)}"
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "Ada Lovelace" in page.text
        assert client.request("HEAD", path).status_code < 500
    arrived = client.post(path, data=form(client, path))
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/")
    assert client.get("/").status_code == 200


def test_a_used_link_says_so(portal: Portal) -> None:
    client, path = portal.client(), f"/sign-in/{portal.link(Role.AFFILIATE, portal.add_affiliate().id)}"
    fields = form(client, path)
    client.post(path, data=fields)
    for answer in (client.get(path), client.post(path, data=fields)):
        assert answer.status_code == 404
        assert "This link does not work any more" in answer.text


def test_an_unknown_link_says_the_same(portal: Portal) -> None:
    assert "This link does not work any more" in portal.client().get("/sign-in/nothing").text


def test_an_owner_sets_a_password_and_signs_in_with_it_later(portal: Portal) -> None:
    client, path = portal.client(), f"/sign-in/{portal.link(Role.OWNER, portal.add_owner())}"
    assert "submit_at_once" not in client.get(path).text
    arrived = client.post(path, data=form(client, path, password=PASSWORD))
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/owner")

    later = portal.client()
    arrived = later.post("/sign-in", data=form(later, "/sign-in", email="olga@owner.example", password=PASSWORD))
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/owner")


def test_a_bad_password_leaves_the_link_good_and_says_why(portal: Portal) -> None:
    client, path = portal.client(), f"/sign-in/{portal.link(Role.OWNER, portal.add_owner())}"
    refused = client.post(path, data=form(client, path, password="short"))
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert client.post(path, data=form(client, path, password=PASSWORD)).status_code == 303


def test_a_wrong_password_keeps_the_email_and_signs_nobody_in(portal: Portal) -> None:
    client = portal.client()
    refused = client.post("/sign-in", data=form(client, "/sign-in", email="olga@owner.example", password="guess"))
    assert refused.status_code == 401
    assert 'value="olga@owner.example"' in refused.text
    assert SESSION_COOKIE not in client.cookies


@pytest.mark.slow
def test_guessing_is_slowed_down(portal: Portal) -> None:
    client = portal.client()
    fields = form(client, "/sign-in", email="olga@owner.example", password="guess")
    statuses = [client.post("/sign-in", data=fields).status_code for _ in range(8)]
    assert statuses[-1] == 429


def test_signing_out_ends_the_session(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    session = client.cookies[SESSION_COOKIE]
    left = client.post("/sign-out", data=form(client, "/"))
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert "max-age=0" in left.headers["set-cookie"].lower()
    assert portal.access.caller_for_session(session) is None
