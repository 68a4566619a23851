"""A served Tribute for each file, a website for each test, and visitors in tabs of a real Chromium."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.support.served import Tribute, served
from tests.support.visits import CHROME, Site, Visit, website

Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    with served(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
def site(tribute: Tribute) -> Iterator[Site]:
    with website(tribute) as made:
        yield made


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser that keeps pages for the way back, as people's do."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium; `apt-get install chromium`, or name one in TRIBUTE_CHROMIUM")
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"])
    yield started
    started.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Makes visitors, each in a browser profile of their own. Whatever a page complains about fails its test."""
    visits: list[Visit] = []

    def arrive(script: str = "", at: Site | None = None, **options: Any) -> Visit:
        context = browser.new_context(user_agent=CHROME, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MS)
        if script:
            context.add_init_script(script)
        visits.append(Visit(context, at or site))
        return visits[-1]

    yield arrive
    complaints = [complaint for visit in visits for complaint in visit.complaints]
    for visit in visits:
        visit.context.close()
    assert complaints == []
