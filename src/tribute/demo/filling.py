"""Fills a running server with a world through `/v1/import`, with the owner's token, so that events keep their own times.

Runs in a process other than the server's; may be repeated, since message ids stay the same.
"""

import gzip
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tribute.demo.calls import Call
from tribute.demo.sending import Door, in_parallel
from tribute.demo.wire import encode_call, iso_ms
from tribute.demo.world import World

_BATCH = 800
_CONNECTIONS = 2
_AHEAD = 4
"""Batches under way or waiting: bounds memory to a few megabytes."""

OnProgress = Callable[[int, int], None]
"""Told how many calls have been accepted, and about how many there will be."""


@dataclass(frozen=True, slots=True)
class FillReport:
    """What was sent and accepted."""

    events: int
    """All calls, copies and bots included."""
    page_views: int
    """Those that every number must hold exactly once."""
    duplicates: int
    bots: int
    seconds: float
    checkouts: Sequence[Call] = ()
    """Where people began to pay, in the order of sending."""


@dataclass(slots=True)
class _Tally:
    page_views: int = 0
    duplicates: int = 0
    bots: int = 0
    checkouts: list[Call] = field(default_factory=list)

    def add(self, call: Call) -> None:
        self.page_views += call.counts
        self.duplicates += call.is_copy
        self.bots += call.is_bot and not call.is_copy
        if call.event == "Checkout Started" and not call.is_copy:
            self.checkouts.append(call)


@dataclass(frozen=True, slots=True)
class _Batch:
    size: int
    body: bytes
    """JSON, not yet compressed."""


def fill(
    base_url: str,
    token: str,
    world: World,
    websites: Mapping[str, str],
    on_progress: OnProgress = lambda accepted, about: None,  # noqa: ARG005 - nobody is watching
) -> FillReport:
    """Sends all of a world's calls; returns when every one was answered with 200.

    `websites` gives the write key of each of the world's domains. Raises RefusedError (a wrong token or key) and UnavailableError (the
    server stays away).
    """
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json", "content-encoding": "gzip"}
    started, tally, accepted = time.monotonic(), _Tally(), 0
    with Door(base_url, connections=_CONNECTIONS) as door, ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="filling") as pool:

        def send(batch: _Batch) -> int:
            door.post("/v1/import", gzip.compress(batch.body, compresslevel=1), headers)
            return batch.size

        with door.stopped_after():
            for size in in_parallel(pool, send, _batches(world, websites, tally), _AHEAD):
                accepted += size
                on_progress(accepted, max(accepted, world.about_calls))
    return FillReport(accepted, tally.page_views, tally.duplicates, tally.bots, time.monotonic() - started, tally.checkouts)


def _batches(world: World, websites: Mapping[str, str], tally: _Tally) -> Iterator[_Batch]:
    """The world's calls in batches of one website each."""
    gathered: dict[str, list[bytes]] = {domain: [] for domain in websites}
    sent_ms = 0
    for call in world.calls():
        tally.add(call)
        domain, sent_ms = call.website.domain, call.sent_ms
        calls = gathered[domain]
        calls.append(encode_call(call))
        if len(calls) == _BATCH:
            yield _batch(websites[domain], sent_ms, calls)
            calls.clear()
    for domain, calls in gathered.items():
        if calls:
            yield _batch(websites[domain], sent_ms, calls)


def _batch(write_key: str, sent_ms: int, calls: list[bytes]) -> _Batch:
    head = f'{{"writeKey":"{write_key}","sentAt":"{iso_ms(sent_ms)}","batch":['.encode()
    return _Batch(len(calls), b"".join((head, b",".join(calls), b"]}")))
