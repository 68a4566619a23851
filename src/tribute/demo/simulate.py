"""Live traffic now: visits that come and go, one call a request as browsers send them, at a steady pace.

For trying things out and for keeping the demo alive while somebody watches. Bounded in count and time; ends cleanly at Ctrl-C.
"""

import base64
import threading
import time
from bisect import bisect
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random

import httpx

from tribute.demo.calls import Call
from tribute.demo.cast import AFFILIATES, WEBSITES, Affiliate, Website
from tribute.demo.sending import BUSY, Door, in_parallel
from tribute.demo.visits import Stream, Visits
from tribute.demo.wire import encode_call, milliseconds
from tribute.kit.clock import Clock, SystemClock
from tribute.kit.errors import InvalidInputError, UnavailableError
from tribute.kit.ids import MessageIds

_CONNECTIONS = 6
_ACTIVE = 8
"""Visits that go on at the same time, at least."""
_NEW_VISIT = 0.3
_PATIENCE = 20
"""Requests in a row without an answer after which the server is taken to be gone."""


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What came of the calls so far."""

    statuses: Mapping[int, int]
    """How often each HTTP status was answered."""
    unanswered: int
    seconds: float

    @property
    def accepted(self) -> int:
        return self.statuses.get(200, 0)


OnProgress = Callable[[SimulationReport], None]


class LiveTraffic:
    """An endless believable sequence of calls: several visits at a time, the same visitors and pages for the same seed.

    Message ids are new in every run: a second run is more traffic, not the first one sent twice.
    """

    def __init__(self, websites: Sequence[Website], affiliates: Sequence[Affiliate], seed: int) -> None:
        self._rng = Random(f"tribute:{seed}:live")  # noqa: S311 - repeatable on purpose; nothing here is a secret
        self._visits = Visits(self._rng)
        self._message_ids = MessageIds()
        self._active: list[deque[Call]] = []
        weighted = [(Stream.of(website, None), 1.0) for website in websites]
        weighted += [(Stream.of(website, one), 4 / rank) for rank, one in enumerate(affiliates, 1) for website in websites]
        self._streams = [stream for stream, _ in weighted]
        self._weights = list(accumulate(weight for _, weight in weighted))

    def next_call(self, now_ms: int) -> Call:
        """The next call, as it happens at an instant."""
        rng = self._rng
        if len(self._active) < _ACTIVE or rng.random() < _NEW_VISIT:
            stream = self._streams[bisect(self._weights, rng.random() * self._weights[-1])]
            self._active.append(deque(self._visits.visit(stream, stream.audience(rng), now_ms, 1.0)))
            visit = self._active[-1]
        else:
            visit = rng.choice(self._active)
        call = visit.popleft()
        if not visit:
            self._active.remove(visit)
        call.message_id = self._message_ids.next()
        call.original_ms = call.sent_ms = now_ms
        return call


@dataclass(slots=True)
class _Outcome:
    """What the connections count together."""

    started: float = field(default_factory=time.monotonic)
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    in_a_row: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, status: int) -> None:
        with self._lock:
            self.statuses[status] += 1
            self.in_a_row = 0

    def missed(self) -> int:
        """Counts a request without an answer; returns how many there were in a row."""
        with self._lock:
            self.unanswered += 1
            self.in_a_row += 1
            return self.in_a_row

    def report(self) -> SimulationReport:
        with self._lock:
            return SimulationReport(dict(self.statuses), self.unanswered, time.monotonic() - self.started)


def simulate(
    base_url: str,
    websites: Mapping[str, str],
    *,
    affiliates: Sequence[str] = (),
    events_per_second: float = 2.0,
    seconds: float | None = None,
    events: int | None = None,
    seed: int = 0,
    on_progress: OnProgress = lambda report: None,  # noqa: ARG005 - nobody is watching
    clock: Clock | None = None,
    stop: threading.Event | None = None,
) -> SimulationReport:
    """Sends live traffic until `seconds` have passed, `events` were sent, `stop` is set or Ctrl-C; for ever if none is given.

    `websites` maps domains to write keys; `affiliates` are codes, the first the most successful. Refusals are counted, not raised. When
    the server cannot keep up, the pace sinks and nothing piles up. Raises InvalidInputError for a pace that is none and UnavailableError
    when the server is gone.
    """
    if not 0 < events_per_second <= 10_000:
        raise InvalidInputError("events per second", "give a number above 0, at most 10000")
    if not websites:
        raise InvalidInputError("websites", "give at least one domain with its write key")
    stopped, now = stop or threading.Event(), clock or SystemClock()
    traffic = LiveTraffic([_website(domain) for domain in websites], [_affiliate(code) for code in affiliates], seed)
    outcome = _Outcome()
    with Door(base_url, connections=_CONNECTIONS, longest_pause=5.0) as door, ThreadPoolExecutor(_CONNECTIONS) as pool:
        calls = (traffic.next_call(milliseconds(now.now())) for _ in _ticks(events_per_second, seconds, events, stopped))
        sender = _Sender(door, websites, outcome)
        with suppress(KeyboardInterrupt), door.stopped_after():
            for _ in in_parallel(pool, sender.send, calls, _CONNECTIONS):
                on_progress(outcome.report())
    return outcome.report()


def _ticks(rate: float, seconds: float | None, events: int | None, stopped: threading.Event) -> Iterator[int]:
    """Comes back once for every event, when it is due. Who is late by more than a second does not hurry to catch up."""
    started = due = time.monotonic()
    count = 0
    while events is None or count < events:
        now = time.monotonic()
        due = max(due, now - 1.0)
        if (seconds is not None and due - started >= seconds) or stopped.wait(max(0.0, due - now)):
            return
        yield count
        count += 1
        due += 1 / rate


@dataclass(frozen=True, slots=True)
class _Sender:
    door: Door
    write_keys: Mapping[str, str]
    outcome: _Outcome

    def send(self, call: Call) -> None:
        """Sends one call as its visitor's browser would, once; waits when the server asks for it."""
        headers = _browser_headers(call, self.write_keys[call.website.domain])
        try:
            answer = self.door.try_once("/v1/page" if call.is_page else "/v1/track", encode_call(call), headers)
        except httpx.HTTPError as error:
            if self.outcome.missed() >= _PATIENCE:
                raise UnavailableError("The server no longer answers; see that it runs, then simulate again") from error
            self.door.wait(0.25)
            return
        self.outcome.answered(answer.status_code)
        if answer.status_code in BUSY:
            self.door.wait(self.door.pause_asked(answer, 1.0))


def _browser_headers(call: Call, write_key: str) -> dict[str, str]:
    """The headers of RudderStack's browser SDK."""
    return {
        "authorization": "Basic " + base64.b64encode(f"{write_key}:".encode()).decode(),
        "anonymousid": base64.b64encode(call.visitor.anonymous_id.encode()).decode(),
        "content-type": "application/json;charset=UTF-8",
        "origin": call.website.origin,
        "user-agent": call.visitor.user_agent,
    }


def _website(domain: str) -> Website:
    """The demo's website of this domain, or one like it."""
    for website in WEBSITES:
        if website.domain == domain:
            return website
    return replace(WEBSITES[0], name=domain, domain=domain)


def _affiliate(code: str) -> Affiliate:
    """The demo's affiliate with this code, or one like it."""
    for affiliate in AFFILIATES:
        if affiliate.code == code:
            return affiliate
    return replace(AFFILIATES[0], name=code, code=code)
