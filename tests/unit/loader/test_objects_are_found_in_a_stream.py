"""JSON objects are found in a byte stream, however they are separated and however the stream is cut."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.records import json_values, texts
from tribute.loader.json_stream import MAX_DEPTH, Found, joined, split_objects

hard_texts = texts | st.text('"{}\\\n,[]é☃', max_size=20)
objects = st.lists(st.dictionaries(hard_texts, json_values(hard_texts | st.integers()), max_size=4), max_size=8)
separators = st.text(" \t\r\n", max_size=3) | st.sampled_from([",", ", ", "],\n["])


def chunks(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


def split(content: bytes, size: int = 1 << 20, **limits: int) -> list[Found]:
    return list(split_objects(chunks(content, size), **limits))


def whole(found: list[Found]) -> list[Any]:
    return [json.loads(stretch.content) for stretch in found if stretch.problem is None]


def problems(found: list[Found]) -> list[bytes]:
    return [stretch.content for stretch in found if stretch.problem is not None]


@pytest.mark.slow
@given(objects, st.data(), st.integers(1, 60), st.sampled_from([None, 0, 2]), st.booleans())
def test_the_same_objects_come_out(told: list[Any], data: st.DataObject, size: int, indent: int | None, is_ascii: bool) -> None:
    parts = [data.draw(separators) + json.dumps(value, indent=indent, ensure_ascii=is_ascii) for value in told]
    content = "".join([*parts, data.draw(separators)]).encode()

    found = split(content, size)

    assert whole(found) == told
    assert not problems(found)
    assert all(content[stretch.offset : stretch.offset + len(stretch.content)] == stretch.content for stretch in found)


def test_an_array_s_objects_are_found() -> None:
    assert whole(split(b'[{"a":1},{"b":[{"c":2},3]}]\n')) == [{"a": 1}, {"b": [{"c": 2}, 3]}]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_bytes_between_objects_are_reported_where_they_lie(size: int) -> None:
    found = split(b'\xef\xbb\xbf{"a":1}garbage"{"b":2}\n}]x\n{"c":3} null', size)

    assert whole(found) == [{"a": 1}, {"b": 2}, {"c": 3}]
    assert [(stretch.offset, stretch.content) for stretch in found if stretch.problem] == [
        (0, b"\xef\xbb\xbf"),
        (10, b'garbage"'),
        (25, b"\n}]x\n"),
        (37, b" null"),
    ]
    assert {stretch.problem for stretch in found} == {None, "bytes between objects"}


@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize(
    ("content", "expected", "broken"),
    [
        (b'{"a":1}\n{"b":', [{"a": 1}], [b'{"b":']),
        (b'{"a":1}{"b":"x', [{"a": 1}], [b'{"b":"x']),
        (b'{"a":1}{"b":"x\\', [{"a": 1}], [b'{"b":"x\\']),
        (b'{"a":"cut\n{"b":2}\n{"c":3}\n', [{"b": 2}, {"c": 3}], [b'{"a":"cut']),
        (b'{"a":"cut\\\n{"b":2}', [{"b": 2}], [b'{"a":"cut\\']),
        (b'{"a":{"x":1},\n{"b":2}\n{"c":3}\n', [{"b": 2}, {"c": 3}], [b'{"a":{"x":1},\n']),
        (b'{"a":{\n{"b":{"d":"}"}}\nx\n{"c":3}\n{"e":', [{"b": {"d": "}"}}, {"c": 3}], [b'{"a":{\n', b"\nx\n", b'\n{"e":']),
        (b'{"a":1,\n{"b":2}{"x":\n{"c":3}', [{"b": 2}, {"c": 3}], [b'{"a":1,\n', b'{"x":\n']),
        (b'{"a":"cut\nrest"} {"lost":1}\n{"b":2} {"c":3}', [{"b": 2}, {"c": 3}], [b'{"a":"cut', b'\nrest"} {"lost":1}\n']),
    ],
)
def test_a_broken_object_costs_no_whole_one_on_a_line_of_its_own(
    content: bytes, expected: list[Any], broken: list[bytes], size: int
) -> None:
    found = split(content, size)

    assert whole(found) == expected
    assert [stretch.strip() for stretch in problems(found)] == [stretch.strip() for stretch in broken]


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from([b"{", b"}", b'"', b"\\", b"\n", b"a", b",", b"\n{"]), max_size=60).map(b"".join),
    st.integers(1, 20),
)
def test_arbitrary_bytes_are_all_accounted_for(content: bytes, size: int) -> None:
    found = split(content, size)

    at = 0
    for stretch in found:
        assert content[at : stretch.offset].strip(b" \t\r\n,[]") == b""
        assert content[stretch.offset : stretch.offset + len(stretch.content)] == stretch.content
        at = stretch.offset + len(stretch.content)
    assert content[at:].strip(b" \t\r\n,[]") == b""


@given(st.lists(st.sampled_from([b"{", b"}", b'"', b"\\", b"\n", b"a", b"\n{"]), max_size=60).map(b"".join), st.integers(1, 20))
def test_the_cut_into_chunks_changes_nothing(content: bytes, size: int) -> None:
    assert split(content, size) == split(content)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 40), st.integers(1, 30))
def test_a_line_cut_off_anywhere_costs_that_line_alone(numbers: list[int], cut: int, size: int) -> None:
    line = json.dumps({"s": 'a "{quoted}" text\\', "n": {"m": [1]}}).encode()
    good = [json.dumps({"n": number}).encode() for number in numbers]

    found = split(b"\n".join([line[: cut % len(line)], *good]), size)

    assert whole(found) == [{"n": number} for number in numbers]


def test_an_object_that_is_too_large_is_reported_and_the_next_line_is_read() -> None:
    content = b'{"a":1}\n{"large":"' + b"x" * 5000 + b'"}\n{"b":2}'

    found = split(content, 100, max_bytes=1000)

    assert whole(found) == [{"a": 1}, {"b": 2}]
    assert max(len(stretch.content) for stretch in found) <= 1100


def test_an_object_that_is_nested_too_deeply_is_reported_and_the_next_line_is_read() -> None:
    deep = b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1)

    assert whole(split(b'{"a":1}\n' + deep + b'\n{"b":2}')) == [{"a": 1}, {"b": 2}]
    assert len(split(deep[5:-1])) == 1


def test_garbage_that_hangs_together_is_one_stretch() -> None:
    content = b'{"a":1}\nx{"cut\ny{"cut\n{"b":2}z'

    found = list(joined(split(content)))

    assert [stretch.content for stretch in found] == [b'{"a":1}', b'\nx{"cut\ny{"cut\n', b'{"b":2}', b"z"]
    assert [len(stretch.content) for stretch in joined(split(b'x{"cut\n{"y\n' * 20), limit=100)] == [98, 99, 22]
