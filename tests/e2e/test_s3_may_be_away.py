"""S3 as the object store, its server killed and started again under load: nothing is lost, only delivery waits, and all mends itself."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import zstandard

from tests.support.s3 import BUCKET, CREDENTIALS, S3Server, as_environment, client_of, own_s3_server
from tests.support.served import Tribute, eventually

AWAY_SECONDS = 8.0
LONGEST_ANSWER_SECONDS = 3.0
"""Far shorter than S3 is away, so that no answer waited for it."""
PREFIX = "tribute/events/"


@pytest.fixture
def server() -> Iterator[S3Server]:
    with own_s3_server() as server, as_environment(CREDENTIALS):
        yield server


@pytest.fixture
def tribute(tmp_path: Path, server: S3Server) -> Iterator[Tribute]:
    """A Tribute that is not started yet and keeps its objects in S3, a new one every second."""
    settings = {"OBJECTS_URL": f"s3://{BUCKET}/{PREFIX}", "S3_ENDPOINT": server.endpoint, "BUFFER_SECONDS": "1"}
    tribute = Tribute(tmp_path / "home", settings)
    yield tribute
    if tribute.process is not None:
        tribute.stop()


class Load(threading.Thread):
    """Sends page views one by one and notes how each was answered, and how soon."""

    def __init__(self, tribute: Tribute, write_key: str) -> None:
        super().__init__(daemon=True)
        self._client = httpx.Client(base_url=tribute.url, auth=(write_key, ""), trust_env=False, timeout=30)
        self._ending = threading.Event()
        self.sent: list[str] = []
        self.refused: list[int] = []
        self.longest = 0.0

    def run(self) -> None:
        while not self._ending.is_set():
            name = f"e{len(self.sent)}"
            started = time.monotonic()
            reply = self._client.post("/v1/page", json=page(name))
            self.longest = max(self.longest, time.monotonic() - started)
            self.sent.append(name) if reply.status_code == 200 else self.refused.append(reply.status_code)
            self._ending.wait(0.02)

    def end(self) -> None:
        self._ending.set()
        self.join(30)
        self._client.close()


@contextmanager
def load_on(tribute: Tribute, write_key: str) -> Iterator[Load]:
    load = Load(tribute, write_key)
    load.start()
    try:
        yield load
    finally:
        load.end()


def page(name: str) -> dict[str, object]:
    return {
        "type": "page",
        "anonymousId": f"v-{name}",
        "messageId": name,
        "properties": {"url": f"https://docs.acme.example/{name}?via=ada"},
    }


def delivered(server: S3Server) -> list[str]:
    """The message ids in the bucket, as often as they are there."""
    client = client_of(server)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX)
    keys = [entry["Key"] for listed in pages for entry in listed.get("Contents", ())]
    plain = (zstandard.decompress(client.get_object(Bucket=BUCKET, Key=key)["Body"].read(), max_output_size=1 << 26) for key in keys)
    return [json.loads(line)["message_id"] for content in plain for line in content.splitlines()]


def ready(tribute: Tribute) -> tuple[int, str]:
    reply = httpx.get(f"{tribute.url}/readyz", trust_env=False, timeout=30)
    return reply.status_code, reply.text


def metric(tribute: Tribute, name: str) -> float:
    lines = httpx.get(f"{tribute.url}/metrics", trust_env=False, timeout=30).text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_is_lost_and_nothing_waits_but_delivery(tribute: Tribute, server: S3Server) -> None:
    write_key = tribute.add_website("Docs", "docs.acme.example")
    token = tribute.add_affiliate("ada")
    tribute.start()
    with load_on(tribute, write_key) as load:
        assert eventually(lambda: len(delivered(server)), lambda count: count > 20) > 20
        server.kill()
        when_killed = len(load.sent)
        status, told = eventually(lambda: ready(tribute), lambda seen: "delivery: waits" in seen[1])
        assert (status, told.splitlines()[0]) == (200, "ready")
        assert "delivery: waits" in told
        assert metric(tribute, "tribute_delivery_failures") > 0
        time.sleep(AWAY_SECONDS)  # for so long it is away
        fresh = eventually(lambda: tribute.total(token), lambda total: total > when_killed)
        assert fresh > when_killed, "the numbers stood still while S3 was away"
        taken = eventually(lambda: len(load.sent) - when_killed, lambda count: count > 50)
        assert taken > 50, "events were not taken while S3 was away"
        server.start()
        assert eventually(lambda: metric(tribute, "tribute_delivery_failures"), lambda failures: failures == 0, within=90) == 0
    assert load.refused == []
    assert load.longest < LONGEST_ANSWER_SECONDS
    sent = sorted(load.sent)
    assert eventually(lambda: len(delivered(server)), lambda count: count >= len(sent)) == len(sent)
    assert sorted(delivered(server)) == sent, "each once"
    assert eventually(lambda: tribute.total(token), lambda total: total >= len(sent)) == len(sent)
    assert eventually(lambda: ready(tribute), lambda seen: seen == (200, "ready\n"), within=90) == (200, "ready\n")
    assert tribute.told("rebuild")["changed"] == {}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_server_starts_without_s3_and_catches_up(tribute: Tribute, server: S3Server) -> None:
    write_key = tribute.add_website("Docs", "docs.acme.example")
    token = tribute.add_affiliate("ada")
    tribute.start()
    with load_on(tribute, write_key) as before:
        assert eventually(lambda: len(delivered(server)), lambda count: count > 20) > 20
    assert eventually(lambda: len(delivered(server)), lambda count: count == len(before.sent)) == len(before.sent)
    tribute.stop()
    server.kill()
    (tribute.home / "analytics.duckdb").unlink()  # only S3 knows of these events now
    for segment in (tribute.home / "spool").rglob("*.seg*"):
        segment.unlink()

    tribute.start()
    with load_on(tribute, write_key) as after:
        assert eventually(lambda: tribute.total(token), lambda total: total > 10) > 10
        status, told = eventually(lambda: ready(tribute), lambda seen: "objects: cannot be looked through" in seen[1])
        assert (status, told.splitlines()[0]) == (200, "ready")
        assert "objects: cannot be looked through" in told
        doctor = json.loads(tribute.run("doctor", "--json", check=False).stdout)
        [objects] = [check for check in doctor["checks"] if check["name"] == "objects"]
        assert not objects["ok"]
        assert "cannot be reached" in objects["detail"]
        server.start()
    assert after.refused == []
    both = len(before.sent) + len(after.sent)
    assert len(before.sent) > 20
    # Names repeat in both lives of the sender: an event is known by its message id.
    unique = len({*before.sent, *after.sent})
    assert eventually(lambda: tribute.total(token), lambda total: total >= unique, within=90) == unique
    assert eventually(lambda: len(delivered(server)), lambda count: count == both, within=90) == both
    assert eventually(lambda: ready(tribute), lambda seen: seen == (200, "ready\n"), within=90) == (200, "ready\n")
