"""Times of one question asked again and again, and an HTTP client that costs next to nothing. Used by the benchmarks that read."""

import http.client
import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of a question's answers."""

    p50: float
    p99: float
    asked: int


def timed(ask: Callable[[], Any], *, times: int, within_seconds: float = 4.0) -> Times:
    """Ask once, then until it was asked so often, or so long but three times at least."""
    _once(ask)
    took: list[float] = []
    gives_up_at = time.monotonic() + within_seconds
    while len(took) < 3 or (len(took) < times and time.monotonic() < gives_up_at):
        took.append(_once(ask))
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return Times(statistics.median(took), cuts[98], len(took))


def in_turns(*asks: Callable[[], Any], rounds: int, times: int) -> list[Times]:
    """Of each the median of the rounds, in each of which all are asked one after the other: a busy moment meets them all."""
    found = [[timed(ask, times=times) for ask in asks] for _ in range(rounds)]
    return [
        Times(statistics.median(each.p50 for each in mine), statistics.median(each.p99 for each in mine), rounds * times)
        for mine in zip(*found, strict=True)
    ]


def _once(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


class Client:
    """One connection that is kept alive; the JSON of each answer."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        self._headers = dict(headers)

    def body(self, path: str, sent: Any = None) -> bytes:
        """The answer's body; with something to send, of a POST. Raises AssertionError for any status but 200."""
        headers = self._headers | ({"Content-Type": "application/json"} if sent is not None else {})
        self._connection.request("GET" if sent is None else "POST", path, None if sent is None else json.dumps(sent), headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status} {body[:300]!r}"
        return body

    def json(self, path: str, sent: Any = None) -> Any:
        return json.loads(self.body(path, sent))
