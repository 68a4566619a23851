"""Plain, gzip and zstd bytes become plain chunks; damage and a cut-off end are noticed after everything readable was handed out."""

import gzip
import hashlib
import io
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tribute.loader.decompress import CHUNK_BYTES, UnreadableError, plain_chunks

Packer = Callable[[bytes], bytes]


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


def streamed_zstd(content: bytes) -> bytes:
    """As delivery writes it: the frame does not tell its size."""
    packer = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    return packer.compress(content) + packer.flush()


PACKERS: dict[str, Packer] = {"plain": bytes, "gzip": gzip.compress, "zstd": zstd, "streamed zstd": streamed_zstd}
COMPRESSED = [pytest.param(pack, id=name) for name, pack in PACKERS.items() if name != "plain"]


def unpack(content: bytes) -> bytes:
    return b"".join(plain_chunks(io.BytesIO(content)))


def unpack_damaged(content: bytes) -> bytes:
    """What is handed out before the damage is told."""
    parts: list[bytes] = []
    with pytest.raises(UnreadableError):
        parts.extend(plain_chunks(io.BytesIO(content)))
    return b"".join(parts)


@pytest.mark.parametrize("pack", [pytest.param(pack, id=name) for name, pack in PACKERS.items()])
@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_content_comes_out_as_it_went_in(pack: Packer, size: int) -> None:
    content = (b'{"a":1}\n' * (size // 8 + 1))[:size]

    assert unpack(pack(content)) == content


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.sampled_from([gzip.compress, zstd, streamed_zstd]))
def test_members_behind_each_other_are_one_content(parts: list[bytes], pack: Packer) -> None:
    assert unpack(b"".join(pack(part) for part in parts)) == b"".join(parts)


def test_incompressible_members_across_chunks() -> None:
    noise = hashlib.shake_128(b"noise").digest(CHUNK_BYTES // 2 + 7)
    for pack in (gzip.compress, zstd):
        assert unpack(pack(noise) * 5) == noise * 5


def test_padding_after_gzip_is_no_damage() -> None:
    assert unpack(gzip.compress(b"abc") + b"\0" * 512) == b"abc"


@pytest.mark.parametrize("pack", COMPRESSED)
@pytest.mark.parametrize("missing", [1, 4, 8, 100])
def test_a_cut_off_end_is_noticed_after_what_is_readable(pack: Packer, missing: int) -> None:
    content = b"".join(b'{"n":%d}\n' % number for number in range(200_000))

    readable = unpack_damaged(pack(content)[:-missing])

    assert content.startswith(readable)
    assert len(readable) > len(content) // 2


@pytest.mark.parametrize("pack", COMPRESSED)
def test_only_a_beginning_is_cut_off(pack: Packer) -> None:
    assert unpack_damaged(pack(b"abc")[:5]) == b""


@pytest.mark.parametrize("pack", COMPRESSED)
def test_damage_in_the_middle_is_noticed(pack: Packer) -> None:
    content = b"".join(b'{"n":%d}\n' % (number * 7919) for number in range(100_000))
    packed = bytearray(pack(content))
    packed[len(packed) // 2] ^= 0xFF
    packed[len(packed) // 2 + 1] ^= 0xFF

    unpack_damaged(bytes(packed))


@pytest.mark.parametrize("pack", COMPRESSED)
def test_garbage_behind_a_member_is_noticed(pack: Packer) -> None:
    assert unpack_damaged(pack(b"abc") + b"garbage") == b"abc"


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd"]))
def test_arbitrary_bytes_are_content_or_damage(tail: bytes, head: bytes) -> None:
    try:
        unpack(head + tail)
    except UnreadableError:
        assert (head + tail).startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"\xff\x06\x00\x00sNaPpY", b"\x82SNAPPY\x00"))


def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(CHUNK_BYTES)) for _ in range(400)) + packer.flush()


def zstd_bomb() -> bytes:
    packer = zstandard.ZstdCompressor(level=19).compressobj()
    return b"".join(packer.compress(bytes(CHUNK_BYTES)) for _ in range(400)) + packer.flush()


@pytest.mark.slow
@pytest.mark.parametrize("bomb", [gzip_bomb, zstd_bomb])
def test_a_bomb_unfolds_in_bounded_memory(bomb: Callable[[], bytes]) -> None:
    packed = io.BytesIO(bomb())

    tracemalloc.start()
    try:
        size = sum(len(chunk) for chunk in plain_chunks(packed))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert size == 400 * CHUNK_BYTES
    assert peak < 80 * CHUNK_BYTES


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"PK\x03\x04\x14\x00rest", "ZIP", id="zip"),
        pytest.param(b"\xff\x06\x00\x00sNaPpYrest", "Snappy", id="framed"),
        pytest.param(b"\x82SNAPPY\x00\x00\x00\x00\x01rest", "Hadoop", id="hadoop"),
    ],
)
def test_compressions_that_are_not_read_are_named(content: bytes, name: str) -> None:
    with pytest.raises(UnreadableError, match=f"{name}.*let the writer use gzip"):
        unpack(content)
