"""Photographs every page, wide and light, narrow and dark, as WebP into docs/images/pages, and the README's picture.

With `--all` also each in both widths and both themes, as PNG into .pictures. `make pictures` runs it; its list is in `pictures.pages`.
"""

import argparse
import base64
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from pictures.pages import Picture, every_picture
from pictures.staged import LOOKS, Stage, demo_home, set_stage
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.support.documents import ROOT

IMAGES = ROOT / "docs" / "images"
EVERYTHING = ROOT / ".pictures"
Theme = Literal["light", "dark"]
IN_DOCUMENTS: Final[tuple[tuple[int, Theme], ...]] = ((1440, "light"), (390, "dark"))
ELSEWHERE: Final[tuple[tuple[int, Theme], ...]] = ((1440, "dark"), (390, "light"))
HEIGHTS = {1440: 900, 390: 844}
TALLEST = 2_200
"""A picture is cut below it, in pixels of the page: long lists go on as they began."""
QUALITY = 72
_DRAWN = """() =>
  !document.querySelector(".numbers:not([data-ready])") &&
  [...document.querySelectorAll("[data-panel]")].every((panel) =>
    panel.querySelector("[data-rows] tr") || panel.querySelector("[data-panel-empty]").textContent.startsWith("Nothing"))"""
"""The chart stands, and each of the overview's tables has its rows or says that it has none."""
_SETTLED_MS = 600.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pictures", description="Photograph every page.")
    parser.add_argument("--all", action="store_true", help="both widths in both themes, as PNG, into .pictures")
    parser.add_argument("--only", default="", help="pages whose file names begin so")
    asked = parser.parse_args()
    wanted = [one for one in every_picture() if one.file.startswith(asked.only)]
    with TemporaryDirectory() as home, demo_home(Path(home)) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        stage = set_stage(browser, demo)
        for width, theme in IN_DOCUMENTS:
            _photograph(browser, stage, wanted, width, theme, with_webp=True, with_png=asked.all)
        if not asked.only:
            _for_the_readme(browser, stage)
        for width, theme in ELSEWHERE if asked.all else ():
            _photograph(browser, stage, wanted, width, theme, with_webp=False, with_png=True)
        browser.close()
    print(f"{len(wanted)} pages, {sum(path.stat().st_size for path in (IMAGES / 'pages').iterdir()) / 1e6:.1f} MB in docs/images/pages")


def _photograph(
    browser: Browser, stage: Stage, wanted: list[Picture], width: int, theme: Theme, *, with_webp: bool, with_png: bool
) -> None:
    for picture, page in _opened(browser, stage, wanted, width, theme):
        name = f"{picture.file}-{width}-{theme}"
        if with_webp:
            _keep(page, IMAGES / "pages" / f"{name}.webp", {"format": "webp", "quality": QUALITY}, _height(page))
        if with_png:
            _keep(page, EVERYTHING / f"{name}.png", {"format": "png"}, _height(page))


def _opened(browser: Browser, stage: Stage, wanted: list[Picture], width: int, theme: Theme) -> Iterator[tuple[Picture, Page]]:
    """Each page, drawn to the end."""
    for who in {one.who: None for one in wanted}:
        context = browser.new_context(
            **LOOKS, viewport={"width": width, "height": HEIGHTS[width]}, color_scheme=theme, storage_state=stage.sessions[who]
        )
        page = context.new_page()
        for picture in (one for one in wanted if one.who is who):
            answer = page.goto(stage.url + picture.asked.format(**stage.things))
            assert answer is not None
            assert answer.status < 500, f"{picture.asked} answers {answer.status}"
            page.wait_for_function(_DRAWN)
            page.wait_for_timeout(_SETTLED_MS)
            yield picture, page
        context.close()


def _for_the_readme(browser: Browser, stage: Stage) -> None:
    """The overview's upper part in both themes."""
    overview = next(one for one in every_picture() if one.file == "overview")
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme in themes:
        for _, page in _opened(browser, stage, [overview], 1440, theme):
            _keep(page, IMAGES / f"overview-{theme}.png", {"format": "png"}, 1_024)


def _height(page: Page) -> int:
    return min(TALLEST, int(page.evaluate("() => document.documentElement.scrollHeight")))


def _keep(page: Page, path: Path, how: dict[str, Any], height: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {**how, "clip": clip, "captureBeyondViewport": True})
    session.detach()
    path.write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    main()
