"""A server whose ledger is in PostgreSQL: the whole way from a page view to its number, and through a restart of the database."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.postgresql import empty_database, ended_sessions, unreachable
from tests.support.served import Tribute, eventually, served

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]


@pytest.fixture
def url() -> Iterator[str]:
    with empty_database() as url:
        yield url


def send(tribute: Tribute, key: str, visitor: str) -> int:
    event = {"anonymousId": visitor, "messageId": f"m-{visitor}", "properties": {"url": "https://course.example/?via=ada"}}
    return httpx.post(f"{tribute.url}/v1/page", json=event, auth=(key, ""), trust_env=False, timeout=60).status_code


def test_a_page_view_becomes_a_number_also_after_a_restart_of_the_database(
    tmp_path: Path, url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    with served(home, DATABASE_URL=url) as tribute:
        key, token = tribute.add_website("Course", "course.example"), tribute.add_affiliate("ada")
        assert send(tribute, key, "one") == 200
        assert eventually(lambda: tribute.total(token), lambda total: total == 1) == 1
        ended_sessions(url)
        assert send(tribute, key, "two") == 200
        assert eventually(lambda: tribute.total(token), lambda total: total == 2) == 2
        other = tribute.add_website("Other", "other.example")
        assert send(tribute, other, "three") == 200
        assert (
            eventually(lambda: httpx.get(f"{tribute.url}/readyz", trust_env=False, timeout=60).status_code, lambda status: status == 200)
            == 200
        )
        checks = {check["name"]: check for check in tribute.told("doctor")["checks"]}
    assert checks["ledger"]["detail"] == "2 websites, 1 affiliates"
    assert not (home / "tribute.db").exists()
    assert "a-password-to-look-for" not in "".join(capfd.readouterr())


def test_while_the_database_is_away_events_are_taken_and_known_links_lead_on(tmp_path: Path, url: str) -> None:
    with served(tmp_path / "home", DATABASE_URL=url) as tribute, httpx.Client(base_url=tribute.url, trust_env=False, timeout=60) as client:
        key, token = tribute.add_website("Course", "course.example"), tribute.add_affiliate("ada")
        tribute.run("link", "add", "--affiliate", "ada", "--website", "Course", "--slug", "spring", "--to", "/spring")

        def followed(slug: str) -> int:
            return client.get(f"/go/ada/{slug}").status_code

        assert (send(tribute, key, "one"), followed("spring")) == (200, 302)
        with unreachable(url):
            assert (send(tribute, key, "two"), followed("spring")) == (200, 302)
            assert (send(tribute, "nobody's", "three"), followed("autumn")) == (503, 503)
            assert client.get("/readyz").status_code == 503
        assert eventually(lambda: client.get("/readyz").text, lambda text: text == "ready\n") == "ready\n"
        assert eventually(lambda: send(tribute, "nobody's", "three"), lambda status: status == 401) == 401
        assert eventually(lambda: followed("autumn"), lambda status: status == 302) == 302
        assert eventually(lambda: tribute.total(token), lambda total: total == 2) == 2


def test_a_database_that_is_not_there_stops_the_start_with_a_sentence(tmp_path: Path, url: str) -> None:
    tribute = Tribute(tmp_path / "home", {"DATABASE_URL": f"{url}_not"})
    refused = tribute.run("website", "list", check=False)
    assert refused.returncode == 1
    assert "make them with CREATE ROLE and CREATE DATABASE" in refused.stderr
    assert "a-password-to-look-for" not in refused.stderr + refused.stdout
