"""A person takes a passkey and an authenticator app in a real browser, signs in with each, and with a recovery code."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.portal import Portal, served
from tribute.access.caller import Role

pytestmark = pytest.mark.browser
SECURITY = "/settings/security"


@pytest.fixture
def portal(tmp_path: Path, context: BrowserContext) -> Iterator[Portal]:
    """Under a name: browsers have no passkeys at a bare number."""
    with served(tmp_path, host="localhost") as made:
        yield made
        for page in context.pages:
            page.close()


@pytest.fixture
def device(context: BrowserContext, page: Page) -> None:
    """A device with a fingerprint reader that always knows its person."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def open_security(page: Page, portal: Portal, affiliate_id: str) -> None:
    page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.AFFILIATE, affiliate_id)}?next=/settings/security")
    page.wait_for_url(f"**{SECURITY}")


@pytest.mark.usefixtures("device")
def test_a_passkey_is_added_used_and_removed(page: Page, portal: Portal, complaints: list[str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_security(page, portal, portal.add_affiliate().id)
    page.get_by_label("Name of the new passkey").fill("My <b>laptop</b>")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added")
    expect(page.locator(".kept-list")).to_contain_text("My <b>laptop</b>")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{portal.public_url}/")
    page.goto(portal.public_url + SECURITY)
    expect(page.locator(".kept-list")).to_contain_text("last used")
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.locator(".kept-list")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading")).to_have_text("This passkey did not work")
    complaints[:] = [told for told in complaints if "401" not in told]  # what the refused passkey was answered with


def test_an_app_is_asked_for_and_a_recovery_code_stands_in(page: Page, portal: Portal, complaints: list[str]) -> None:
    ada = portal.add_affiliate()
    open_security(page, portal, ada.id)
    page.get_by_role("link", name="Set up an authenticator app").click()
    expect(page.locator(".qr")).to_be_visible()
    page.get_by_text("No camera?").click()
    app = pyotp.TOTP((page.locator("#secret").text_content() or "").replace(" ", ""))
    page.get_by_label("The six digits").fill(app.at(portal.clock.now()))
    page.get_by_role("button", name="Turn the second step on").click()
    codes = (page.locator("#codes").text_content() or "").split()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    portal.clock.at += timedelta(minutes=1)
    for code in (app.at(portal.clock.now()), codes[3]):
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in")
        page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.AFFILIATE, ada.id)}")
        page.wait_for_url("**/sign-in/second")
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{portal.public_url}/")
        page.goto(portal.public_url + SECURITY)
    expect(page.locator("#second-step")).to_contain_text("9 of your 10 recovery codes")
    assert complaints == []
