"""What changes the way into an account is done soon after signing in; otherwise one signs in once more, and comes back."""

from datetime import timedelta

import pyotp

from tests.support.forms import form
from tests.support.portal import Portal
from tribute.access.caller import Role

SECURITY = "/settings/security"
AGAIN = "/sign-in?again&next=%2Fsettings%2Fsecurity"


def test_an_old_session_is_asked_to_sign_in_again_and_comes_back(portal: Portal) -> None:
    ada = portal.add_affiliate()
    client = portal.signed_in(Role.AFFILIATE, ada.id)
    portal.clock.at += timedelta(minutes=10)
    assert client.get(f"{SECURITY}/authenticator").headers["location"] == AGAIN
    assert "Sign in once more" in client.get(AGAIN).text
    for path in ("authenticator/remove", "recovery-codes", "passkeys", "passkeys/psk_1/remove"):
        assert client.post(f"{SECURITY}/{path}", data=form(client, SECURITY)).headers["location"] == AGAIN
    assert "Set up an authenticator app" not in client.get(SECURITY).text


def test_an_app_is_set_up_and_its_codes_are_shown_once(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    page = client.get(f"{SECURITY}/authenticator").text
    assert "<svg" in page
    secret = page.split('id="secret">')[1].split("<")[0].replace(" ", "")
    wrong = client.post(f"{SECURITY}/authenticator", data=form(client, SECURITY, code="000000"))
    assert wrong.status_code == 422
    assert secret in wrong.text.replace(" ", "")
    shown = client.post(f"{SECURITY}/authenticator", data=form(client, SECURITY, code=pyotp.TOTP(secret).at(portal.clock.now())))
    assert shown.text.count("-") >= 30
    assert shown.headers["cache-control"] == "no-store"
    after = client.get(SECURITY).text
    assert "10 of your 10 recovery codes" in after
    assert client.get(f"{SECURITY}/authenticator").headers["location"] == SECURITY


def test_a_password_is_changed_against_the_old_one(portal: Portal) -> None:
    client = portal.signed_in(Role.OWNER, portal.add_owner())
    told = {"old_password": "not it, not it", "new_password": "another horse, another battery"}
    wrong = client.post(f"{SECURITY}/password", data=form(client, SECURITY, **told))
    assert wrong.status_code == 422
    assert "not it" not in wrong.text
    short = client.post(f"{SECURITY}/password", data=form(client, SECURITY, old_password="correct horse battery staple", new_password="x"))
    assert "is too short" in short.text.lower()
    told["old_password"] = "correct horse battery staple"
    changed = client.post(f"{SECURITY}/password", data=form(client, SECURITY, **told))
    assert changed.headers["location"] == SECURITY
    assert "Your password is changed" in client.get(SECURITY).text
