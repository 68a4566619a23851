"""A form needs its token and our own origin; anything else changes nothing and gets a page that says what to do."""

import pytest

from tests.support.forms import form
from tests.support.portal import Portal
from tribute.access.caller import Role
from tribute.web.security import SESSION_COOKIE


def test_without_a_token_nothing_happens(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    client.get("/")
    for data in ({}, {"_csrf_token": ""}, {"_csrf_token": "0" * 128}):
        refused = client.post("/sign-out", data=data)
        assert refused.status_code == 403
        assert "The form was not sent" in refused.text
    assert portal.access.caller_for_session(client.cookies[SESSION_COOKIE]) is not None


def test_a_token_belongs_to_its_browser(portal: Portal) -> None:
    stranger, client = portal.client(), portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    client.get("/")
    assert client.post("/sign-out", data=form(stranger, "/sign-in")).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.test", "null", "http://portal.test.evil.test", "https://portal.test:444", "https://portal.test", "http://["]
)
def test_a_form_from_elsewhere_is_refused(portal: Portal, origin: str) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    assert client.post("/sign-out", data=form(client, "/"), headers={"origin": origin}).status_code == 403
    assert portal.access.caller_for_session(client.cookies[SESSION_COOKIE]) is not None


def test_our_own_origin_passes(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    assert client.post("/sign-out", data=form(client, "/"), headers={"origin": portal.public_url}).status_code == 303


def test_a_huge_form_is_refused(portal: Portal) -> None:
    client = portal.client()
    assert client.post("/sign-in", data=form(client, "/sign-in", email="x" * 50_000, password="y")).status_code in {400, 413}
