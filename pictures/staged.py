"""A small demo home, served, with what its pages need to show something: a widget, a short link, a newcomer, a second step.

Everything is done as a person does it, in the browser. The demo's seed is fixed and its year ends now: days move on with the calendar.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, Page

from pictures.pages import Who
from tests.support.served import environment

SCALE = "0.1"
LOOKS: dict[str, Any] = {
    "locale": "en-GB",
    "timezone_id": "Europe/Berlin",
    "reduced_motion": "reduce",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
}
_PASSWORD = "correct horse battery staple"  # noqa: S105 -- of a home that is thrown away
_END_SECONDS = 30.0


@dataclass
class Stage:
    """Where the home is served, who is signed in, and the names of things in it."""

    url: str
    sessions: dict[Who, Any] = field(default_factory=dict)
    """Each person's cookies, as Playwright keeps them."""
    things: dict[str, str] = field(default_factory=dict)
    """By the names in the pictures' addresses."""


@contextmanager
def demo_home(home: Path) -> Iterator[dict[str, Any]]:
    """A small demo, filled and served until the end of the block; what it says when it is ready."""
    command = [sys.executable, "-m", "tribute", "demo", "--home", str(home), "--port", "0", "--scale", SCALE, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment({})) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()
            server.wait(_END_SECONDS)


def set_stage(browser: Browser, demo: dict[str, Any]) -> Stage:
    """Sign everybody in and make what the pages show."""
    stage = Stage(demo["url"], {Who.STRANGER: None})
    links = {one["code"]: one["sign_in_url"] for one in demo["affiliates"]}
    _apply(_new_page(browser), stage)
    _owner(_new_page(browser), stage, demo["owner"]["sign_in_url"])
    _affiliate(_new_page(browser), stage, links["ada"])
    _second_step(_new_page(browser), stage, links["ingrid"])
    return stage


def _new_page(browser: Browser | None) -> Page:
    assert browser is not None
    page = browser.new_context(**LOOKS).new_page()
    page.set_default_timeout(20_000)
    return page


def _apply(page: Page, stage: Stage) -> None:
    """Somebody without a page view joins the program."""
    stage.things["program_slug"] = "course-partners"
    page.goto(f"{stage.url}/join/course-partners")
    for name, value in (("name", "Nora Lind"), ("email", "nora@lind.example"), ("code", "nora"), ("promotes", "nora-bakes.example")):
        page.fill(f"[name={name}]", value)
    for choice in page.locator("select[name^=answer-]").all():
        choice.select_option(index=1)
    for either in page.locator("input[name^=answer-][value=Yes]").all():
        either.check()
    for words in page.locator("input[name^=answer-]:not([type=radio]), textarea[name^=answer-]").all():
        words.fill("A piece on beginners' tools, each spring.")
    page.check("[name=terms]")
    page.click("main button.primary")
    page.wait_for_url("**/thanks")


def _owner(page: Page, stage: Stage, link: str) -> None:
    page.goto(link)
    page.fill("input[name=password]", _PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/owner")
    for address, thing in (("affiliates", "affiliate"), ("websites", "website")):
        page.goto(f"{stage.url}/owner/{address}")
        stage.things[thing] = _id_in(page, f"/owner/{address}/")
        if thing == "affiliate":
            stage.things["program"] = _id_in(page, "/owner/programs/")
    page.goto(f"{stage.url}/owner/programs/{stage.things['program']}/creatives")
    page.fill("textarea[name=text]", "Learn to throw a bowl at home: twelve evenings, one wheel, no fear of glazes.")
    page.click("main button.primary")
    _invite(page, stage)
    stage.sessions[Who.OWNER] = page.context.storage_state()
    newcomer = _new_page(page.context.browser)
    _enter(newcomer, stage, _newcomers_link(page, stage))
    stage.sessions[Who.NEWCOMER] = newcomer.context.storage_state()


def _invite(page: Page, stage: Stage) -> None:
    """Somebody is invited into the team; the link is never opened."""
    page.goto(f"{stage.url}/owner/team")
    page.fill("input[name=email]", "mila@tribute-demo.example")
    page.fill("input[name=name]", "Mila Brandt")
    page.click("main button.primary")
    stage.things["invitation"] = urlsplit(page.locator("#made-link").inner_text()).path


def _newcomers_link(page: Page, stage: Stage) -> str:
    """A sign-in link for who joined just now."""
    page.goto(f"{stage.url}/owner/affiliates?q=nora%40")
    page.click(".list tbody a")
    page.get_by_role("button", name="Make a sign-in link").click()
    return page.locator("#made-link").inner_text()


def _enter(page: Page, stage: Stage, link: str) -> None:
    """Open an affiliate's sign-in link, which presses itself."""
    page.goto(link)
    page.wait_for_url(f"{stage.url}/")


def _affiliate(page: Page, stage: Stage, link: str) -> None:
    """A link with its short link, a widget and a token, and the commission that the pages show."""
    _enter(page, stage, link)
    page.goto(f"{stage.url}/commissions")
    stage.things["commission"] = _id_in(page, "/commissions/com_")
    page.goto(f"{stage.url}/links")
    for name, value in (("to", "/course"), ("sub", "newsletter-12"), ("campaign", "autumn")):
        page.fill(f"form[method=get] [name={name}]", value)
    page.get_by_role("button", name="Build the link").click()
    stage.things["built"] = urlsplit(page.url).query
    page.fill("[name=slug]", "autumn")
    page.get_by_role("button", name="Make a short link").click()
    page.goto(f"{stage.url}/settings/widgets")
    page.fill("input[name=name]", "My blog")
    page.click("main button.primary")
    stage.things["widget"] = page.locator("iframe.widget").first.get_attribute("src") or ""
    page.goto(f"{stage.url}/settings/tokens")
    page.fill("input[name=name]", "Spreadsheet")
    page.click("main button.primary")
    stage.sessions[Who.AFFILIATE] = page.context.storage_state()


def _second_step(page: Page, stage: Stage, link: str) -> None:
    """Turn it on for somebody, who then comes back with their password alone."""
    _enter(page, stage, link)
    page.goto(f"{stage.url}/settings/security")
    email = page.locator("input[name=username]").get_attribute("value") or ""
    page.fill("input[name=new_password]", _PASSWORD)
    page.get_by_role("button", name="Set a password").click()
    page.goto(f"{stage.url}/settings/security/authenticator")
    secret = (page.locator("#secret").text_content() or "").replace(" ", "")
    page.fill("input[name=code]", pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn the second step on").click()
    page.context.clear_cookies()
    page.goto(f"{stage.url}/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", _PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sign-in/second")
    stage.sessions[Who.SECOND_STEP] = page.context.storage_state()


def _id_in(page: Page, beginning: str) -> str:
    """The id in the first address on the page that begins so, after its last name."""
    address = page.locator(f"main a[href^='{beginning}']").first.get_attribute("href") or ""
    return re.sub(r"^.*?([a-z]{3}_[0-9a-z]{20}).*$", r"\1", address)
