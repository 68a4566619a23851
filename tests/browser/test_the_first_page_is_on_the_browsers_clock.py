"""Whoever signs in and chose no zone reads the very first page on their browser's clock; pages for strangers keep no zone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.portal import Portal
from tribute.access.caller import Role

pytestmark = pytest.mark.browser
BERLIN = "Times are in Europe/Berlin"


def kept(context: BrowserContext) -> list[str]:
    return [cookie["value"] for cookie in context.cookies() if cookie["name"] == "tribute_zone"]


def test_after_a_link_that_presses_itself(page: Page, portal: Portal, context: BrowserContext) -> None:
    ada = portal.add_affiliate()
    page.goto(f"{portal.public_url}/visitor-data")
    assert kept(context) == []
    page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.AFFILIATE, ada.id)}?next=/commissions")
    page.wait_for_url("**/commissions")
    expect(page.locator(".as-of")).to_have_text(BERLIN)


def test_after_a_new_password_and_with_it(page: Page, portal: Portal, context: BrowserContext) -> None:
    page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.OWNER, portal.add_owner())}?next=/owner/orders")
    page.get_by_label("New password").fill("a few words of mine")
    page.get_by_role("button", name="Set password").click()
    expect(page.locator(".as-of")).to_have_text(BERLIN)
    context.clear_cookies()
    page.goto(f"{portal.public_url}/owner/orders")
    page.get_by_label("E-mail address").fill("olga@owner.example")
    page.get_by_label("Password").fill("a few words of mine")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".as-of")).to_have_text(BERLIN)
