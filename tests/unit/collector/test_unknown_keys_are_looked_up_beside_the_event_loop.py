"""What is not in memory is looked up in a thread, once, and the request then goes its way; it counts once. Alike through both shells."""

import threading
from typing import Any

import msgspec
import pytest

from tests.support.collector import (
    KEY,
    OTHER_KEY,
    OWNER_TOKEN,
    LiveCollector,
    MemorySources,
    RawReply,
    basic,
    live_collector,
    page,
    raw_request,
)
from tribute.collector.drops import DropReason
from tribute.collector.port import LedgerUnavailableError, NotLookedUpError, Source


class AskedSources(MemorySources):
    """Knows nothing before it was looked for; `lost` makes looks fail."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_for: list[str] = []
        self.looked_in: set[threading.Thread] = set()
        self.lost = False

    def by_write_key(self, write_key: str) -> Source | None:
        self._remembered(write_key)
        return super().by_write_key(write_key)

    def by_name(self, website: str) -> Source | None:
        self._remembered(website)
        return super().by_name(website)

    def is_owner_token(self, token: str) -> bool:
        self._remembered(token)
        return super().is_owner_token(token)

    def _remembered(self, asked: str) -> None:
        if asked not in self.looked_for:
            raise NotLookedUpError(lambda: self._look(asked))

    def _look(self, asked: str) -> None:
        if self.lost:
            raise LedgerUnavailableError("The ledger is away.")
        self.looked_for.append(asked)
        self.looked_in.add(threading.current_thread())


@pytest.fixture(params=["fast", "asgi"])
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asked(live: LiveCollector) -> AskedSources:
    """Have the collector ask sources that know nothing yet."""
    sources = AskedSources()
    live.made.collector._senders._sources = sources
    return sources


def posted(live: LiveCollector, path: str, body: Any, **headers: str) -> RawReply:
    return live.exchange(raw_request("POST", path, headers, msgspec.json.encode(body)))


def authorization(key: str) -> str:
    return basic(key)[b"authorization"].decode()


def test_an_unknown_key_is_looked_up_once_and_in_a_thread(shell: str) -> None:
    with live_collector(shell) as live:
        sources = asked(live)
        statuses = [posted(live, "/v1/page", page(), authorization=authorization(KEY)).status for _ in range(2)]
        assert (statuses, sources.looked_for, len(live.spool.payloads)) == ([200, 200], [KEY], 2)
        assert live._thread not in sources.looked_in
        assert posted(live, "/v1/page", page(), authorization=authorization("nobody's")).status == 401
        assert dict(live.made.collector.stats.replies) == {200: 2, 401: 1}


def test_a_request_that_needs_several_looks_gets_them_and_is_counted_once(shell: str) -> None:
    websites = ["docs.acme.example", "other.example"]
    batch = {"batch": [{"type": "dance"}, *(page(website=website) for website in websites)]}
    with live_collector(shell) as live:
        sources = asked(live)
        assert posted(live, "/v1/import", batch, **{"x-api-key": OWNER_TOKEN}).status == 200
        assert sources.looked_for == [OWNER_TOKEN, *websites]
        assert len(live.spool.payloads) == 2
        assert live.made.collector.stats.drops == {DropReason.UNKNOWN_TYPE: 1}


def test_a_ledger_that_is_away_is_503_and_its_keys_are_found_later(shell: str) -> None:
    with live_collector(shell) as live:
        sources = asked(live)
        sources.lost = True
        body = page(writeKey=OTHER_KEY)
        lost = posted(live, "/v1/page", body)
        assert (lost.status, lost.header("retry-after")) == (503, "5")
        sources.lost = False
        assert posted(live, "/v1/page", body).status == 200
