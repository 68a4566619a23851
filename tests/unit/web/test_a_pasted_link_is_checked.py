"""A pasted link is told to be right, or what is wrong with it and the link that would be right; never whose another code is."""

import html
import re

import pytest
import sqlalchemy as sa

from tests.support.portal import ORIGIN, Portal, caller_of
from tests.support.shop import Shop
from tribute.ledger.models import WebsiteRow

COURSE = "https://course.example"


@pytest.fixture
def shop(portal: Portal) -> Shop:
    shop = Shop(portal)
    portal.office.affiliates.add_link(caller_of(shop.ada), "Course", slug="spring")
    return shop


def checked(shop: Shop, typed: str) -> tuple[str, str | None]:
    """What the page says of a link, and the mended one."""
    page = html.unescape(shop.browsing(shop.ada).get("/links", params={"check": typed}).text)
    words = re.search(r'class="checked.*?<bdi>(.*?)</bdi>', page, re.DOTALL)
    mended = re.search(r'id="mended-link">([^<]*)<', page)
    assert words is not None
    return words[1], mended[1] if mended else None


CASES = [
    (f"{COURSE}/a?via=ada&utm_source=x", "This link is yours", None),
    (f"{COURSE}/a?VIA=ADA", "This link is yours", None),
    ("www.course.example/a?ref=ada", "This link is yours", None),
    (f"{ORIGIN}/go/ada/spring?sub=x", "This link is yours", None),
    (f"{COURSE}/a?utm_source=x", "This link lacks your code.", f"{COURSE}/a?utm_source=x&via=ada"),
    (f"{COURSE}/a?partner=ada&b=1", "Your code is in “partner”, and Course reads “via”.", f"{COURSE}/a?b=1&via=ada"),
    (f"{COURSE}/a?via=bob&ref=ada", "The code “bob” in it is not yours.", f"{COURSE}/a?via=ada"),
    (f"{COURSE}/a?via=nobody", "The code “nobody” in it is not yours.", f"{COURSE}/a?via=ada"),
    (f"{COURSE}/a?via=ada&tid=m_1", "This link was copied after a click", f"{COURSE}/a?via=ada"),
    (f"{ORIGIN}/go/bob/spring", "The code “bob” in it is not yours.", f"{ORIGIN}/go/ada/spring"),
    (f"{ORIGIN}/go/ada/summer", "You have no short link “summer”.", f"{ORIGIN}/go/ada"),
    ("https://evil.example/?via=ada", "evil.example is none of the program's websites.", None),
    ("https://course.example.evil.example/", "course.example.evil.example is none", None),
    ("javascript:alert(1)", "This is no web address.", None),
    ("<script>alert(1)</script>", "This is no web address.", None),
]


def test_each_fault_is_named_and_mended(shop: Shop) -> None:
    for typed, words, mended in CASES:
        found = checked(shop, typed)
        assert found[0].startswith(words), typed
        assert found[1] == mended, typed
        if mended is not None:
            assert checked(shop, mended)[0].startswith("This link is yours"), typed


def test_the_parameter_is_the_one_that_the_website_reads(shop: Shop) -> None:
    with shop.portal.database.session() as session:
        session.execute(sa.update(WebsiteRow).values(link_parameters=["partner"]))
    words, mended = checked(shop, f"{COURSE}/?via=ada")
    assert words == "Your code is in “via”, and Course reads “partner”."
    assert mended == f"{COURSE}/?partner=ada"
