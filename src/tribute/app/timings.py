"""How long events take to be durable, and questions to be answered: histograms for `/metrics`, measured around the parts."""

import time
from asyncio import Future
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial

from prometheus_client import Histogram

from tribute.kit.asgi import AsgiApp, Receive, Scope, Send
from tribute.spool.port import SpoolWriter

_DURABLE_SECONDS = Histogram(
    "tribute_durable_seconds",
    "Time from taking a request's events to having them on disk, in seconds; its reply waits for it.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
_GRAPHQL_SECONDS = Histogram(
    "tribute_graphql_seconds",
    "Time to answer a GraphQL request over HTTP, in seconds.",
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)


class TimedSpool:
    """A spool to write to, which counts how long its records take to be durable. Those that never are do not count."""

    def __init__(self, spool: SpoolWriter) -> None:
        self._spool = spool

    @property
    def gate(self) -> AbstractContextManager[object]:
        return self._spool.gate

    def append(self, payloads: Sequence[bytes]) -> "Future[None]":
        durable = self._spool.append(payloads)
        durable.add_done_callback(partial(_note_durable, time.perf_counter()))
        return durable


def _note_durable(since: float, durable: "Future[None]") -> None:
    if not durable.cancelled() and durable.exception() is None:
        _DURABLE_SECONDS.observe(time.perf_counter() - since)


def timed_graphql(app: AsgiApp) -> AsgiApp:
    """The application, with the time that each of its answers takes counted. A websocket is no answer."""

    async def timed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        with _GRAPHQL_SECONDS.time():
            await app(scope, receive, send)

    return timed
