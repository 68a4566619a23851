"""A link that a person follows is one click, on disk before the visitor is sent on; who only looks ahead makes none."""

import threading

import pytest

from tests.support.collector import FULL_DISK, event_in, until
from tests.support.links import COURSE, SHOP, Follower, landing
from tribute.events.derive import WebsiteRules, derive

RULES = WebsiteRules("course.example")


@pytest.fixture
def follower() -> Follower:
    return Follower()


def test_a_click_is_recorded_and_named_in_the_address(follower: Follower) -> None:
    followed = follower.follow("/go/Ada?sub=footer", referer="https://blog.example/post")
    (click,) = follower.clicks
    assert (followed.status, followed.headers["cache-control"]) == (302, "no-store")
    assert followed.page == "https://course.example/"
    assert followed.query == {"via": "ada", "sub": "footer", "tid": click.message_id}
    event = derive(click, RULES)
    assert (event.website_id, event.type, event.is_click, event.click_id) == (COURSE.website_id, "click", True, click.message_id)
    assert (event.affiliate_ref, event.sub_id, event.referrer_host, event.host) == ("ada", "footer", "blog.example", "course.example")
    assert (event.bot, event.visitor_id, event.browser) == (None, None, "Chrome")
    assert follower.stats.accepted == {"click": 1}


def test_a_link_leads_to_its_page_with_its_own_tag(follower: Follower) -> None:
    followed = follower.follow("/go/ADA/Spring/")
    (click,) = follower.clicks
    assert followed.page == "https://academy.course.example/spring"
    assert followed.query == {"utm_source": "mail", "via": "ada", "sub": "footer", "tid": click.message_id}
    assert followed.location.endswith("#buy")
    event = derive(click, RULES)
    assert (event.link_slug, event.sub_id, event.path, event.utm_source) == ("spring", "footer", "/spring", "mail")


def test_a_tag_in_the_address_goes_before_the_links_own(follower: Follower) -> None:
    assert follower.follow("/go/ada/spring?sub=bio").query["sub"] == "bio"


def test_a_slug_that_nobody_made_leads_to_the_front_page_and_is_kept(follower: Follower) -> None:
    assert follower.follow("/go/ada/sprnig").page == "https://course.example/"
    assert derive(follower.clicks[0], RULES).link_slug == "sprnig"


def test_a_code_that_nobody_has_is_recorded_as_it_stands(follower: Follower) -> None:
    followed = follower.follow("/go/adda%20lovelace".replace("%20", " "))
    assert (followed.page, followed.query["via"]) == ("https://course.example/", "adda lovelace")
    assert derive(follower.clicks[0], RULES).affiliate_ref == "adda lovelace"


def test_a_page_may_be_named_in_the_address(follower: Follower) -> None:
    followed = follower.follow("/go/ada?to=https://shop.example/gift?for=Bj%25C3%25B6rn")
    assert followed.page == "https://shop.example/gift"
    assert followed.query["for"] == "Björn"
    assert follower.clicks[0].website_id == SHOP.website_id


def test_without_a_code_nobody_is_credited(follower: Follower) -> None:
    assert follower.follow("/go/").location == "https://course.example/"
    assert follower.clicks == []


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"sec_purpose": "prefetch"}),
        ("GET", {"sec_purpose": "prefetch;prerender"}),
        ("GET", {"purpose": "prefetch"}),
        ("GET", {"x_moz": "prefetch"}),
        ("GET", {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}),
        ("GET", {"user_agent": "facebookexternalhit/1.1"}),
        ("GET", {"user_agent": "curl/8.14.1"}),
        ("GET", {"user_agent": " "}),
    ],
)
def test_those_who_only_look_are_sent_on_without_a_click(follower: Follower, method: str, headers: dict[str, str]) -> None:
    followed = follower.follow("/go/ada/spring", method, **headers)
    assert (followed.status, followed.page, followed.body) == (302, "https://academy.course.example/spring", "")
    assert "tid" not in followed.query
    assert followed.query["via"] == "ada"
    assert follower.clicks == []


def test_global_privacy_control_is_kept_with_the_click_and_nothing_of_the_visitor(follower: Follower) -> None:
    followed = follower.follow("/go/ada", sec_gpc="1")
    (click,) = follower.clicks
    assert followed.location == "https://course.example/?via=ada&tid=", "the click is recorded, and its name follows nobody"
    assert click.gpc
    assert (click.anonymous_id, click.cookieless_id) == (None, None)
    assert set(event_in(follower.spool.payloads[0])) == {"type", "messageId", "properties"}


def test_the_visitors_address_is_not_kept(follower: Follower) -> None:
    follower.follow("/go/ada", ip="198.51.100.23")
    assert b"198.51.100" not in follower.spool.payloads[0]


def test_a_full_disk_keeps_nobody_from_arriving(follower: Follower) -> None:
    follower.spool.broken = FULL_DISK
    followed = follower.follow("/go/ada/spring")
    assert followed.status == 302
    assert followed.query == {"utm_source": "mail", "via": "ada", "sub": "footer"}
    assert follower.stats.accepted == {}


def test_a_slow_disk_keeps_nobody_waiting_and_the_landing_tells_the_same_click() -> None:
    follower = Follower(patience=0.01)
    follower.spool.held = True
    followed = follower.follow("/go/ada")
    assert followed.query["tid"] == follower.clicks[0].message_id
    assert follower.stats.accepted == {}


def test_over_the_rate_visitors_arrive_without_a_click() -> None:
    follower = Follower(rate=1, burst=2)
    locations = [follower.follow(f"/go/made-up-{number}") for number in range(4)]
    assert [("tid" in followed.query, followed.status) for followed in locations] == [(True, 302)] * 2 + [(False, 302)] * 2
    assert len(follower.clicks) == 2


def test_while_the_ledger_is_away_an_unknown_link_is_to_be_tried_again(follower: Follower) -> None:
    follower.links.away = True
    followed = follower.follow("/go/ada/spring")
    assert (followed.status, followed.headers["retry-after"]) == (503, "5")
    assert "try again" in followed.body


def test_without_a_website_there_is_nowhere_to_go() -> None:
    follower = Follower()
    follower.links.known = []
    assert follower.follow("/go/ada").status == 404


def test_a_website_that_takes_no_events_still_has_visitors() -> None:
    follower = Follower(landing(3, "closed.example", enabled=False))
    assert follower.follow("/go/ada").location == "https://closed.example/?via=ada"
    assert follower.clicks == []


def test_only_a_visit_follows_a_link(follower: Follower) -> None:
    followed = follower.follow("/go/ada", "POST")
    assert (followed.status, followed.headers["allow"]) == (405, "GET, HEAD")


def test_the_subdomain_of_a_website_leads_to_that_website(follower: Follower) -> None:
    assert follower.follow("/go/ada", host="go.shop.example:8443").page == "https://shop.example:8443/start"


def test_the_code_is_put_where_the_website_looks_for_it_first() -> None:
    follower = Follower(landing(4, "own.example", front="https://own.example/?partner=bob&ref=mail", link_parameters=("partner", "ref")))
    assert follower.follow("/go/ada").query == {"ref": "mail", "partner": "ada", "tid": follower.clicks[0].message_id}


def test_a_link_is_looked_up_once_and_never_on_the_event_loop(follower: Follower) -> None:
    for _ in range(3):
        assert follower.follow("/go/ada/spring").page == "https://academy.course.example/spring"
    assert follower.links.looked_for == [("ada", "spring")]
    assert threading.main_thread() not in follower.links.looked_in


def test_a_link_is_looked_up_before_the_spool_is_waited_for(follower: Follower) -> None:
    following = threading.Thread(target=follower.follow, args=("/go/ada/spring",))
    with follower.spool.gate:
        following.start()
        until(lambda: follower.links.looked_for == [("ada", "spring")])
    following.join()
    assert len(follower.clicks) == 1


def test_a_flood_of_made_up_links_is_looked_up_no_more_often_than_the_rate_allows() -> None:
    follower = Follower(rate=1, burst=2)
    statuses = {follower.follow(f"/go/ada/made-up-{number}").status for number in range(10)}
    assert (statuses, len(follower.links.looked_for)) == ({302}, 2)
