"""The published snippet: made of its source, small, and served so that browsers keep it."""

import asyncio
import gzip
import re
from typing import Any

from tests.support.snippet import PUBLISHED, SOURCE, shortened
from tribute.collector.snippet_door import SnippetDoor, is_snippet_path


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(SnippetDoor()({"type": "http", "method": method, "path": path, "headers": fields}, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, sent[1]["body"]


def test_what_is_published_is_made_of_the_source() -> None:
    assert PUBLISHED.read_text() == shortened(SOURCE.read_text()), "run `python -m tests.support.snippet`"


def test_it_is_at_most_two_and_a_half_kilobytes() -> None:
    assert len(gzip.compress(PUBLISHED.read_bytes(), 9, mtime=0)) <= 2500


def test_it_needs_nothing_that_a_strict_policy_forbids() -> None:
    assert re.search(r"\beval\b|\bFunction\(|innerHTML|createElement|document\.write", PUBLISHED.read_text()) is None


def test_a_version_is_kept_for_ever_and_the_newest_for_an_hour() -> None:
    assert ask("/t.v1.js")[1]["cache-control"] == "public, max-age=31536000, immutable"
    assert ask("/t.js")[1]["cache-control"].startswith("public, max-age=3600")
    assert [is_snippet_path(path) for path in ("/t.js", "/t.v1.js", "/t.v2.js", "/t.jsx")] == [True, True, False, False]


def test_it_is_sent_packed_to_those_who_take_it() -> None:
    status, headers, body = ask("/t.js", accept_encoding="br, gzip")
    assert (status, headers["content-encoding"], headers["vary"]) == (200, "gzip", "accept-encoding")
    assert gzip.decompress(body) == ask("/t.js")[2] == PUBLISHED.read_bytes()
    assert "content-encoding" not in ask("/t.js")[1]


def test_who_has_it_already_is_told_so() -> None:
    tag = ask("/t.js")[1]["etag"]
    status, headers, body = ask("/t.js", if_none_match=f'"other", W/{tag}')
    assert (status, headers["etag"], body) == (304, tag, b"")
    assert ask("/t.js", if_none_match='"other"')[0] == 200


def test_any_site_may_load_it() -> None:
    _, headers, _ = ask("/t.js")
    assert (headers["access-control-allow-origin"], headers["cross-origin-resource-policy"]) == ("*", "cross-origin")
    assert headers["content-type"] == "text/javascript; charset=utf-8"


def test_it_is_only_read() -> None:
    assert ask("/t.js", "POST")[0] == 405
    status, headers, body = ask("/t.js", "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(PUBLISHED.read_bytes())), b"")
