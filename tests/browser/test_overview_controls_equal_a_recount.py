"""Every control of the page changes the address, and every number that then stands there is the one of a naive recount of the events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.support.overview import asked, breakdown, busy_traffic, cards, drawn, load, open_overview, table, wait_shown
from tests.support.portal import NOW, Portal
from tests.support.recount_analytics import recount_analytics
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import CodeRegistration
from tribute.analytics.query import COUNTED_METRICS, AnalyticsQuery, Comparison, Filter
from tribute.analytics.ranges import asked_period
from tribute.analytics.results import AnalyticsResult
from tribute.events.derived import DerivedEvent
from tribute.kit.clock import iso_seconds

pytestmark = pytest.mark.browser
PANELS = {
    "placements": Dimension.WEBSITE,
    "sources": Dimension.REFERRER,
    "pages": Dimension.LANDING_PAGE,
    "audience": Dimension.COUNTRY,
}
NAMES = {"SE": "Sweden", "DE": "Germany", "US": "United States"}
NONES = {Dimension.LANDING_PAGE: "(reached within the website)", Dimension.COUNTRY: "(unknown)"}


@dataclass(frozen=True)
class Expected:
    """What the page should be about."""

    metric: Metric = Metric.PAGE_VIEWS
    window: TimeWindow | None = TimeWindow.LAST_30_DAYS
    start: str | None = None
    end: str | None = None
    zone: str = "Europe/Berlin"
    grain: Grain = Grain.DAY
    comparison: Comparison | None = Comparison.PREVIOUS_PERIOD
    filters: Mapping[Dimension, str | None] | None = None
    by_website: bool = True


@dataclass
class Reader:
    """A page, and the events behind it."""

    page: Page
    events: list[DerivedEvent]
    codes: list[CodeRegistration]
    affiliate_id: str
    websites: dict[str, str]

    def check(self, expected: Expected) -> None:
        """Compare cards, chart and all four panels with the recount."""
        wait_shown(self.page)
        whole = self.recount(expected)
        told = drawn(self.page)
        assert told["total"] == whole.totals[expected.metric]
        assert told["before"] == (None if whole.previous is None else whole.previous[expected.metric])
        assert {metric: cards(self.page)[metric].replace(",", "") for metric in COUNTED_METRICS} == {
            metric: str(whole.totals[metric]) for metric in COUNTED_METRICS
        }
        rows = table(self.page)
        by_time = {row[0].replace(".000Z", "Z"): row[1:] for row in rows[1:]}
        for bucket in whole.series:
            cells = by_time.get(iso_seconds(bucket.start), ["0"])
            assert int(cells[-1].replace(",", "").replace("–", "0")) == bucket.figures[expected.metric], bucket.start
        assert len(rows[0]) == (5 if expected.by_website else 2)
        for panel, dimension in PANELS.items():
            assert breakdown(self.page, panel) == self.rows(expected, dimension), panel

    def recount(self, expected: Expected, dimension: Dimension | None = None) -> AnalyticsResult:
        zone = ZoneInfo(expected.zone)
        filters = {dimension: value for dimension, value in (expected.filters or {}).items() if dimension is not Dimension.WEBSITE}
        query = AnalyticsQuery(
            metrics=sorted(COUNTED_METRICS, key=lambda metric: metric is not expected.metric),
            period=asked_period(window=expected.window, start=expected.start, end=expected.end, zone=zone, now=NOW),
            zone=zone,
            grain=None if dimension else expected.grain,
            dimension=dimension,
            filters=[Filter(dimension, [value]) for dimension, value in filters.items()],
            affiliate_id=self.affiliate_id,
            top=8,
            comparison=None if dimension else expected.comparison,
        )
        return recount_analytics(self.events, self.codes, query)

    def rows(self, expected: Expected, dimension: Dimension) -> list[tuple[str, int, int, int]]:
        answer = self.recount(expected, dimension)
        named = [(self.name(dimension, row.value), row) for row in answer.rows]
        if answer.others:
            named.append((f"{answer.values - len(answer.rows)} others", answer.others))
        return [(name, row.totals[Metric.CLICKS], row.totals[Metric.VISITORS], row.totals[Metric.PAGE_VIEWS]) for name, row in named]

    def name(self, dimension: Dimension, value: str | None) -> str:
        if value is None:
            return NONES.get(dimension, "(none)")
        return self.websites.get(value, NAMES.get(value, value))


@pytest.fixture
def reader(page: Page, portal: Portal) -> Reader:
    """Ada's page: three websites, six hundred events; the same number again of somebody else's."""
    ada, eve = portal.add_affiliate(), portal.add_affiliate("Eve", "eve")
    websites = [portal.add_website(name, f"{name.lower()}.example") for name in ("Alpha", "Beta", "Gamma")]
    events = [*busy_traffic(websites, "ada"), *busy_traffic(websites, "eve", seed=8)]
    load(portal, events)
    registered = datetime(2020, 1, 1, tzinfo=UTC)
    codes = [CodeRegistration("ada", ada.id, registered), CodeRegistration("eve", eve.id, registered)]
    portal.store.register_codes(codes)
    open_overview(page, portal, ada)
    return Reader(page, events, codes, ada.id, {website.id: website.name for website in websites})


def choose_zone(page: Page, zone: str) -> None:
    page.fill("input[name=zone]:not([type=hidden])", zone)
    page.keyboard.press("Enter")


def choose_dates(page: Page) -> None:
    page.click("[data-range-label]")
    page.fill("[data-dates] [name=from]", "2026-10-03")
    page.fill("[data-dates] [name=to]", "2026-10-31")
    page.click("[data-dates] button")


def choose_calendar(page: Page, window: str) -> None:
    page.click("[data-range-label]")
    page.click(f"[data-range] [data-window={window}]")


def test_every_control_leads_to_recounted_numbers(reader: Reader) -> None:
    page, expected = reader.page, Expected()
    reader.check(expected)

    def step(act: Callable[[], object], address: Mapping[str, list[str]], **changes: object) -> None:
        nonlocal expected
        expected = replace(expected, **changes)  # type: ignore[arg-type]
        act()
        wait_shown(page)
        told = asked(page)
        assert {name: told.get(name) for name in address} == address
        reader.check(expected)

    step(lambda: page.click("[data-metric-card=Clicks]"), {"metric": ["Clicks"]}, metric=Metric.CLICKS)
    step(
        lambda: page.click("nav [data-window=Last24Hours]"), {"window": ["Last24Hours"]}, window=TimeWindow.LAST_24_HOURS, grain=Grain.HOUR
    )
    step(lambda: choose_zone(page, "adelaide"), {"zone": ["Australia/Adelaide"]}, zone="Australia/Adelaide")
    step(lambda: page.click("[data-metric-card=Visitors]"), {"metric": ["Visitors"]}, metric=Metric.VISITORS)
    step(lambda: choose_calendar(page, "ThisMonth"), {"window": ["ThisMonth"]}, window=None, start="2026-11-01", grain=Grain.DAY)
    step(lambda: page.select_option("select[name=grain]", "Week"), {"grain": ["Week"]}, grain=Grain.WEEK)
    step(lambda: choose_dates(page), {"from": ["2026-10-03"], "to": ["2026-10-31"]}, start="2026-10-03", end="2026-10-31")
    step(
        lambda: page.select_option("select[name=compare]", "PreviousYear"),
        {"compare": ["PreviousYear"]},
        comparison=Comparison.PREVIOUS_YEAR,
    )
    step(lambda: page.select_option("select[name=lines]", "Total"), {"lines": ["Total"]}, by_website=False)
    step(lambda: page.select_option("select[name=compare]", "None"), {"compare": ["None"]}, comparison=None)
    step(lambda: choose_zone(page, "Asia/Kathmandu"), {"zone": ["Asia/Kathmandu"]}, zone="Asia/Kathmandu")


def test_rows_filter_and_chips_take_filters_away(reader: Reader) -> None:
    page, chips = reader.page, reader.page.locator("[data-chips] a")
    page.click("[data-panel=audience] tr:has-text('Sweden')")
    wait_shown(page)
    page.click("[data-panel=sources] tr:has-text('(none)')")
    wait_shown(page)
    assert (asked(page)["Country"], asked(page)["Referrer"]) == (["SE"], [""])
    expect(chips).to_have_count(2)
    both = Expected(filters={Dimension.COUNTRY: "SE", Dimension.REFERRER: None})
    reader.check(both)
    page.reload()
    reader.check(both)
    chips.filter(has_text="Sweden").click()
    reader.check(Expected(filters={Dimension.REFERRER: None}))
    page.go_back()
    reader.check(both)
    page.click("[data-panel=audience] tr:has-text('Sweden')")  # what is filtered on stops at a second click
    wait_shown(page)
    expect(chips).to_have_text(["Referrer (none) ×"])


def test_tables_show_more_and_others(reader: Reader) -> None:
    page = reader.page
    page.click("[data-panel=pages] [data-tab=Path]")
    wait_shown(page)
    assert asked(page)["pages"] == ["Path"]
    assert [name for name, *_ in breakdown(page, "pages")][-1] == "6 others"
    page.click("[data-panel=pages] [data-more]")
    expect(page.locator("[data-panel=pages] [data-rows] tr")).to_have_count(14)
    page.click("[data-panel=sources] [data-tab=UtmCampaign]")
    wait_shown(page)
    assert {name for name, *_ in breakdown(page, "sources")} == {"autumn", "(none)"}


def test_who_has_no_identifier_is_said(reader: Reader) -> None:
    expect(reader.page.locator("[data-unidentified-share]")).to_contain_text("of these page views came without an identifier")
    reader.page.locator("[data-unidentified-share]").focus()
    expect(reader.page.locator("#about-unidentified")).to_be_visible()
