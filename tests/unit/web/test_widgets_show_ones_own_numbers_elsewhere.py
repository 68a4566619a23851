"""Widgets: one's own numbers in a frame on one's own site, without cookies; the token reaches nothing else and can be taken away."""

import re
from datetime import timedelta

import pytest

from tests.support.forms import form
from tests.support.portal import Client, Portal
from tests.support.shop import Shop
from tribute.access.caller import Role

PAGE = "/settings/widgets"


@pytest.fixture
def shop(portal: Portal) -> Shop:
    made = Shop(portal)
    for code, count in (("ada", 3), ("bob", 5)):
        portal.page_views(made.course, code, [portal.clock.now() - timedelta(days=1)] * count)
    return made


def make(browser: Client, **told: str) -> str:
    """A widget's path."""
    fields = {"name": "Mine", "metric-PageViews": "yes", "window": "Last30Days", "theme": "auto", "sites": ""} | told
    answer = browser.post(PAGE, data=form(browser, PAGE, **fields))
    assert answer.status_code == 303, answer.text
    return "/embed/" + answer.headers["location"].rpartition("#")[2]


def test_it_shows_the_numbers_that_were_chosen_without_cookies(shop: Shop) -> None:
    path = make(shop.browsing(shop.ada), name='<script>"', sites="ada.example\nhttps://b.example/page")
    answer = shop.portal.client().get(path)
    assert answer.status_code == 200
    assert "<dd>3</dd>" in answer.text
    assert "Visitors" not in answer.text
    assert "<script>" not in answer.text
    assert "set-cookie" not in answer.headers
    assert "x-frame-options" not in answer.headers
    assert "frame-ancestors https://ada.example https://b.example" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_who_looks_changes_nothing(shop: Shop) -> None:
    path = make(shop.browsing(shop.ada))
    assert shop.browsing(shop.bob).get(path).text == shop.portal.client().get(path).text


def test_its_token_reaches_nothing_else(shop: Shop) -> None:
    token = make(shop.browsing(shop.ada)).rpartition("/")[2]
    for headers in ({"authorization": f"Bearer {token}"}, {"x-api-key": token}):
        program = shop.portal.client(**headers)
        assert program.get("/api/v1/commissions").status_code == 401
        assert program.post("/graphql", json={"query": "{ me { name } }"}).status_code == 401
    stranger = shop.portal.client()
    assert stranger.get("/settings").status_code == 303
    for other in ("/../settings", "/..%2fsettings", "?affiliate=bob", "?metric=Commissions&window=Last365Days"):
        assert "<dd>5</dd>" not in stranger.get(f"/embed/{token}{other}").text


def test_it_is_gone_when_it_is_taken_away_and_by_its_own_alone(shop: Shop) -> None:
    ada, bob = shop.browsing(shop.ada), shop.browsing(shop.bob)
    path = make(ada)
    token = path.rpartition("/")[2]
    make(bob)
    assert token not in bob.get(PAGE).text
    assert bob.post(f"{PAGE}/{token}/remove", data=form(bob, PAGE)).status_code == 404
    assert shop.portal.client().get(path).status_code == 200
    ada.post(f"{PAGE}/{token}/remove", data=form(ada, PAGE))
    other = shop.portal.client().get(f"{path}?theme=dark")  # not the answer that is kept for a minute
    assert other.status_code == 404
    assert other.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["", "tok_00000000000000000000", "%00", "a/b", "x" * 500])
def test_nothing_is_told_of_what_there_is_not(shop: Shop, path: str) -> None:
    assert shop.portal.client().get(f"/embed/{path}").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("sites", "https://a.example'; script-src *", "sites"),
        ("window", "Ever", "window"),
        ("name", "\x1b", "name"),
        ("theme", "x", "theme"),
    ],
)
def test_what_will_not_do_is_told(shop: Shop, field: str, value: str, named: str) -> None:
    ada = shop.browsing(shop.ada)
    told = {"name": "Mine", "metric-Clicks": "yes", "window": "Last7Days", "theme": "auto", field: value}
    answer = ada.post(PAGE, data=form(ada, PAGE, **told))
    assert answer.status_code == 422
    assert re.search(rf'id="problem-{field}"', answer.text)


def test_money_is_written_as_the_affiliate_has_it(shop: Shop) -> None:
    shop.click("ada", "v1")
    shop.order("o1", anonymous_id="v1")
    ada = shop.browsing(shop.ada)
    ada.post("/settings/time", data=form(ada, "/settings/time", locale="de-DE"))
    path = make(ada, **{"metric-Commissions": "yes"})
    assert "99,50\xa0$" in shop.portal.client().get(path).text


def test_the_owner_has_no_widgets(shop: Shop) -> None:
    owner = shop.portal.signed_in(Role.OWNER, shop.portal.add_owner())
    assert owner.get(PAGE).status_code == 403
