"""The console: websites with traffic and write keys, how to send events, codes that nobody has, and an empty home explained."""

import re
from datetime import timedelta

from tests.support.portal import NOW, Portal
from tribute.access.caller import Role
from tribute.events.own_visits import OwnVisits


def test_websites_with_their_numbers_and_keys(portal: Portal) -> None:
    course = portal.add_website("Course", "course.example")
    portal.page_views(course, None, [NOW - timedelta(hours=1)] * 1500)
    portal.page_views(course, "adda", [NOW - timedelta(hours=1)])
    page = portal.signed_in(Role.OWNER, portal.add_owner()).get("/owner?window=Last24Hours").text
    assert "1,501" in page
    assert course.write_key in page
    assert "in the last 24 hours" in page
    assert "adda" in page
    assert f"curl {portal.public_url}/v1/page" in page


def test_a_link_of_the_websites_marks_the_owners_browser_and_another_takes_it_back(portal: Portal) -> None:
    course = portal.add_website("Course", "course.example")
    page = portal.signed_in(Role.OWNER, portal.add_owner()).get("/owner").text
    links = re.findall(r'href="https://course\.example/#tribute-own-visit=([\w-]+)"', page)
    assert links[1:] == ["off"]
    assert OwnVisits(b"a-key-for-tests").is_own(links[0], course.id, NOW.date())


def test_an_empty_home_says_what_to_do(portal: Portal) -> None:
    page = portal.signed_in(Role.OWNER, portal.add_owner()).get("/owner").text
    assert "No websites yet." in page
    assert '<a href="/owner/websites">Add the first</a>' in page


def test_markup_in_unknown_codes_is_text(portal: Portal) -> None:
    portal.page_views(portal.add_website("Course", "course.example"), "<script>x</script>", [NOW])
    page = portal.signed_in(Role.OWNER, portal.add_owner()).get("/owner").text
    assert "<script>x" not in page
