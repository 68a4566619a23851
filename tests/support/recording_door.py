"""A door on loopback that records what is posted to it and answers as planned: for senders, where the server is not what is tested."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: Any
    """Unpacked and read as JSON."""


@dataclass
class RecordingDoor:
    """Answers with the planned statuses and headers in turn, then with 200."""

    url: str = ""
    planned: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> tuple[int, dict[str, str]]:
        with self.lock:
            self.requests.append(request)
            return self.planned.pop(0) if self.planned else (200, {})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    door: RecordingDoor

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, extra = self.door.answer(Request(self.path, headers, json.loads(body)))
        self.send_response(status)
        for name, value in {"content-length": "2", **extra}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"OK")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        pass


@contextmanager
def recording_door() -> Iterator[RecordingDoor]:
    """A recording door that is open for the block."""
    recording = RecordingDoor()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"door": recording})) as server:
        recording.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield recording
        finally:
            server.shutdown()
            thread.join()
