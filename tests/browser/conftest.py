"""A real Chromium and a served portal. Every page is watched: an error on its console or a policy violation fails its test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.support.course import Course
from tests.support.course import course as served_course
from tests.support.portal import Portal, served

PATIENCE_MS = 30_000
"""How long a page may take on a busy machine; `expect` gives up after five seconds by itself."""
expect.set_options(timeout=PATIENCE_MS)
CHROMIUM = (
    os.environ.get("TRIBUTE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Ended with its module: while it runs, no other test of the same process can run an event loop of its own."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium; `apt-get install chromium`, or name one in TRIBUTE_CHROMIUM")
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def portal(tmp_path: Path, context: BrowserContext) -> Iterator[Portal]:
    with served(tmp_path) as made:
        yield made
        for page in context.pages:
            page.close()  # pages that go on asking would complain of a server that is gone


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Course]:
    """A course's website for the browser SDKs, with the Tribute that they send to."""
    with served_course(tmp_path_factory.mktemp("course") / "home", browser) as made:
        yield made


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", color_scheme="light", viewport={"width": 1440, "height": 900})
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; a test that provokes a complaint takes it out."""
    return []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    made = context.new_page()
    made.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    made.close()
    assert complaints == []
