"""The spine, as its users see it: a page view that was answered with 200 is in its affiliate's chart about a second later."""

import time
from pathlib import Path

import httpx
import pytest

from tests.support.served import Tribute, eventually, served

LONGEST_SECONDS = 5


def send_page(tribute: Tribute, write_key: str, message_id: str, url: str) -> httpx.Response:
    event = {"anonymousId": f"visitor-of-{message_id}", "messageId": message_id, "properties": {"url": url}}
    return httpx.post(f"{tribute.url}/v1/page", json=event, auth=(write_key, ""), trust_env=False, timeout=60)


@pytest.mark.slow
def test_a_page_view_is_seen_by_its_affiliate_within_about_a_second(tmp_path: Path) -> None:
    with served(tmp_path / "home") as tribute:
        write_key, token, other = (
            tribute.add_website("Docs", "docs.acme.example"),
            tribute.add_affiliate("ada"),
            tribute.add_affiliate("bob"),
        )
        began = time.monotonic()
        assert send_page(tribute, write_key, "m-1", "https://docs.acme.example/?via=Ada").status_code == 200
        assert eventually(lambda: tribute.total(token), lambda seen: seen == 1.0) == 1.0
        assert time.monotonic() - began < LONGEST_SECONDS, "far slower than a second, even for a busy machine"
        assert [point["series"] for point in tribute.points(token)] == ["Docs"]
        assert tribute.total(token, "Visitors") == 1.0
        assert tribute.points(token, "Commissions") == []
        assert tribute.points(other) == []


@pytest.mark.slow
def test_a_stop_and_a_start_keep_every_number(tmp_path: Path) -> None:
    tribute = Tribute(tmp_path / "home")
    tribute.start()
    write_key, token = tribute.add_website("Docs", "docs.acme.example"), tribute.add_affiliate("ada")
    for number in range(20):
        send_page(tribute, write_key, f"m-{number}", "https://docs.acme.example/?via=ada").raise_for_status()
    assert tribute.stop() == 0
    assert not (tribute.home / "server.json").exists()
    tribute.start()
    try:
        assert eventually(lambda: tribute.total(token), lambda seen: seen == 20.0) == 20.0
        rebuilt = tribute.told("rebuild")
        assert rebuilt["changed"] == {}
        assert tribute.total(token) == 20.0
    finally:
        tribute.stop()


@pytest.mark.slow
def test_commands_work_the_same_with_and_without_a_server(tmp_path: Path) -> None:
    count = ("sql", "SELECT count(*) AS page_views FROM page_views")
    with served(tmp_path / "home") as tribute:
        write_key = tribute.add_website("Docs", "docs.acme.example")
        send_page(tribute, write_key, "m-1", "https://docs.acme.example/").raise_for_status()
        assert tribute.told("load", "--once").keys() >= {"events", "duplicates", "quarantined", "objects"}
        with_server = tribute.told(*count)
    assert with_server == {"columns": ["page_views"], "rows": [{"page_views": 1}]}
    assert tribute.told(*count) == with_server
    assert tribute.told("doctor")["ok"] is True


@pytest.mark.slow
def test_a_page_view_of_an_unknown_code_counts_from_its_registration(tmp_path: Path) -> None:
    with served(tmp_path / "home") as tribute:
        write_key = tribute.add_website("Docs", "docs.acme.example")
        send_page(tribute, write_key, "before", "https://docs.acme.example/?via=eve").raise_for_status()
        token = tribute.add_affiliate("eve")
        send_page(tribute, write_key, "after", "https://docs.acme.example/?via=eve").raise_for_status()
        assert eventually(lambda: tribute.total(token), lambda seen: seen >= 1.0) == 1.0
        assert tribute.told("rebuild")["changed"] == {}
        assert tribute.total(token) == 1.0
