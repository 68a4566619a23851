"""The official browser SDKs, unmodified, in pages of another site: what they send is counted once, for its affiliate, website and time."""

from datetime import UTC, datetime

import pytest

from tests.support.course import CODE, NAME, SDKS, BrowserSdk, Course, answered
from tribute.kit.clock import parse_iso

pytestmark = [
    pytest.mark.browser,
    pytest.mark.node,
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("browser-sdks-counted"),
]


@pytest.mark.parametrize("sdk", SDKS, ids=str)
def test_load_page_track_identify(sdk: BrowserSdk, course: Course) -> None:
    course.install(sdk)
    visitor = course.visitor()
    page = visitor.new_page()
    before = datetime.now(UTC)
    answered(page, "/start", lambda: page.goto(f"{course.origin}/start?via={CODE}"))
    answered(page, "Signed Up", lambda: page.evaluate("analytics.track('Signed Up', { plan: 'pro' })"))
    answered(page, "grace@example.com", lambda: page.evaluate("analytics.identify('user-1', { email: 'grace@example.com' })"))
    answered(page, "/lesson", lambda: page.goto(f"{course.origin}/lesson?VIA=Ada&utm_source=spring"))
    after = datetime.now(UTC)

    assert (course.views(2), course.views(1, "Visitors")) == (2, 1)
    assert {point["series"] for point in course.tribute.points(course.token)} == {NAME}
    rows = course.rows(
        "type, name, time, website, affiliate, channel, path, utm_source, device, browser, visitor_id, visitor_kind, bot, counted", 4
    )
    assert [(row["type"], row["name"], row["path"]) for row in rows] == [
        ("page", None, "/start"),
        ("track", "Signed Up", "/start"),
        ("identify", None, "/start"),
        ("page", None, "/lesson"),
    ]
    assert {(row["website"], row["affiliate"], row["channel"], row["device"], row["browser"]) for row in rows} == {
        (NAME, CODE, "affiliate", "desktop", "Chrome")
    }
    assert {(row["visitor_kind"], row["bot"], row["counted"]) for row in rows} == {("anonymous", None, True)}
    assert len({row["visitor_id"] for row in rows}) == 1
    assert [row["utm_source"] for row in rows] == [None, None, None, "spring"]
    assert all(before <= parse_iso(row["time"]) <= after for row in rows)


@pytest.mark.parametrize("sdk", SDKS, ids=str)
def test_each_visitor_counts_once_and_only_tagged_pages_are_an_affiliate_s(sdk: BrowserSdk, course: Course) -> None:
    course.install(sdk)
    for _ in range(2):
        visitor = course.visitor()
        page = visitor.new_page()
        answered(page, "/start", lambda page=page: page.goto(f"{course.origin}/start?via={CODE}"))
        answered(page, "/next", lambda page=page: page.click("a"))

    assert (course.views(2), course.views(2, "Visitors")) == (2, 2)
    rows = course.rows("path, affiliate, channel, is_landing, is_click, referrer_host", 4)
    assert {tuple(row.values()) for row in rows} == {
        ("/start", CODE, "affiliate", True, True, None),
        ("/next", None, "internal", False, False, "course.localhost"),
    }


@pytest.mark.parametrize("sdk", SDKS[::2], ids=str)
def test_a_browser_that_says_that_a_program_drives_it_is_kept_and_not_counted(sdk: BrowserSdk, course: Course) -> None:
    course.install(sdk)
    for agent in (None, course.everyday_agent):
        visitor = course.visitor(agent)
        page = visitor.new_page()
        answered(page, "/start", lambda page=page: page.goto(f"{course.origin}/start?via={CODE}"))

    rows = course.rows("bot, affiliate", 2)
    assert sorted(rows, key=str) == [{"bot": "headless", "affiliate": CODE}, {"bot": None, "affiliate": CODE}]
    assert (course.views(1), course.views(1, "Visitors")) == (1, 1)


@pytest.mark.parametrize("sdk", SDKS[::2], ids=str)
def test_a_view_within_a_single_page_is_internal_when_it_tells_the_page_before(sdk: BrowserSdk, course: Course) -> None:
    course.install(sdk)
    page = course.visitor().new_page()
    answered(page, "/start", lambda: page.goto(f"{course.origin}/start?via={CODE}"))
    script = "const before = location.href; history.pushState({}, '', '/inside'); analytics.page({ referrer: before })"
    answered(page, "/inside", lambda: page.evaluate(script))

    (row,) = course.rows("path, channel, is_landing, is_click", 1, "path = '/inside'")
    assert row == {"path": "/inside", "channel": "internal", "is_landing": False, "is_click": False}
