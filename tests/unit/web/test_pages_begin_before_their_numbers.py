"""A page's head is sent before its numbers are counted; if they cannot be, the rest says so, under the reference that the log has."""

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.support.portal import NOW, Portal
from tribute.access.caller import Role
from tribute.kit.asgi import Message
from tribute.kit.errors import UnavailableError
from tribute.web.security import SESSION_COOKIE


def pieces(portal: Portal, cookie: str) -> list[str]:
    """The pieces in which the first page is sent."""
    told: list[str] = []
    sent = asyncio.Event()
    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            told.append(message.get("body", b"").decode())
            if not message.get("more_body"):
                sent.set()

    async def receive() -> Message:
        if asked:
            return asked.pop()
        await sent.wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"cookie", f"{SESSION_COOKIE}={cookie}".encode())],
        "server": ("portal.test", 80),
        "client": ("127.0.0.1", 1),
        "scheme": "http",
        "http_version": "1.1",
    }
    asyncio.run(portal(scope, receive, send))
    return [piece for piece in told if piece]


def test_the_head_comes_first(portal: Portal) -> None:
    ada = portal.add_affiliate()
    portal.page_views(portal.add_website("Alpha", "alpha.example"), "ada", [NOW] * 3)
    first, *rest = pieces(portal, portal.session(Role.AFFILIATE, ada.id))
    assert "<h1>Overview</h1>" in first
    assert "data-metric-card" not in first
    assert "data-metric-card" in "".join(rest)


def test_numbers_that_are_not_to_be_had_leave_the_head(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    portal.store.close()
    page = client.get("/").text
    assert "<h1>Overview</h1>" in page
    assert "The numbers are not to be had right now." in page
    assert page.rstrip().endswith("</html>")


def test_what_is_unforeseen_is_told_by_reference(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = portal.add_affiliate()
    monkeypatch.setattr(portal.traffic, "beginnings", lambda _caller: {}["nobody foresaw this"])
    client = portal.signed_in(Role.AFFILIATE, ada.id)
    with capture_logs() as logs:
        page = client.get("/").text
    [reference] = [log["reference"] for log in logs if log["event"] == "page_failed"]
    assert f"Reference {reference}." in page


def test_what_is_known_at_once_to_be_away_is_a_page_of_its_own(portal: Portal) -> None:
    client = portal.signed_in(Role.AFFILIATE, portal.add_affiliate().id)
    portal.broken = UnavailableError("The store is being swapped.")
    assert client.get("/").status_code == 503
