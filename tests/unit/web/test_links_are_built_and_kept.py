"""The links page: a tagged link to any page of a website, short links by a form of our own, coupon codes; wrong input beside its field."""

import re

import pytest

from tests.support.portal import ORIGIN, Client, Portal
from tests.support.shop import Shop


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


def sent(browser: Client, **fields: str) -> tuple[int, str, str]:
    """The form for a short link, sent as a browser does; status, where it leads and what it shows."""
    token = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get("/links?website=Course").text)
    assert token is not None
    answer = browser.post("/links", data={"_csrf_token": token.group(1), **fields}, headers={"origin": ORIGIN})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_a_tagged_link_to_any_page(shop: Shop) -> None:
    page = shop.browsing(shop.ada).get("/links?website=Course&to=/pricing%3Flang=en%26via=old&sub=mail-7").text
    assert "https://course.example/pricing?lang=en&amp;via=ada&amp;sub=mail-7" in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("website=Course&to=https://evil.example/", "is not the website"),
        ("website=Course&to=javascript:alert(1)", "Is no address"),
        (f"website=Course&sub={'x' * 80}", "problem-sub"),
        ("website=Nowhere", "No website is called"),
    ],
)
def test_wrong_input_is_told_beside_its_field(shop: Shop, asked: str, told: str) -> None:
    answer = shop.browsing(shop.ada).get(f"/links?{asked}")
    assert answer.status_code == 200
    assert told in answer.text
    assert "built-link" not in answer.text


def test_a_short_link_is_kept(shop: Shop) -> None:
    browser = shop.browsing(shop.ada)
    status, where, _ = sent(browser, website="Course", to="/pricing", sub="mail", slug="spring")
    assert status == 303
    page = browser.get(where).text
    assert f"{ORIGIN}/go/ada/spring" in page
    assert "https://course.example/pricing" in page
    assert "New" in page


def test_a_taken_name_is_told_and_the_input_kept(shop: Shop) -> None:
    browser = shop.browsing(shop.ada)
    sent(browser, website="Course", slug="spring")
    status, _, page = sent(browser, website="Course", to="/x", slug="spring")
    assert status == 422
    assert "choose another slug" in page
    assert 'value="spring"' in page


def test_a_form_from_elsewhere_makes_nothing(shop: Shop) -> None:
    browser = shop.browsing(shop.ada)
    foreign = browser.post("/links", data={"website": "Course"}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert "None yet." in browser.get("/links").text


def test_coupons_and_links_are_ones_own(shop: Shop) -> None:
    for whose, code in (("ada", "ADA10"), ("bob", "BOB10")):
        shop.owner.graphql(f'mutation {{ addCoupon(program: "Partners", code: "{code}", affiliate: "{whose}") {{ code }} }}')
    sent(shop.browsing(shop.bob), website="Course", slug="of-bob")
    page = shop.browsing(shop.ada).get("/links").text
    assert "ADA10" in page
    assert "BOB10" not in page
    assert "of-bob" not in page
