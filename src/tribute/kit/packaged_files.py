"""Files shipped in the package (styles, scripts, vendored libraries), served from memory under an address that changes with their content.

One version covers a whole folder, so modules may import each other by relative address and still be cached for ever.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from tribute.kit.asgi import HeaderList, Receive, Scope, Send, header, respond

_MIN_GZIP_BYTES = 860
_COMPRESSIBLE = {"text/css", "text/javascript", "image/svg+xml", "application/json", "text/plain"}
_FOR_EVER = b"public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _File:
    content_type: str
    body: bytes

    @cached_property
    def gzipped(self) -> bytes | None:
        """The body compressed, or None where that gains nothing."""
        if self.content_type.partition(";")[0] not in _COMPRESSIBLE or len(self.body) < _MIN_GZIP_BYTES:
            return None
        return gzip.compress(self.body, 9, mtime=0)


class PackagedFiles:
    """One folder of a package. `prefix` is where it is served, such as `/static`."""

    def __init__(self, package: str, folder: str, *, prefix: str) -> None:
        self._prefix = prefix
        self._files = dict(_read(files(package).joinpath(folder), ""))
        digest = hashlib.sha256()
        for path, file in sorted(self._files.items()):
            digest.update(b"%s\x00%d\x00" % (path.encode(), len(file.body)) + file.body)
        self._version = digest.hexdigest()[:12]

    def address(self, path: str) -> str:
        """Where a file is served now. Raises KeyError for a file that is not there: a page must not link to nothing."""
        if path not in self._files:
            raise KeyError(path)
        return f"{self._prefix}/{self._version}/{path}"

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer GET and HEAD below the prefix. An address of another version gets today's file, not to be kept."""
        version, _, path = scope["path"].removeprefix(self._prefix).lstrip("/").partition("/")
        file = self._files.get(path)
        if scope["method"] not in {"GET", "HEAD"} or file is None:
            await respond(send, 404, [(b"content-type", b"text/plain; charset=utf-8")], b"There is no such file.\n")
            return
        body, encoding = self._encoded(file, header(scope, b"accept-encoding") or "")
        headers: HeaderList = [
            (b"content-type", file.content_type.encode()),
            (b"cache-control", _FOR_EVER if version == self._version else b"no-cache"),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
            *encoding,
        ]
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": [*headers, (b"content-length", b"%d" % len(body))]})
            await send({"type": "http.response.body", "body": b""})
            return
        await respond(send, 200, headers, body)

    @staticmethod
    def _encoded(file: _File, accepted: str) -> tuple[bytes, HeaderList]:
        if "gzip" in accepted and file.gzipped is not None:
            return file.gzipped, [(b"content-encoding", b"gzip")]
        return file.body, []


def _read(folder: Traversable, below: str) -> list[tuple[str, _File]]:
    found: list[tuple[str, _File]] = []
    for entry in folder.iterdir():
        path = f"{below}{entry.name}"
        if entry.is_dir():
            found += _read(entry, f"{path}/")
        elif not entry.name.endswith((".py", ".md")):
            found.append((path, _File(_content_type(entry.name), entry.read_bytes())))
    return found


def _content_type(name: str) -> str:
    """By the name's end; spelled out where machines differ in what they register."""
    known = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}
    kind = (
        next((kind for end, kind in known.items() if name.endswith(end)), None)
        or mimetypes.guess_type(name)[0]
        or "application/octet-stream"
    )
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
