"""Damaged files and full disks: a sentence that says what to do, the rest goes on, and the numbers come back the same."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.served import Tribute, eventually, served

pytestmark = pytest.mark.slow

EVENTS = 40


def send(tribute: Tribute, write_key: str, message_id: str) -> httpx.Response:
    event = {
        "anonymousId": f"visitor-of-{message_id}",
        "messageId": message_id,
        "properties": {"url": "https://docs.acme.example/?via=ada"},
    }
    return httpx.post(f"{tribute.url}/v1/page", json=event, auth=(write_key, ""), trust_env=False, timeout=60)


def send_all(tribute: Tribute) -> str:
    """Send all events, wait until they are counted, and stop; the affiliate's token."""
    write_key, token = tribute.add_website("Docs", "docs.acme.example"), tribute.add_affiliate("ada")
    for number in range(EVENTS):
        send(tribute, write_key, f"m-{number}").raise_for_status()
    assert eventually(lambda: tribute.total(token), lambda seen: seen == EVENTS) == EVENTS
    return token


def told_on_failure(tribute: Tribute, *arguments: str) -> str:
    """The one sentence on stderr of a command that fails."""
    ran = tribute.run(*arguments, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("tribute: ")
    assert ran.stderr.count("\n") == 1
    return ran.stderr


def overwrite_middle(path: Path, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(content)


def test_a_damaged_store_is_told_and_rebuilt_with_the_same_numbers(tmp_path: Path) -> None:
    with served(tmp_path / "home", BUFFER_SECONDS="0.5") as tribute:
        token = send_all(tribute)
        points = tribute.points(token)
    (tribute.home / "analytics.duckdb").write_bytes(b"what was here is lost" * 1000)

    for command in (("serve", "--port", "0"), ("sql", "SELECT 1"), ("load", "--once")):
        assert "`tribute rebuild`" in told_on_failure(tribute, *command)
    assert tribute.told("rebuild")["figures"]["events"] == EVENTS
    assert (tribute.home / "analytics.duckdb.damaged").exists(), "someone may want to look at it"

    tribute.start()
    try:
        assert tribute.points(token) == points
    finally:
        tribute.stop()


def test_a_store_that_was_deleted_is_filled_again_by_itself(tmp_path: Path) -> None:
    with served(tmp_path / "home", BUFFER_SECONDS="0.5") as tribute:
        token = send_all(tribute)
        points = tribute.points(token)
    (tribute.home / "analytics.duckdb").unlink()
    tribute.start()
    try:
        assert eventually(lambda: tribute.points(token), lambda seen: seen == points) == points
    finally:
        tribute.stop()


def test_a_damaged_segment_costs_only_what_is_damaged(tmp_path: Path) -> None:
    tribute = Tribute(tmp_path / "home")
    tribute.start()
    token = send_all(tribute)
    tribute.kill()
    (tribute.home / "analytics.duckdb").unlink()
    (tribute.home / "analytics.duckdb.wal").unlink(missing_ok=True)
    [segment] = [path for path in segments_of(tribute) if path.stat().st_size > 1000]
    overwrite_middle(segment, b"\xff" * 8)

    tribute.start()
    try:
        assert eventually(lambda: tribute.total(token), lambda seen: seen >= EVENTS - 1) == EVENTS - 1
        assert eventually(lambda: len(tribute.told("quarantine", "list")["items"]), lambda seen: seen == 1) == 1
        doctor = tribute.run("doctor", check=False)
        assert doctor.returncode == 1
        assert "tribute quarantine list" in doctor.stdout
    finally:
        tribute.stop()


def test_a_damaged_object_costs_only_what_is_damaged(tmp_path: Path) -> None:
    with served(tmp_path / "home", BUFFER_SECONDS="0.2") as tribute:
        write_key, token = tribute.add_website("Docs", "docs.acme.example"), tribute.add_affiliate("ada")
        for number in range(2):
            send(tribute, write_key, f"m-{number}").raise_for_status()
            objects = eventually(lambda: objects_of(tribute), lambda seen, wanted=number + 1: len(seen) == wanted)
        assert len(objects) == 2
        assert eventually(lambda: segments_of(tribute), lambda seen: not seen) == [], "nothing is left to read the damaged event from"
        assert tribute.total(token) == 2, "the rebuild has something to tell the difference from"
    overwrite_middle(objects[0], b"\xff" * 16)

    assert tribute.told("rebuild")["changed"]
    [item] = tribute.told("quarantine", "list")["items"]
    assert item["source"] in objects[0].name
    tribute.start()
    try:
        assert tribute.total(token) == 1.0
    finally:
        tribute.stop()


def segments_of(tribute: Tribute) -> list[Path]:
    return sorted((tribute.home / "spool").glob("*.seg"))


def objects_of(tribute: Tribute) -> list[Path]:
    return sorted((tribute.home / "objects").rglob("*.zst"))


@contextmanager
def no_room(tribute: Tribute) -> Iterator[None]:
    """Files of the server can grow no further: what a full disk is to a program, without filling one."""
    assert tribute.process is not None
    _, most = before = resource.prlimit(tribute.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(tribute.process.pid, resource.RLIMIT_FSIZE, (0, most))
    yield
    resource.prlimit(tribute.process.pid, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_503_and_nothing_answered_is_lost(tmp_path: Path) -> None:
    with served(tmp_path / "home") as tribute:
        write_key, token = tribute.add_website("Docs", "docs.acme.example"), tribute.add_affiliate("ada")
        send(tribute, write_key, "before").raise_for_status()
        with no_room(tribute):
            refused = send(tribute, write_key, "meanwhile")
            assert (refused.status_code, refused.headers["content-type"]) == (503, "text/plain; charset=utf-8")
            assert int(refused.headers["retry-after"]) >= 1
            ready = httpx.get(f"{tribute.url}/readyz", trust_env=False, timeout=60)
            assert ready.status_code == 503
            assert "spool: cannot be written" in ready.text
        again = eventually(lambda: send(tribute, write_key, "meanwhile").status_code, lambda status: status == 200)
        assert again == 200
        assert eventually(lambda: tribute.total(token), lambda seen: seen >= 2.0) == 2.0
        assert (
            eventually(lambda: httpx.get(f"{tribute.url}/readyz", trust_env=False, timeout=60).text, lambda text: text == "ready\n")
            == "ready\n"
        )
        assert tribute.told("rebuild")["changed"] == {}
