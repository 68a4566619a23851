"""Plain, gzip or zstd bytes as a stream of plain chunks, told apart by their first bytes. Bounded memory; a cut-off end is noticed.

Firehose can also write ZIP and Snappy: those are told by name, never read as text.
"""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

import zstandard

CHUNK_BYTES = 1024 * 1024
_ZSTD_SLICE = 1024
"""A zstd block of four bytes can stand for 128 KiB, so small slices keep even the worst expansion to some 32 MiB at a time."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_UNSUPPORTED = {
    b"PK\x03\x04": "ZIP",
    b"\xff\x06\x00\x00sNaPpY": "Snappy",
    b"\x82SNAPPY\x00": "Snappy as Hadoop writes it",
}
"""First bytes to name. Firehose offers these beside gzip; all of them must be held whole or need a library of their own to be read."""


class UnreadableError(ValueError):
    """The bytes are not what their first ones promise, damaged or cut off, or promise what is not read here.

    What came before has been handed out.
    """


def plain_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The content in chunks, several gzip members or zstd frames behind each other included.

    Raises UnreadableError, after everything readable was handed out.
    """
    head = stream.read(CHUNK_BYTES)
    unsupported = next((name for start, name in _UNSUPPORTED.items() if head.startswith(start)), None)
    if unsupported is not None:
        raise UnreadableError(f"it is compressed with {unsupported}; let the writer use gzip, zstd or no compression")
    pieces = _pieces(head, stream)
    if head.startswith(_GZIP):
        yield from _gunzip(pieces)
    elif head.startswith(_ZSTD):
        yield from _unzstd(pieces)
    else:
        yield from pieces


def _pieces(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    while head:
        yield head
        head = stream.read(CHUNK_BYTES)


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=31)
    for piece in pieces:
        rest = piece
        while rest:
            if inflater.eof:
                if not rest.strip(b"\0"):  # padding that some writers leave behind
                    break
                inflater = zlib.decompressobj(wbits=31)
            try:
                plain = inflater.decompress(rest, CHUNK_BYTES)
            except zlib.error as error:
                raise UnreadableError(f"the gzip data is damaged ({error})") from error
            if plain:
                yield plain
            rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise UnreadableError("the gzip data is cut off")


def _unzstd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zstandard.ZstdDecompressor().decompressobj()
    for piece in pieces:
        for start in range(0, len(piece), _ZSTD_SLICE):
            rest = piece[start : start + _ZSTD_SLICE]
            while rest:
                if inflater.eof:
                    inflater = zstandard.ZstdDecompressor().decompressobj()
                try:
                    plain = inflater.decompress(rest)
                except zstandard.ZstdError as error:
                    raise UnreadableError(f"the zstd data is damaged ({error})") from error
                if plain:
                    yield plain
                rest = inflater.unused_data if inflater.eof else b""
    if not inflater.eof:
        raise UnreadableError("the zstd data is cut off")
