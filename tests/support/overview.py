"""The overview as a reader sees it in a browser: what is drawn, what the tables say; and traffic for it whose numbers can be recounted."""

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from tests.support.events import make_event
from tests.support.portal import NOW, Portal
from tribute.access.caller import Role
from tribute.analytics.port import Batch, Progress
from tribute.events.derived import Channel, DerivedEvent
from tribute.ledger.affiliates import AffiliateRecord
from tribute.ledger.websites import WebsiteRecord

_batches = count()

_IS_SHOWN = """() => {
  const drawn = document.querySelector("[data-figure]").dataset.drawn;
  const tables = document.querySelector("[data-overview]").dataset.tables;
  if (!drawn || tables === undefined || document.querySelector("[data-state=waiting]")) return false;
  return JSON.parse(drawn).address === location.search && tables === location.search;
}"""


def sign_in(page: Page, portal: Portal, affiliate: AffiliateRecord) -> None:
    """Sign in with a link, as the affiliate would."""
    page.goto(f"{portal.public_url}/sign-in/{portal.link(Role.AFFILIATE, affiliate.id)}")
    page.wait_for_url(f"{portal.public_url}/")


def open_overview(page: Page, portal: Portal, affiliate: AffiliateRecord, address: str = "/") -> None:
    """Sign in, go to an address, and wait until its answer is shown."""
    sign_in(page, portal, affiliate)
    if address != "/":
        page.goto(portal.public_url + address)
    wait_shown(page)


def wait_shown(page: Page) -> dict[str, Any]:
    """Wait until chart and tables show what the address asks; what is drawn."""
    page.wait_for_function(_IS_SHOWN)
    return drawn(page)


def drawn(page: Page) -> dict[str, Any]:
    """What the figure says it draws."""
    told: dict[str, Any] = json.loads(page.get_attribute("[data-figure]", "data-drawn") or "{}")
    return told


def asked(page: Page) -> dict[str, list[str]]:
    """What the address says."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def cards(page: Page) -> dict[str, str]:
    """The cards' totals."""
    read: dict[str, str] = page.locator("[data-metric-card]").evaluate_all(
        "cards => Object.fromEntries(cards.map(card => [card.dataset.metricCard, card.querySelector('[data-total]').textContent]))"
    )
    return read


def table(page: Page) -> list[list[str]]:
    """The figure's table, opened, with its head; the rows' first cells are their times."""
    if not page.locator("[data-numbers]").evaluate("element => element.open"):
        page.click("[data-numbers] summary")
    page.wait_for_selector("[data-table] tbody tr")
    read: list[list[str]] = page.locator("[data-table]").evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.querySelector('time')?.dateTime ?? cell.textContent))"
    )
    return read


def breakdown(page: Page, panel: str) -> list[tuple[str, int, int, int]]:
    """A panel's rows: the value's name, clicks, visitors, page views."""
    rows: list[list[str]] = page.locator(f"[data-panel={panel}] [data-rows] tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('.value, td')].map(cell => cell.textContent))"
    )
    return [(name, *(int(number.replace(",", "")) for number in numbers)) for name, *numbers in rows]  # type: ignore[misc]


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


def load(portal: Portal, events: Sequence[DerivedEvent]) -> None:
    """Bring events into the portal's store."""
    portal.store.load(Batch(events, [Progress(f"overview-{next(_batches)}", len(events), complete=True)]))


def busy_traffic(websites: Sequence[WebsiteRecord], code: str, *, seed: int = 7, events: int = 600) -> list[DerivedEvent]:
    """Visits of the last hundred days and a year ago, with every property that the page divides by; some have no identifier."""
    source = random.Random(seed)
    made = []
    for number in range(events):
        age = source.choice([source.random(), source.random() * 8, source.random() * 100, 365 + source.random() * 30])
        is_landing = source.random() < 0.5
        visitor = source.choice([None, *(f"visitor-{each}" for each in range(40))])
        made.append(
            make_event(
                f"busy-{seed}-{number}",
                NOW - timedelta(days=age),
                website_id=source.choice(websites).id,
                seq=number,
                affiliate_ref=code,
                visitor_id=visitor,
                visitor_kind=None if visitor is None else make_event().visitor_kind,
                is_landing=is_landing,
                is_click=is_landing,
                click_id=f"click-{seed}-{number // 2}" if is_landing else None,
                link_slug=source.choice(["spring", None]) if is_landing else None,
                sub_id=source.choice(["mail", "video", None]),
                path=source.choice([f"/page-{each}" for each in range(14)]),
                referrer_host=source.choice(["search.example", "news.example", None]),
                channel=source.choice([Channel.AFFILIATE, Channel.SEARCH]),
                utm_campaign=source.choice(["autumn", None]),
                country=source.choice(["SE", "DE", "US", None]),
                device=source.choice(["desktop", "mobile"]),
                browser=source.choice(["Firefox", "Chrome"]),
            )
        )
    return made
