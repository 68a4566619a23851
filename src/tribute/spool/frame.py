"""How a record lies in a segment, and how the records of a file are found again, also behind damage. Pure but for reading a file.

A frame is: magic (4 bytes), CRC-32, payload length, sequence number, payload; little endian, the checksum over all that follows it.
The checksum starts from a seed that only the segment's file name tells, so that nobody can write bytes into an event that pass for a
frame; and the magic holds a line feed, which no record contains, so that a search does not even stop inside one.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from zlib import crc32

MAGIC = b"\xf5T\nR"
MAX_PAYLOAD_BYTES = 16 * 1024 * 1024
GAP_PIECE_BYTES = 1024 * 1024

_HEAD = struct.Struct("<4sIIQ")
_START = struct.Struct("<4sI")
_PLACE = struct.Struct("<IQ")
_CHECKED_FROM = _HEAD.size - _PLACE.size
_CHUNK_BYTES = 256 * 1024

HEAD_BYTES = _HEAD.size


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole record, with where it begins and ends in the file."""

    offset: int
    end: int
    seq: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without readable frames, in pieces of at most GAP_PIECE_BYTES. Empty where frames are missing without a trace.

    `expected_seq` is the first sequence that may be lost in it.
    """

    offset: int
    content: bytes
    expected_seq: int


def encode_frames(payloads: Sequence[bytes], first_seq: int, seed: int) -> bytes:
    """The bytes of consecutive frames, numbered from `first_seq`."""
    parts: list[bytes] = []
    pack_place, pack_start = _PLACE.pack, _START.pack
    for seq, payload in enumerate(payloads, first_seq):
        place = pack_place(len(payload), seq)
        parts += (pack_start(MAGIC, crc32(payload, crc32(place, seed))), place, payload)
    return b"".join(parts)


class _Window:
    """A file's bytes up to a limit, through a buffer that moves forward: one frame or one chunk in memory, whichever is larger."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._start = 0
        self._buffer = b""
        self.limit = limit

    def view(self, at: int, size: int) -> memoryview:
        """Up to `size` bytes from `at`; fewer where the limit or the file ends."""
        begin = at - self._start
        if begin < 0 or begin + size > len(self._buffer):
            self._fill(at, size)
            begin = 0
        return memoryview(self._buffer)[begin : begin + size]

    def find(self, wanted: bytes, at: int) -> int:
        """Where `wanted` begins at or after `at`; the limit if nowhere."""
        while at < self.limit:
            chunk = bytes(self.view(at, _CHUNK_BYTES))
            found = chunk.find(wanted)
            if found >= 0:
                return at + found
            if len(chunk) < _CHUNK_BYTES:
                break
            at += len(chunk) - len(wanted) + 1
        return self.limit

    def _fill(self, at: int, size: int) -> None:
        wanted = max(0, min(max(size, _CHUNK_BYTES), self.limit - at))
        self._file.seek(at)
        parts: list[bytes] = []
        while wanted and (part := self._file.read(wanted)):
            parts.append(part)
            wanted -= len(part)
        self._start, self._buffer = at, b"".join(parts)


def scan(file: BinaryIO, *, start: int, limit: int, expected_seq: int, seed: int) -> Iterator[Frame | Gap]:
    """The frames from `start` to `limit` in order, with the gaps between them.

    `start` must be where a frame begins. Sequence numbers rise by one inside a segment, so a higher one than expected means a loss,
    and a lower one is no frame of this place.
    """
    window = _Window(file, limit)
    at = start
    in_gap = False
    while at < limit:
        frame = _frame_at(window, at, expected_seq, seed)
        if frame is None:
            resumed = _next_frame(window, at + 1, expected_seq, seed)
            yield from _gap(window, at, resumed, expected_seq)
            at, in_gap = resumed, True
            continue
        if frame.seq > expected_seq and not in_gap:
            yield Gap(at, b"", expected_seq)
        yield frame
        at, expected_seq, in_gap = frame.end, frame.seq + 1, False


def _frame_at(window: _Window, at: int, least_seq: int, seed: int) -> Frame | None:
    head = window.view(at, HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        return None
    magic, checksum, length, seq = _HEAD.unpack(head)
    if magic != MAGIC or length > MAX_PAYLOAD_BYTES or seq < least_seq:
        return None
    checked = window.view(at + _CHECKED_FROM, _PLACE.size + length)
    if len(checked) < _PLACE.size + length or crc32(checked, seed) != checksum:
        return None
    return Frame(at, at + HEAD_BYTES + length, seq, bytes(checked[_PLACE.size :]))


def _next_frame(window: _Window, at: int, least_seq: int, seed: int) -> int:
    """Where the next whole frame begins at or after `at`; the limit if there is none."""
    while (at := window.find(MAGIC, at)) < window.limit:
        if _frame_at(window, at, least_seq, seed) is not None:
            return at
        at += 1
    return window.limit


def _gap(window: _Window, start: int, end: int, expected_seq: int) -> Iterator[Gap]:
    for offset in range(start, end, GAP_PIECE_BYTES):
        yield Gap(offset, bytes(window.view(offset, min(GAP_PIECE_BYTES, end - offset))), expected_seq)
