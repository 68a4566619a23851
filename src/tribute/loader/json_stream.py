"""JSON objects out of a byte stream, one a line or one behind the other, in bounded memory. Pure; hostile input is expected.

Firehose puts records behind each other without a line break (`{…}{…}`), RudderStack and Segment write one a line; people also keep
pretty-printed files and arrays. All are found by following braces outside strings, each byte once, however the stream is cut into chunks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from tribute.events.record import Record

MAX_OBJECT_BYTES = 16 * 1024 * 1024
"""An object longer than this is unreadable: nothing a tracker sends comes near it."""
MAX_DEPTH = 1000
"""An object nested deeper is unreadable: no JSON decoder takes it."""

# JSON allows no line break inside a string: a string that meets one is broken there, and a `{` that begins a line is in none.
_TO_BRACE = re.compile(rb'[^"{}]*+(?:"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"[^"{}]*+)*+')
_TO_STRING_END = re.compile(rb'[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+')
_LINE_OPENING = b"\n{"
_BETWEEN = b" \t\r\n,[]"
"""What may stand between objects without a word: blanks, and the signs of a JSON array."""

_QUOTE, _OPENING = b'"{'


class Found(NamedTuple):
    """A stretch of the stream from `offset`: a whole `{…}`, or, with a `problem`, bytes that are part of none."""

    offset: int
    content: bytes
    problem: str | None = None
    lines: bytes | memoryview = b""
    """In place of the content, where several lines were read at once,"""
    records: Sequence[Record] = ()
    """and what they were read as: a record each."""


def split_objects(chunks: Iterable[bytes], max_bytes: int = MAX_OBJECT_BYTES) -> Iterator[Found]:
    """Every top-level `{…}` of the stream in order, and every stretch between them that is more than blanks, commas and array brackets.

    An object that breaks off (never closes, has a line break in a string, grows past `max_bytes` or `MAX_DEPTH`) is reported; whole
    objects that begin lines of their own inside the broken stretch are found all the same, and reading goes on at the next such line.
    """
    splitter = _Splitter(max_bytes)
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.finish()


def joined(found: Iterable[Found], limit: int = 1024 * 1024) -> Iterator[Found]:
    """The same, with neighbouring stretches of no object as one, up to `limit` bytes: garbage is one thing to look at, not thousands."""
    held: list[Found] = []
    size = 0
    for stretch in found:
        if held and (stretch.problem is None or size + len(stretch.content) > limit):
            yield _as_one(held)
            held, size = [], 0
        if stretch.problem is None:
            yield stretch
        else:
            held.append(stretch)
            size += len(stretch.content)
    if held:
        yield _as_one(held)


def _as_one(stretches: list[Found]) -> Found:
    """Neighbours with the line breaks between them, by the first one's problem."""
    first, content = stretches[0], bytearray()
    for stretch in stretches:
        content += b"\n" * (stretch.offset - first.offset - len(content)) + stretch.content
    return Found(first.offset, bytes(content), first.problem)


class _Reached(Enum):
    CLOSED = auto()
    BROKEN = auto()
    BUFFER_END = auto()


class _Splitter:
    """What was read and not yet handed out, and the state of the walk through it."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._base = 0  # the stream's offset of buffer[0]
        self._at = 0  # how far the buffer was walked through
        self._open: list[int] = []  # where the braces stand that are not closed yet, the outermost first
        self._in_string = False
        self._lost = False  # after a broken object, only the start of a line opens the next one

    def feed(self, chunk: bytes) -> Iterator[Found]:
        self._buffer += chunk
        done = 0  # everything before this is handed out
        while self._open or self._find_opening():
            yield from self._stretch(done, self._open[0])
            done = self._open[0]
            reached = self._walk()
            if reached is _Reached.BUFFER_END:
                break
            if reached is _Reached.CLOSED:
                yield Found(self._base + done, bytes(self._buffer[done : self._at]))
            else:
                yield from self._give_up(done, self._at)
            done = self._at
        if len(self._buffer) - done > self._max_bytes:
            yield from self._give_up(done, len(self._buffer) - self._buffer.endswith(b"\n"))
            done = self._at
        self._forget(done)

    def finish(self) -> Iterator[Found]:
        """What is left when the stream has ended."""
        yield from self._give_up(0, len(self._buffer))

    def _find_opening(self) -> bool:
        """Look for the next object from here; True when one begins."""
        sign = _LINE_OPENING if self._lost else b"{"
        found = self._buffer.find(sign, self._at)
        if found < 0:
            self._at = max(self._at, len(self._buffer) - len(sign) + 1)
            return False
        self._at = found + len(sign)
        self._open.append(self._at - 1)
        self._lost = False
        return True

    def _walk(self) -> _Reached:
        """Follow the open object to its end, or as far as the buffer goes."""
        while True:
            if self._in_string and (stopped := self._walk_string()) is not None:
                return stopped
            self._at = _end(_TO_BRACE, self._buffer, self._at)
            if self._at == len(self._buffer):
                return _Reached.BUFFER_END
            sign = self._buffer[self._at]
            self._at += 1
            if sign == _QUOTE:  # of a string that ends beyond the buffer, or nowhere
                self._in_string = True
            elif sign == _OPENING:
                self._open.append(self._at - 1)
                if len(self._open) > MAX_DEPTH:
                    return _Reached.BROKEN
            else:
                self._open.pop()
                if not self._open:
                    return _Reached.CLOSED

    def _walk_string(self) -> _Reached | None:
        """Go behind the end of the open string; what stopped the walk before that, if anything."""
        self._at = _end(_TO_STRING_END, self._buffer, self._at)
        ahead = bytes(self._buffer[self._at : self._at + 2])
        if ahead in (b"", b"\\"):
            return _Reached.BUFFER_END
        if ahead[0] != _QUOTE:
            self._at += ahead.index(b"\n")
            return _Reached.BROKEN
        self._at += 1
        self._in_string = False
        return None

    def _give_up(self, done: int, end: int) -> Iterator[Found]:
        """Report what lies between `done` and `end`, but for the whole objects in it that begin lines, and go on after it."""
        unclosed = frozenset(self._open)
        self._open, self._in_string, self._at = [], False, end
        self._lost = self._lost or bool(unclosed)
        for start, stop in self._whole_lines(unclosed, done, end) if unclosed else ():
            yield from self._stretch(done, start)
            yield Found(self._base + start, bytes(self._buffer[start:stop]))
            done = stop
        yield from self._stretch(done, end)

    def _whole_lines(self, unclosed: frozenset[int], position: int, end: int) -> Iterator[tuple[int, int]]:
        """Where objects lie that begin a line. All braces but the unclosed ones close before `end`: nothing is walked thrice."""
        while (line := self._buffer.find(_LINE_OPENING, position, end)) >= 0:
            position = line + 1
            if position not in unclosed:
                opening, position = position, _object_end(self._buffer, position)
                yield opening, position

    def _stretch(self, start: int, end: int) -> Iterator[Found]:
        """Bytes that belong to no object, unless they are only what may stand between objects."""
        content = bytes(self._buffer[start:end])
        if content.strip(_BETWEEN):
            yield Found(self._base + start, content, "an object that does not close" if self._lost else "bytes between objects")

    def _forget(self, done: int) -> None:
        del self._buffer[:done]
        self._base += done
        self._at -= done
        self._open = [position - done for position in self._open]


def _end(pattern: re.Pattern[bytes], buffer: bytearray, position: int) -> int:
    """Where a pattern that always matches stops."""
    found = pattern.match(buffer, position)
    return position if found is None else found.end()


def _object_end(buffer: bytearray, opening: int) -> int:
    """Where the object that opens at `opening` ends; it is known to end."""
    depth, at = 1, opening + 1
    while depth:
        at = _end(_TO_BRACE, buffer, at)
        depth += 1 if buffer[at] == _OPENING else -1
        at += 1
    return at
