"""Load on a server: wrk on a core of its own with 64 connections kept alive, and the server's CPU while it runs."""

import json
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import msgspec

from benchmarks.machine import scratch
from benchmarks.processes import LOAD_CORE, cpu_seconds, main_thread_cpu_seconds, on_core

CONNECTIONS = 64
UNIQUE, VISITOR, ADDRESS = "\x01", "\x02", "\x03"
"""What `wrk.lua` puts into a template at every request: twelve digits that never come again, a visitor's, and a visitor's address."""
_DIGITS = "0" * 12

_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
_PAGE = {
    "path": "/courses/install.html",
    "referrer": "https://search.example/",
    "title": "Install guide | Docs",
    "url": "https://docs.acme.example/courses/install.html?via=ada&utm_source=newsletter&utm_medium=email",
}
_first_numbers = count(1, 100_000_000)


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one run of wrk."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_seconds: float
    """Of the server, all threads and children."""
    main_thread_cpu_seconds: float
    cpu_microseconds_until_loaded: float | None = None
    """Of a server that loads what it took in afterwards, too: for one request, from the first on until all of them are loaded."""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_microseconds(self) -> float:
        """Of the server, for one request."""
        return self.cpu_seconds / self.requests * 1e6


def page_event() -> str:
    """A page event as RudderStack's tracker sends it, about 900 bytes, with a place for its ids."""
    event = {
        "properties": {**_PAGE, "name": "Install guide"},
        "name": "Install guide",
        "type": "page",
        "channel": "web",
        "context": {
            "library": {"name": "RudderLabs JavaScript SDK", "version": "3.34.1"},
            "userAgent": _AGENT,
            "locale": "en-US",
            "page": _PAGE,
        },
        "originalTimestamp": "2026-11-23T04:44:38.181Z",
        "messageId": f"668b9023-518c-4080-bb2e-{_DIGITS}",
        "userId": "",
        "anonymousId": f"d26fa9e8-5910-428f-a01d-{_DIGITS[1:]}2",
        "sentAt": "2026-11-23T04:44:38.185Z",
    }
    text = msgspec.json.encode(event).decode()
    return text.replace(f"{_DIGITS[1:]}2", VISITOR).replace(_DIGITS, UNIQUE)


def request(path: str, body: str, headers: dict[str, str]) -> bytes:
    """A POST's template, as a browser sends it."""
    size = sum(len(body.split(slot)) - 1 for slot in (UNIQUE, VISITOR)) * (len(_DIGITS) - 1) + len(body.encode())
    lines = {
        "Host": "tribute.example",
        "User-Agent": _AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "en-US,en;q=0.9",
        "Content-Type": "application/json;charset=UTF-8",
        "Content-Length": str(size),
        "Origin": "https://docs.acme.example",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n{body}".encode()


def loaded(pid: int, url: str, template: bytes, seconds: float) -> Load:
    """Load a server with this request for so long. Raises RuntimeError when anything but a 2xx came back."""
    before, main_before = cpu_seconds(pid), main_thread_cpu_seconds(pid)
    told = _wrk(url, template, seconds)
    after, main_after = cpu_seconds(pid), main_thread_cpu_seconds(pid)
    if told["refused"] or told["failed"]:
        raise RuntimeError(f"the load on {url} went wrong: {told}")
    return Load(told["requests"], told["seconds"], told["p50_ms"], told["p99_ms"], after - before, main_after - main_before)


def _wrk(url: str, template: bytes, seconds: float) -> dict[str, float]:
    with scratch("load") as folder:
        file = Path(folder) / "request"
        file.write_bytes(template)
        script = str(Path(__file__).with_name("wrk.lua"))
        options = [
            "--threads",
            "1",
            "--connections",
            str(CONNECTIONS),
            "--duration",
            f"{seconds:.0f}s",
            "--timeout",
            "10s",
            "--script",
            script,
        ]
        command = ["wrk", *options, url, "--", str(file), str(next(_first_numbers))]
        output = subprocess.run(on_core(LOAD_CORE, command), check=True, capture_output=True, text=True).stdout
    return dict(json.loads(output.rpartition("JSON ")[2]))
