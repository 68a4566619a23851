"""The requests that the official SDKs really sent, as recorded in `tests/fixtures/tracking`."""

import json
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import msgspec

_FOLDER = Path(__file__).parent.parent / "fixtures" / "tracking"

WRITE_KEYS = ("2RsSharedJsWriteKey00000001", "2RsSharedPyWriteKey00000001", "SegSharedPyWriteKey00000001")
"""The write keys that the recorded requests use."""


@dataclass(frozen=True)
class RecordedRequest:
    """One recorded request. `target` is path and query as they stood in the request line."""

    name: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


def recorded_requests() -> list[RecordedRequest]:
    """All of them, by name."""
    return [_read(path) for path in sorted(_FOLDER.glob("*.json"))]


def recorded_request(name: str) -> RecordedRequest:
    return _read(_FOLDER / f"{name}.json")


def _read(path: Path) -> RecordedRequest:
    told = json.loads(path.read_bytes())
    if told.get("body_base64") is not None:
        body = b64decode(told["body_base64"])
    else:
        body = msgspec.json.encode(told["body"]) if told["body"] is not None else b""
    return RecordedRequest(path.stem, told["method"], told["path"], told["headers"], body)
