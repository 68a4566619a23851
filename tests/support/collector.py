"""The collector's surroundings in memory, and a real server on loopback around it."""

import asyncio
import socket
import threading
import time
from asyncio import Future
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import msgspec
import uvicorn

from tests.support.fixtures import WRITE_KEYS
from tribute.collector.asgi import CollectorApp
from tribute.collector.core import Collector
from tribute.collector.exchange import Reply, Request
from tribute.collector.fast import fast_protocol
from tribute.collector.limits import RateLimiter
from tribute.collector.port import LedgerUnavailableError, Source
from tribute.events.record import Record, place_record, record_decoder
from tribute.kit.clock import FixedClock
from tribute.kit.ids import MessageIds
from tribute.spool.port import Settled, SpoolUnavailableError

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = WRITE_KEYS[0]
OTHER_KEY = "other-key"
DISABLED_KEY = "disabled-key"
OWNER_TOKEN = "owner-token"
WEBSITE = Source("web_00000000000000000001", "docs.acme.example")
OTHER_WEBSITE = Source("web_00000000000000000002", "other.example")


class MemorySources:
    """Write keys, names and tokens in dictionaries; `away` makes the ledger unavailable."""

    def __init__(self) -> None:
        self.keys = dict.fromkeys(WRITE_KEYS, WEBSITE)
        self.keys[OTHER_KEY] = OTHER_WEBSITE
        self.keys[DISABLED_KEY] = Source("web_00000000000000000003", "gone.example", enabled=False)
        self.away = False

    def by_write_key(self, write_key: str) -> Source | None:
        self._ask()
        return self.keys.get(write_key)

    def by_name(self, website: str) -> Source | None:
        self._ask()
        return next((source for source in self.keys.values() if website in (source.website_id, source.domain)), None)

    def is_owner_token(self, token: str) -> bool:
        self._ask()
        return token == OWNER_TOKEN

    def _ask(self) -> None:
        if self.away:
            raise LedgerUnavailableError("The ledger is away.")


class MemorySalts:
    """A salt that anyone could compute; `away` makes the ledger unavailable."""

    def __init__(self) -> None:
        self.away = False

    def salt(self, website_id: str, day: date) -> bytes:
        if self.away:
            raise LedgerUnavailableError("The ledger is away.")
        return sha256(f"{website_id} {day}".encode()).digest()


class MemorySpool:
    """Keeps records in a list. `held` leaves appends waiting until `release`; `broken` fails them."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.held = False
        self.broken: Exception | None = None
        self._gate = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, Future[None]]] = []

    @property
    def gate(self) -> AbstractContextManager[object]:
        return self._gate

    def append_then(self, payloads: Sequence[bytes], settled: Settled) -> None:
        self.append(payloads).add_done_callback(lambda durable: settled(durable.exception()))

    def append(self, payloads: Sequence[bytes]) -> "Future[None]":
        assert self._gate.locked(), "the gate is held until append has taken the records"
        loop = asyncio.get_running_loop()
        future: Future[None] = loop.create_future()
        if self.broken is not None:
            future.set_exception(self.broken)
            return future
        self.payloads.extend(payloads)
        if self.held:
            self._waiting.append((loop, future))
        else:
            future.set_result(None)
        return future

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def release(self, error: Exception | None = None) -> None:
        """Let every waiting append end, well or with an error. May be called from another thread than the loop's."""
        waiting, self._waiting, self.held = self._waiting, [], False
        for loop, future in waiting:
            loop.call_soon_threadsafe(future.set_exception, error) if error else loop.call_soon_threadsafe(future.set_result, None)

    def records(self) -> list[Record]:
        return [read_record(payload) for payload in self.payloads]


FULL_DISK = SpoolUnavailableError("The disk is full.")


def read_record(payload: bytes) -> Record:
    """A payload as the loader will read it."""
    return record_decoder.decode(place_record("spool", 1, payload))


def event_in(payload: bytes) -> Any:
    """The sender's event in a payload, all of it."""
    return msgspec.json.decode(payload)["event"]


def make_collector(**parts: Any) -> SimpleNamespace:
    """A collector with its surroundings: `.collector`, `.sources`, `.salts`, `.clock`, `.now` (seconds, monotonic)."""
    made = SimpleNamespace(sources=MemorySources(), salts=MemorySalts(), clock=FixedClock(NOON), seconds=0.0)
    limiter = parts.pop("limiter", None) or RateLimiter(1e9, 10**9)
    made.collector = Collector(made.sources, made.salts, made.clock, limiter, MessageIds(), monotonic=lambda: made.seconds, **parts)
    return made


def post(
    path: str,
    body: bytes | object,
    headers: dict[bytes, bytes] | None = None,
    *,
    query: bytes = b"",
    ip: str = "203.0.113.7",
    key: str | None = KEY,
) -> Request:
    """A POST as the shells would hand it over, with a write key unless told otherwise."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Request("POST", path, query, {**basic(key), **(headers or {})}, content, ip)


def get(
    path: str, query: bytes = b"", headers: dict[bytes, bytes] | None = None, *, method: str = "GET", ip: str = "203.0.113.7"
) -> Request:
    return Request(method, path, query, headers or {}, b"", ip)


def basic(key: str | None) -> dict[bytes, bytes]:
    """The header of Basic credentials with a write key as the user."""
    if key is None:
        return {}
    return {b"authorization": b"Basic " + b64encode(f"{key}:".encode())}


def page(**fields: Any) -> dict[str, Any]:
    """A small page event."""
    return {"type": "page", "anonymousId": "anon-1", "messageId": "m-1", "properties": {"url": "https://docs.acme.example/"}, **fields}


def header(reply: Reply, name: str) -> str | None:
    found = [value for key, value in reply.headers if key == name.encode()]
    assert len(found) < 2, f"{name} is sent once"
    return found[0].decode() if found else None


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Poll until a condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.002)


class LiveCollector:
    """A collector on a real server on loopback, through one of its shells."""

    def __init__(self, shell: str, **parts: Any) -> None:
        trusted = parts.pop("trusted_proxies", ())
        settings = parts.pop("uvicorn", {})
        self.made = make_collector(**parts)
        self.spool = MemorySpool()
        app = CollectorApp(self.made.collector, self.spool, trusted_proxies=trusted)
        self.protocol = fast_protocol(app)
        http = self.protocol if shell == "fast" else "httptools"
        config = uvicorn.Config(
            app, http=http, access_log=False, log_config=None, proxy_headers=False, lifespan="off", ws="none", **settings
        )
        self.server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self.server.run, args=([self._socket],), daemon=True)

    def start(self) -> None:
        self._thread.start()
        until(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server stops"

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def exchange(self, raw: bytes) -> "RawReply":
        """Send one request on a new connection and read its reply."""
        with self.connect() as connection:
            connection.sendall(raw)
            return read_reply(connection.makefile("rb"), head=raw.startswith(b"HEAD "))


@contextmanager
def live_collector(shell: str, **parts: Any) -> Iterator[LiveCollector]:
    live = LiveCollector(shell, **parts)
    live.start()
    try:
        yield live
    finally:
        live.spool.release()
        live.stop()


class RawReply(msgspec.Struct):
    """A reply as it came over the wire."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    def without_date(self) -> "RawReply":
        return RawReply(self.status, [pair for pair in self.headers if pair[0] != "date"], self.body)


def read_reply(stream: Any, *, head: bool = False) -> RawReply:
    status = int(stream.readline().split()[1])
    headers = []
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name, value.strip()))
    length = 0 if head else int(dict(headers).get("content-length", "0"))
    return RawReply(status, headers, stream.read(length))


def raw_request(method: str, target: str, headers: dict[str, str], body: bytes = b"", *, chunked: bool = False) -> bytes:
    """The bytes of one HTTP/1.1 request."""
    fields = {"host": "t.example", **headers}
    if chunked:
        fields["transfer-encoding"] = "chunked"
        half = len(body) // 2
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part) + b"0\r\n\r\n"
    elif body or method == "POST":
        fields["content-length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body
