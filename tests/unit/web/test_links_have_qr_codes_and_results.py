"""QR codes are made of an affiliate's own links alone; the list says what came of each link, as the API does."""

import re
from datetime import timedelta

import pytest

from tests.support.portal import NOW, ORIGIN, Portal, caller_of
from tests.support.shop import Shop
from tribute.web.portal.qr import qr_code


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


@pytest.mark.parametrize(("kind", "media_type"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_a_qr_code_holds_the_built_link(shop: Shop, kind: str, media_type: str) -> None:
    answer = shop.browsing(shop.ada).get(f"/links/qr.{kind}?website=Course&to=/a&campaign=spring&url=https://evil.example/")
    assert answer.headers["content-type"] == media_type
    assert answer.content == qr_code("https://course.example/a?utm_campaign=spring&via=ada", kind)  # type: ignore[arg-type]


def test_the_images_are_plain() -> None:
    assert qr_code("https://course.example/?via=ada", "png").startswith(b"\x89PNG")
    assert b"<script" not in qr_code("https://course.example/?via=ada", "svg")
    assert b"style=" not in qr_code("https://course.example/?via=ada", "svg")


def test_others_links_have_none_for_me(shop: Shop) -> None:
    theirs = shop.portal.office.affiliates.add_link(caller_of(shop.bob), "Course", slug="bobs")
    assert shop.browsing(shop.bob).get(f"/links/qr.svg?link={theirs.id}").status_code == 200
    assert shop.browsing(shop.ada).get(f"/links/qr.svg?link={theirs.id}").status_code == 404
    assert shop.browsing(shop.ada).get("/links/qr.svg?website=Course&to=https://evil.example/").status_code == 404
    assert shop.portal.client().get(f"/links/qr.svg?link={theirs.id}").headers["location"].startswith("/sign-in")


def test_results_are_what_the_api_says(shop: Shop) -> None:
    shop.portal.office.affiliates.add_link(caller_of(shop.ada), "Course", slug="spring")
    for name in ("v1", "v2", "v3"):
        shop.click("ada", name, link_slug="spring" if name != "v3" else None)
    shop.click("ada", "old", at=NOW - timedelta(days=40), link_slug="spring")
    shop.order("o1", anonymous_id="v1")
    query = "query ($input: AnalyticsInput!) { analytics(input: $input) { rows { value clicks conversions commissions } } }"
    asked = {"metrics": ["Clicks", "Conversions", "Commissions"], "window": "Last30Days", "by": "Link"}
    rows = {row["value"]: row for row in shop.ada_asking.graphql(query, input=asked)["data"]["analytics"]["rows"]}
    page = shop.browsing(shop.ada).get("/links").text
    shown = re.findall(r"<dd>(\d+)</dd>.*?<dd>(\d+)</dd>.*?value=\"([\d.]+)\" data-currency", page, re.DOTALL)
    assert [tuple(map(float, one)) for one in shown] == [tuple(map(float, list(rows[slug].values())[1:])) for slug in ("spring", None)]
    assert shown[0] == ("2", "1", "99.50")


def test_a_campaign_is_kept_in_the_short_link(shop: Shop) -> None:
    browser = shop.browsing(shop.ada)
    token = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get("/links?website=Course&campaign=spring").text)
    assert token is not None
    told = {"_csrf_token": token[1], "website": "Course", "campaign": "spring sale", "slug": "s"}
    assert browser.post("/links", data=told, headers={"origin": ORIGIN}).status_code == 303
    assert "leads to <bdi>https://course.example/?utm_campaign=spring%20sale" in browser.get("/links").text
