"""The page for visitors in a browser: axe finds nothing in both themes and widths, scripts are not needed, and nothing is stored."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.node import MODULES
from tests.support.portal import Portal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(page: Page, portal: Portal, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(f"{portal.public_url}/visitor-data")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    cut = "() => [...document.querySelectorAll('.told *')].filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)"
    assert page.evaluate(f"({cut})().map(one => one.outerHTML.slice(0, 200))") == []
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text("utf-8"))
    assert page.evaluate("async () => (await axe.run()).violations.map(one => [one.id, one.nodes[0].html.slice(0, 200)])") == []


def test_it_needs_no_scripts_and_stores_nothing(browser: Browser, portal: Portal) -> None:
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{portal.public_url}/visitor-data")
        expect(page.get_by_role("rowheader", name="tribute_ref")).to_be_visible()
        state = context.storage_state()
        assert (state.get("cookies"), state.get("origins")) == ([], [])
        context.close()
