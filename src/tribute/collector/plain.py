"""Reads the requests that nearly all trackers send, whole and plain, in a few calls; everything else is the parser's. Pure.

Invariant: what is read here, httptools would read alike (a test holds them together). So it takes only one shape: a POST to a hot path in
HTTP/1.1 whose head and whole body came in one piece with nothing behind them, each header once, on one line, in printable ASCII, and
none of those that change how a message is read. Called by the fast shell between two requests of a connection.
"""

import re

import msgspec

from tribute.collector.marks import Marks, marks_in
from tribute.collector.routes import HOT_PATHS

_PATHS = {b"POST %b HTTP/1.1" % raw: path for raw, path in HOT_PATHS.items()}
_HEADERS = re.compile(rb"^([A-Za-z0-9-]+): ([!-~][ -~]*)\r\n", re.MULTILINE)
_LENGTH = re.compile(rb"^content-length: ", re.MULTILINE | re.IGNORECASE)
_NOT_PLAIN = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"proxy-connection", b"http2-settings", b"te", b"trailer"})
_LONGEST_LENGTH = 7
"""Digits of a length below every limit on a body; longer bodies never come in one piece."""


class Head(msgspec.Struct, frozen=True, eq=False):
    """What stands before a body: the path and the headers by their names in lower case; and how it was written."""

    path: str
    headers: dict[bytes, bytes]
    """Without the body's length, which says nothing else."""
    marks: Marks
    before_length: bytes
    """Up to the digits of the body's length."""
    after_length: bytes
    """From behind them to the body."""


def plain_request(data: bytes, known: Head | None = None) -> tuple[Head, bytes] | None:
    """The head and the body of the request that these bytes are, from the first to the last; None for what the parser has to read.

    `known` may be the head that came before on its connection: a browser sends the same one again, but for the length.
    """
    if known is not None and data.startswith(known.before_length):
        same = _with_the_same_head(data, known)
        if same is not None:
            return same
    end = data.find(b"\r\n\r\n")
    head = _head(data[: end + 2]) if end > 0 else None
    if head is None:
        return None
    body = data[end + 4 :]
    return (head, body) if _is_length_of(body, data[len(head.before_length) : end + 4 - len(head.after_length)]) else None


def _head(lines: bytes) -> Head | None:
    """The head that these lines are; None where it is not a plain one that says a length."""
    first = lines.find(b"\r\n")
    path = _PATHS.get(lines[:first])
    length_follows = _LENGTH.search(lines)
    if path is None or length_follows is None:
        return None
    block = lines[first + 2 :]
    headers = {name.lower(): value for name, value in _HEADERS.findall(block)}
    # As many headers as lines: each line is one, and none came twice. The parser cuts blanks at a value's end off.
    if len(headers) != block.count(b"\n") or b" \r\n" in block:
        return None
    if not _NOT_PLAIN.isdisjoint(headers) or headers.get(b"connection", b"keep-alive").lower() != b"keep-alive":
        return None
    at = length_follows.end()
    length = headers.pop(b"content-length")
    return Head(path, headers, marks_in(headers), lines[:at], lines[at + len(length) :] + b"\r\n")


def _with_the_same_head(data: bytes, known: Head) -> tuple[Head, bytes] | None:
    """The request, when its head is the known one in every byte but those of its length."""
    start, after = len(known.before_length), known.after_length
    end = data.find(b"\r", start, start + _LONGEST_LENGTH + 1)
    if end < 0 or not data.startswith(after, end):
        return None
    body = data[end + len(after) :]
    return (known, body) if _is_length_of(body, data[start:end]) else None


def _is_length_of(body: bytes, length: bytes) -> bool:
    return length.isdigit() and len(length) <= _LONGEST_LENGTH and int(length) == len(body)
