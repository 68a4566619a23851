"""The pages of signing in and of security: axe finds nothing in both themes, nothing sticks out of a phone, and scripts are not needed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.node import MODULES
from tests.support.portal import Portal, served
from tribute.access.caller import Role
from tribute.access.links import LinkPurpose, SignInLinks
from tribute.access.people import Kind, Person

pytestmark = pytest.mark.browser
OUTSIDE = ["/sign-in", "/forgot", "/sign-in/sent", "/sign-in/first/{first}", "/sign-in/{reset}", "/sign-in/{mailed}"]
INSIDE = ["/settings/security", "/settings/security/authenticator", "/sign-in?again"]


@pytest.fixture
def portal(tmp_path: Path, context: BrowserContext) -> Iterator[Portal]:
    """Under a name: browsers have no passkeys at a bare number."""
    with served(tmp_path, host="localhost") as made:
        yield made
        for page in context.pages:
            page.close()


def addresses(portal: Portal) -> dict[str, str]:
    ada = Person(Kind.AFFILIATE, portal.add_affiliate().id)
    with portal.database.session() as session:
        links = SignInLinks(session, portal.clock)
        made = {"reset": links.create(ada, LinkPurpose.RESET), "mailed": links.create(ada, LinkPurpose.MAILED_SIGN_IN), "id": ada.id}
    return made | {"first": portal.doors.first_owner.new_link() or ""}


def check(page: Page, address: str) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.goto(address)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), address
        page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
        found = page.evaluate("async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])")
        assert found == [], address


def test_axe_finds_nothing_and_nothing_sticks_out(page: Page, portal: Portal) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    made = addresses(portal)
    for path in OUTSIDE:
        check(page, portal.public_url + path.format(**made))
    page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.AFFILIATE, made['id'])}")
    page.wait_for_url(f"{portal.public_url}/")
    for path in INSIDE:
        check(page, portal.public_url + path)


def test_a_link_and_a_password_need_no_scripts(browser: Browser, portal: Portal) -> None:
    made = addresses(portal)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.public_url}/sign-in/{made['reset']}")
    page.get_by_label("New password").fill("correct horse battery staple")
    page.get_by_role("button").last.click()
    page.wait_for_url(f"{portal.public_url}/")
    page.goto(f"{portal.public_url}/sign-in?again")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    context.close()
