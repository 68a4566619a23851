"""The overview as a reader sees it in a browser: what is drawn, what the table says."""

import json
from typing import Any

from playwright.sync_api import Page

from tests.support.portal import Portal
from tribute.access.caller import Role
from tribute.ledger.affiliates import AffiliateRecord


def open_overview(page: Page, portal: Portal, affiliate: AffiliateRecord, address: str = "") -> None:
    """Sign in with a link, as the affiliate would, and wait until the first answer is drawn."""
    page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.AFFILIATE, affiliate.id)}")
    page.wait_for_selector("[data-figure][data-drawn]")
    if address:
        page.goto(portal.public_url + address)
        page.wait_for_selector("[data-figure][data-drawn]")


def wait_drawn(page: Page, *, metric: str, window: str) -> dict[str, Any]:
    """Wait until that metric and window are drawn; what was drawn."""
    page.wait_for_selector(f'[data-figure][data-drawn*=\'"metric":"{metric}","window":"{window}"\']')
    return drawn(page)


def drawn(page: Page) -> dict[str, Any]:
    """What the figure says it draws."""
    told: dict[str, Any] = json.loads(page.get_attribute("[data-figure]", "data-drawn") or "{}")
    return told


def table(page: Page) -> list[list[str]]:
    """The figure's table, opened, with its head."""
    if not page.locator("[data-numbers]").evaluate("element => element.open"):
        page.click("[data-numbers] summary")
    page.wait_for_selector("[data-table] tbody tr")
    read: list[list[str]] = page.locator("[data-table]").evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return read


def is_drawn_in(page: Page, colour: str) -> bool:
    """Whether any pixel of the chart's canvas has (nearly) that `#rrggbb` colour."""
    wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    found: bool = page.locator("[data-chart] canvas").evaluate(
        """(canvas, wanted) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          for (let at = 0; at < data.length; at += 4)
            if (data[at + 3] > 250 && wanted.every((part, index) => Math.abs(data[at + index] - part) < 4)) return true;
          return false;
        }""",
        wanted,
    )
    return found
