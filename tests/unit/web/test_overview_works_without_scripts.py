"""The page itself has the totals and the table, for readers and browsers without scripts."""

import re
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pages import card
from tests.support.portal import NOW, Portal
from tribute.access.caller import Role
from tribute.analytics.dimensions import Dimension
from tribute.ledger.websites import Websites
from tribute.web.portal.asked import Asked
from tribute.web.portal.definitions import dimension_definitions
from tribute.web.portal.panels import PANEL_TABLES

NAMES = ("metric", "window", "from", "to", "grain", "compare", "lines", "zone", "sources", "Country", "Referrer", "Affiliate")
VALUES = ("Visitors", "ThisMonth", "2026-11-01", "2026-11-09", "Week", "None", "Total", "Asia/Kathmandu", "Channel", "SE", "a b/c&d=e")


def test_totals_changes_and_rows_stand_in_the_page(portal: Portal) -> None:
    ada = portal.add_affiliate()
    times = [NOW - timedelta(days=1)] * 1200 + [NOW - timedelta(days=8)] * 1000
    portal.page_views(portal.add_website("Deep Work", "deep.example"), "ada", times, visitors=7)
    page = portal.signed_in(Role.AFFILIATE, ada.id).get("/?metric=PageViews&window=Last7Days&placements=Website").text
    assert card(page, "PageViews") == ("1,200", "+20 % on the 7 days before")
    assert card(page, "Visitors") == ("7", "as many as the 7 days before")
    assert card(page, "Clicks") == ("0", "none the 7 days before")
    assert card(page, "Commissions") == ("None yet", "Your first sale shows here.")
    assert '<time datetime="2026-11-22T00:00:00.000000Z">22 Nov 2026</time></th><td class="number" data-name="Deep Work">1,200</td>' in page
    assert '<td class="number visitors">7</td><td class="number views">1,200</td>' in page
    assert "https://deep.example/?via=ada" in page


def test_visitors_are_distinct_over_the_whole_range(portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW - timedelta(days=day) for day in range(6)])
    portal.page_views(portal.add_website("Beta", "beta.example"), "ada", [NOW])
    page = portal.signed_in(Role.AFFILIATE, ada.id).get("/").text
    assert card(page, "Visitors")[0] == "1"


@pytest.mark.parametrize(
    ("address", "caption", "compared"),
    [
        ("/?window=Today&zone=Europe/Berlin", "Page views, today", "yesterday by this time"),
        ("/?window=Yesterday&metric=Visitors", "Visitors, yesterday", "the day before"),
        ("/?window=ThisMonth&metric=Clicks", "Clicks, this month", "last month by this time"),
        ("/?window=LastMonth", "Page views, last month", "the month before"),
        ("/?window=ThisYear", "Page views, this year", "last year by this time"),
        ("/?from=2026-11-03&to=2026-11-12", "Page views, 03 Nov 2026 to 12 Nov 2026", "the 10 days before"),
        ("/?from=2026-07-01&to=2026-09-30", "Page views, 01 Jul 2026 to 30 Sep 2026", "the 3 months before"),
        ("/?compare=PreviousYear", "Page views, the last 30 days", "a year before"),
        ("/?window=Last24Hours", "Page views, the last 24 hours", "the 24 hours before"),
    ],
)
def test_every_range_has_an_address_and_words(portal: Portal, address: str, caption: str, compared: str) -> None:
    page = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id).get(address).text
    assert f"<h2 data-caption>{caption}</h2>" in page
    assert card(page, "Visitors")[1] == f"none {compared}"


def test_filters_hold_and_every_link_keeps_them(portal: Portal) -> None:
    ada = portal.add_affiliate()
    website = portal.add_website("Alpha", "alpha.example")
    portal.events(website, "ada", {"at": NOW, "country": "SE"}, {"at": NOW, "country": None}, {"at": NOW, "country": "DE"})
    page = portal.signed_in(Role.AFFILIATE, ada.id).get("/?Country=SE&Country=&audience=Country&Affiliate=ada").text
    assert card(page, "PageViews")[0] == "2"
    links = re.findall(r'<a class="card asks" href="([^"]+)"', page)
    assert all("&amp;Country=SE&amp;Country=&amp;audience=Country" in link for link in links)
    assert "Affiliate" not in links[0]
    assert 'aria-label="Remove the filter Country: (unknown)"' in page
    assert page.count('<tr class="filtered">') == 2


@pytest.mark.parametrize("address", ["/?Website=Nothing", "/?" + "&".join(f"Path=/{number}" for number in range(201))])
def test_what_cannot_be_answered_is_said(portal: Portal, address: str) -> None:
    answer = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id).get(address)
    assert answer.status_code == 200
    assert "This cannot be answered: " in answer.text


@given(st.lists(st.tuples(st.sampled_from([*NAMES, "x"]), st.sampled_from([*VALUES, "", "<script>", "2026-13-01", "\x00"]))))
def test_any_address_is_a_question_and_its_own_address(told: list[tuple[str, str]]) -> None:
    asked = Asked.of(told, PANEL_TABLES)
    assert Asked.of(parse_qsl(asked.address()[2:], keep_blank_values=True), PANEL_TABLES) == asked
    assert asked.question(NOW).metrics


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


def test_every_dimension_is_explained() -> None:
    assert set(dimension_definitions()) == set(Dimension)
    assert all(sentence.endswith(".") for sentence in dimension_definitions().values())


def test_links_lead_where_each_website_reads_codes(portal: Portal) -> None:
    """To its default page, with the parameter that it looks for first; a website that is off has none."""
    ada, shop, gone = portal.add_affiliate(), portal.add_website("Shop", "shop.example"), portal.add_website("Gone", "gone.example")
    with portal.database.session() as session:
        websites = Websites(session, portal.clock)
        websites.change(shop.id, link_parameters=["partner", "via"])
        websites.configure(shop.id, default_url="https://shop.example/welcome?via=house&lang=en")
        websites.set_enabled(gone.id, enabled=False)
    page = portal.signed_in(Role.AFFILIATE, ada.id).get("/").text
    assert "https://shop.example/welcome?lang=en&amp;partner=ada" in page
    assert "gone.example" not in page
