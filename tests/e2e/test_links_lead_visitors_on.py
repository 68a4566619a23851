"""Links of a served Tribute, over the wire: where they lead, and what becomes of the click."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.support import cli
from tests.support.served import Tribute, eventually, served

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    with served(tmp_path_factory.mktemp("home")) as running:
        running.add_website("Course", "course.example")
        running.add_affiliate("ada")
        yield running


def follow(tribute: Tribute, target: str, method: str = "GET", agent: str = CHROME) -> httpx.Response:
    return httpx.request(method, tribute.url + target, headers={"User-Agent": agent}, follow_redirects=False, trust_env=False, timeout=60)


def clicks(tribute: Tribute, wanted: int, where: str) -> list[dict[str, object]]:
    sql = f"SELECT affiliate, code, click_id, link_slug, sub_id, visitor_id FROM events WHERE type = 'click' AND {where}"  # noqa: S608
    return eventually(lambda: list(cli.Tribute(tribute.home).json("sql", sql)["rows"]), lambda rows: len(rows) >= wanted)


def test_a_link_made_while_the_server_runs_leads_to_its_page(tribute: Tribute) -> None:
    link = cli.Tribute(tribute.home).json("link", "add", "--affiliate", "ada", "--website", "Course", "--slug", "Spring", "--to", "/spring")
    answer = eventually(lambda: follow(tribute, urlsplit(link["url"]).path + "?sub=bio"), lambda got: "/spring" in got.headers["location"])
    location = urlsplit(answer.headers["location"])
    assert (answer.status_code, answer.headers["cache-control"]) == (302, "no-store")
    assert f"{location.scheme}://{location.netloc}{location.path}" == "https://course.example/spring"
    query = parse_qs(location.query)
    assert (query["via"], query["sub"]) == (["ada"], ["bio"])
    (click,) = clicks(tribute, 1, f"click_id = '{query['tid'][0]}'")
    assert (click["affiliate"], click["link_slug"], click["sub_id"], click["visitor_id"]) == ("ada", "spring", "bio", None)


def test_a_code_that_nobody_has_is_shown_to_the_owner(tribute: Tribute) -> None:
    assert follow(tribute, "/go/adda").status_code == 302
    (click,) = clicks(tribute, 1, "code = 'adda'")
    assert click["affiliate"] is None


def test_those_who_only_look_leave_no_click(tribute: Tribute) -> None:
    looks = [follow(tribute, "/go/only-looks", "HEAD"), follow(tribute, "/go/only-looks", agent="curl/8.14.1")]
    assert [(look.status_code, look.headers["location"]) for look in looks] == [(302, "https://course.example/?via=only-looks")] * 2
    follow(tribute, "/go/after-them")
    assert len(clicks(tribute, 1, "code = 'after-them'")) == 1
    assert clicks(tribute, 0, "code = 'only-looks'") == []


@pytest.mark.slow
def test_nobody_is_led_elsewhere(tribute: Tribute) -> None:
    for to in (
        "https://evil.example",
        "//evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "https://course.example%5C@evil.example",
    ):
        location = follow(tribute, f"/go/ada?to={to}").headers["location"]
        assert location.startswith("https://course.example/?via=ada&tid="), to
    assert follow(tribute, "/go/x%0d%0aset-cookie:%20a=b").headers.get("set-cookie") is None


def test_the_snippet_is_served(tribute: Tribute) -> None:
    answer = httpx.get(f"{tribute.url}/t.v1.js", trust_env=False, timeout=60)
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    again = httpx.get(f"{tribute.url}/t.v1.js", headers={"If-None-Match": answer.headers["etag"]}, trust_env=False, timeout=60)
    assert again.status_code == 304
