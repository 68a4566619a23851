"""JSON objects out of a byte stream, one a line or one behind the other, in bounded memory. Pure; hostile input is expected.

Firehose puts records behind each other without a line break (`{…}{…}`), RudderStack and Segment write one a line; people also keep
pretty-printed files. All are found by following braces outside strings.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_OBJECT_BYTES = 16 * 1024 * 1024
"""An object longer than this is unreadable: nothing a tracker sends comes near it."""

_STRUCTURE = re.compile(rb'["{}]')
_STRING_END = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BLANK = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the stream from `offset`: a whole `{…}`, or, with a `problem`, bytes that are part of none."""

    offset: int
    content: bytes
    problem: str | None = None


def split_objects(chunks: Iterable[bytes], max_bytes: int = MAX_OBJECT_BYTES) -> Iterator[Found]:
    """Every top-level `{…}` of the stream in order, and every stretch between them that is not blank.

    An object that never closes (or grows past `max_bytes`) is reported up to the next line that opens one, and reading goes on there.
    """
    buffer = bytearray()
    base = 0  # the stream's offset of buffer[0]
    for chunk in chunks:
        buffer += chunk
        taken = 0
        for found in _whole(buffer, base):
            taken = found.offset - base + len(found.content)
            yield found
        del buffer[:taken]
        base += taken
        if len(buffer) > max_bytes:
            skipped = _next_opening(buffer)
            yield Found(base, bytes(buffer[:skipped]), "an object that does not close")
            del buffer[:skipped]
            base += skipped
    while buffer.strip(_BLANK):
        skipped = _next_opening(buffer)
        yield Found(base, bytes(buffer[:skipped]), "an object that does not close")
        del buffer[:skipped]
        base += skipped
        taken = 0
        for found in _whole(buffer, base):
            taken = found.offset - base + len(found.content)
            yield found
        del buffer[:taken]
        base += taken


def _whole(buffer: bytearray, base: int) -> Iterator[Found]:
    """The objects that close within the buffer, with the strays before each."""
    position = 0
    while True:
        opening = buffer.find(b"{", position)
        if opening < 0:
            return
        end = _object_end(buffer, opening)
        if end is None:
            return
        stray = bytes(buffer[position:opening])
        if stray.strip(_BLANK):
            yield Found(base + position, stray, "bytes between objects")
        yield Found(base + opening, bytes(buffer[opening:end]))
        position = end


def _object_end(buffer: bytearray, opening: int) -> int | None:
    """Where the object that opens at `opening` ends; None when the buffer ends first."""
    depth = 0
    position = opening
    while True:
        sign = _STRUCTURE.search(buffer, position)
        if sign is None:
            return None
        position = sign.end()
        found = sign.group()
        if found == b'"':
            string = _STRING_END.match(buffer, position)
            if string is None:
                return None
            position = string.end()
        elif found == b"{":
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                return position


def _next_opening(buffer: bytearray) -> int:
    """The first line after the first byte that opens an object, or the end of the buffer."""
    found = buffer.find(b"\n{", 1)
    return len(buffer) if found < 0 else found + 1
