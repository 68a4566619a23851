"""The page itself has the totals and the table, for readers and browsers without scripts."""

import re
from datetime import timedelta

from tests.support.portal import NOW, Portal
from tribute.access.caller import Role
from tribute.analytics.definitions import GIVEN_METRICS
from tribute.reports.traffic import DataPoint
from tribute.web.portal.overview import tabulated


def test_totals_and_rows_stand_in_the_page(portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Deep Work", "deep.example"), "ada", [NOW - timedelta(days=1)] * 1200, visitors=7)
    page = portal.signed_in(Role.AFFILIATE, ada.id).get("/?metric=PageViews&window=Last7Days").text
    assert re.search(r"Page views</span>\s*<strong[^>]*>1,200<", page)
    assert re.search(r"Visitors</span>\s*<strong[^>]*>7<", page)
    assert '<time datetime="2026-11-22T00:00:00.000000Z">22 Nov 2026</time>' in page
    assert "Data as of <time" in page
    assert "https://deep.example/?via=ada" in page


def test_every_window_and_metric_has_an_address(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    for metric in GIVEN_METRICS:
        page = client.get(f"/?metric={metric}&window=Last24Hours").text
        assert f'data-metric="{metric}" data-window="Last24Hours"' in page


def test_an_address_that_names_nothing_shows_the_usual(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    page = client.get("/?metric=Clicks&window=<script>")
    assert page.status_code == 200
    assert 'data-metric="PageViews" data-window="Last30Days"' in page.text


def test_names_are_text(portal: Portal) -> None:
    name = "<img src=x onerror=alert(1)>\"'"
    ada = portal.add_affiliate(name=name)
    portal.page_views(portal.add_website(name, "evil.example"), "ada", [NOW])
    page = portal.signed_in(Role.AFFILIATE, ada.id).get("/").text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_an_owner_is_led_to_the_console(portal: Portal) -> None:
    answer = portal.signed_in(Role.OWNER, portal.add_owner()).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/owner")


def test_rows_sum_their_columns_and_fill_gaps() -> None:
    columns, rows = tabulated([DataPoint("B", "2026-11-22T00:00:00Z", 2), DataPoint("A", "2026-11-23T00:00:00Z", 3)])
    assert columns == ["A", "B"]
    assert [(row.bucket.day, list(row.values), row.total) for row in rows] == [(23, [3, 0], 3), (22, [0, 2], 2)]
