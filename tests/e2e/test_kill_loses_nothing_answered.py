"""kill -9 at random moments under load, fifty times on one home: every event answered with 200 counts once, and a rebuild agrees."""

import http.client
import json
import random
import threading
import time
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.served import Tribute

ROUNDS = 50
SENDERS = 3
LONGEST_LIFE_SECONDS = 0.8


class Sender(threading.Thread):
    """Sends page views, one or five a request, until the server is gone; what was not answered is sent again in the next life."""

    def __init__(self, url: str, write_key: str, events: "Events", seed: int) -> None:
        super().__init__(daemon=True)
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=5)
        self._headers = {"Authorization": "Basic " + b64encode(f"{write_key}:".encode()).decode(), "Content-Type": "application/json"}
        self._events = events
        self._random = random.Random(seed)

    def run(self) -> None:
        while True:
            names = self._events.take(self._random.choice((1, 5)))
            try:
                answered = self._post(names)
            except (OSError, http.client.HTTPException):
                self._events.unanswered(names)
                return
            finally:
                self._connection.close() if self._random.random() < 0.05 else None
            (self._events.answered if answered else self._events.unanswered)(names)

    def _post(self, names: list[str]) -> bool:
        calls = [page(name) for name in names]
        path, body = ("/v1/page", calls[0]) if len(calls) == 1 else ("/v1/batch", {"batch": calls})
        self._connection.request("POST", path, json.dumps(body), self._headers)
        reply = self._connection.getresponse()
        reply.read()
        return reply.status == 200


def page(name: str) -> dict[str, object]:
    address = f"https://docs.acme.example/{name}?via=ada"
    return {"type": "page", "anonymousId": f"visitor-of-{name}", "messageId": name, "properties": {"url": address}}


class Events:
    """Names of page views: made, waiting to be sent again, and those that were answered with 200."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = 0
        self._again: list[str] = []
        self.confirmed: set[str] = set()

    def take(self, count: int) -> list[str]:
        with self._lock:
            names, self._again = self._again[:count], self._again[count:]
            while len(names) < count:
                self._made += 1
                names.append(f"e{self._made}")
            return names

    def answered(self, names: list[str]) -> None:
        with self._lock:
            self.confirmed.update(names)

    def unanswered(self, names: list[str]) -> None:
        with self._lock:
            self._again.extend(names)


def live_and_die(tribute: Tribute, write_key: str, events: Events, seed: int) -> None:
    tribute.start()
    senders = [Sender(tribute.url, write_key, events, seed * SENDERS + number) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    time.sleep(random.Random(seed).uniform(0.0, LONGEST_LIFE_SECONDS))  # the moment of the kill is what is tried here
    tribute.kill()
    for sender in senders:
        sender.join(10)
        assert not sender.is_alive()


def counted(tribute: Tribute) -> dict[str, int]:
    answer = tribute.told("sql", "SELECT path, sum(value) AS times FROM page_views GROUP BY path", "--max-rows", "1000000")
    return {row["path"].removeprefix("/"): row["times"] for row in answer["rows"]}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_answered_event_counts_once_after_fifty_kills(tmp_path: Path) -> None:
    tribute = Tribute(tmp_path / "home", {"BUFFER_SECONDS": "0.5", "BUFFER_MIB": "0.02"})
    write_key = tribute.add_website("Docs", "docs.acme.example")
    events = Events()
    for number in range(ROUNDS):
        tribute.forks = number > 0
        live_and_die(tribute, write_key, events, seed=number)
    tribute.told("load", "--once")
    counts = counted(tribute)
    assert len(events.confirmed) > ROUNDS, "hardly anything was sent"
    assert events.confirmed - counts.keys() == set(), "lost"
    assert {name: times for name, times in counts.items() if times != 1} == {}, "counted more than once"
    assert list((tmp_path / "home" / "objects").rglob("*.zst")), "nothing was delivered meanwhile"
    assert tribute.told("rebuild")["changed"] == {}
    assert counted(tribute) == counts
