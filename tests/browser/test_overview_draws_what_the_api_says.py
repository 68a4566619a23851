"""The numbers drawn equal the API's: totals, every row of the table, every metric and window."""

import random
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Page

from tests.support.overview import drawn, is_drawn_in, open_overview, table, wait_drawn
from tests.support.portal import NOW, Portal
from tribute.analytics.definitions import GIVEN_METRICS, TimeWindow
from tribute.reports.ports import CommissionPoint

pytestmark = pytest.mark.browser
QUERY = """query Q($metric: MetricType!, $window: TimeWindow!) {
  getAnalyticsData(metricType: $metric timeWindow: $window) { dataset { series timestamp value } }
}"""


def test_every_metric_and_window(page: Page, portal: Portal) -> None:
    source = random.Random(5)  # noqa: S311 -- test data
    ada = portal.add_affiliate()
    for number, name in enumerate(("Alpha", "Beta", "Gamma")):
        website = portal.add_website(name, f"{name}.example")
        times = [NOW - timedelta(days=source.random() * (300 - 90 * number)) for _ in range(400)]
        times += [NOW - timedelta(hours=source.random() * 24) for _ in range(30)]
        portal.page_views(website, "ada", times, visitors=9)
        portal.commissions.points[ada.id] = [
            CommissionPoint(website.id, (NOW - timedelta(days=2)).replace(hour=0, minute=0, second=0), 89.55)
        ]
    token = portal.token(ada.id)
    open_overview(page, portal, ada)
    for window in TimeWindow:
        page.click(f"nav [data-window={window}]")
        for metric in GIVEN_METRICS:
            page.click(f"[data-metric-card={metric}]")
            told = wait_drawn(page, metric=metric, window=window)
            answer = httpx.post(
                f"{portal.public_url}/graphql",
                json={"query": QUERY, "variables": {"metric": metric, "window": window}},
                headers={"authorization": f"Bearer {token}"},
            )
            points = answer.json()["data"]["getAnalyticsData"]["dataset"]
            assert told["total"] == pytest.approx(sum(point["value"] for point in points))
            assert told["buckets"] == (25 if window is TimeWindow.LAST_24_HOURS else window.days + 1)
            assert recounted(page) == by_bucket(points)
            page.click("[data-numbers] summary")


def recounted(page: Page) -> dict[tuple[str, str], float]:
    """The table's cells but dashes, zeros and sums, by bucket and series."""
    rows = table(page)
    places = page.locator("[data-table] tbody tr").evaluate_all("rows => rows.map(row => row.querySelector('time')?.dateTime ?? '')")
    cells: dict[tuple[str, str], float] = {}
    for place, row in zip(places, rows[1:], strict=True):
        for name, text in zip(rows[0][1:-1], row[1:-1], strict=True):
            value = 0 if text == "–" else float(text.replace(",", ""))
            if value:
                cells[place.replace(".000Z", "Z"), name] = value
    return cells


def by_bucket(points: list[dict[str, str | float]]) -> dict[tuple[str, str], float]:
    return {(str(point["timestamp"]), str(point["series"])): float(point["value"]) for point in points}


def test_lines_are_on_the_canvas(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    for name in ("Alpha", "Beta"):
        portal.page_views(portal.add_website(name, f"{name}.example"), "ada", [NOW - timedelta(days=day) for day in range(20)])
    open_overview(page, portal, ada)
    assert is_drawn_in(page, "#1f5fd1")
    assert is_drawn_in(page, "#d07a00")
    assert not is_drawn_in(page, "#4b1e63")


def test_more_than_five_websites_are_gathered(page: Page, portal: Portal) -> None:
    ada = portal.add_affiliate()
    for number in range(8):
        portal.page_views(portal.add_website(f"Site {number}", f"s{number}.example"), "ada", [NOW - timedelta(days=1)] * (number + 1))
    open_overview(page, portal, ada)
    assert table(page)[0] == ["Day (UTC)", "Site 7", "Site 6", "Site 5", "Site 4", "Site 3", "3 others", "Sum"]
    assert drawn(page)["total"] == 36


def test_a_new_page_view_shows_by_itself(page: Page, portal: Portal) -> None:
    ada, website = portal.add_affiliate(), portal.add_website("Alpha", "alpha.example")
    open_overview(page, portal, ada)
    portal.page_views(website, "ada", [NOW])
    page.wait_for_selector("[data-figure][data-drawn*='\"total\":1']", timeout=5_000)
    assert page.inner_text("[data-metric-card=PageViews] [data-total]") == "1"
    portal.clock.at = NOW + timedelta(seconds=7)
    page.wait_for_selector("[data-as-of][datetime='2026-11-23T14:30:19.000Z']", timeout=5_000)
    assert page.inner_text("[data-as-of]") == "15:30:19"
