"""Splitting walks through each byte once or twice whatever comes, and holds no more than one object."""

import re
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from tribute.loader import json_stream
from tribute.loader.json_stream import split_objects

CHUNK = 64 * 1024


def chunks(content: bytes, size: int = CHUNK) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


class _Counting:
    """A pattern that counts how many bytes it walks over."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self.walked = 0

    def match(self, buffer: bytearray, position: int) -> Any:
        found = self._pattern.match(buffer, position)
        if found is not None:
            self.walked += found.end() - position
        return found


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":"' + b"x" * 2_000_000 + b'"}',
        b'{"a":"' + b"\\n" * 1_000_000 + b'"}',
        b'{"a":[' + b'{"k":"v"},' * 100_000 + b"1]}",
        b'{"a":[' + b'"key",' * 300_000 + b"1]}",
        b"{\n" * 100_000,
        b"{\n{}\n" * 50_000,
        b'{"a":\n{"b":1}\n' * 50_000,
        b"{" * 1_000_000,
        b'{"' * 500_000,
        b'{"a":"\n' * 50_000,
        b'"' * 1_000_000,
        b"x" * 1_000_000,
    ],
    ids=lambda content: repr(content[:20]),
)
def test_no_byte_is_walked_over_again_and_again(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = {name: _Counting(getattr(json_stream, name)) for name in ("_TO_BRACE", "_TO_STRING_END")}
    for name, pattern in patterns.items():
        monkeypatch.setattr(json_stream, name, pattern)

    for _ in split_objects(chunks(content, 1000)):
        pass

    assert sum(pattern.walked for pattern in patterns.values()) <= 2.1 * len(content)


@pytest.mark.parametrize("start", [b'{"a":"', b'{"a":[', b"no object ", b'{"a":"cut\n'], ids=repr)
def test_what_never_closes_is_not_held_in_memory(start: bytes) -> None:
    def endless() -> Iterator[bytes]:
        yield start
        for _ in range(400):
            yield b"x" * CHUNK

    tracemalloc.start()
    try:
        for found in split_objects(endless(), max_bytes=1024 * 1024):
            assert found.problem
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 6 * 1024 * 1024
