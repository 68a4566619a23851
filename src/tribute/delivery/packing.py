"""What a segment looks like as an object: one record a line with its place in front, compressed. Used by delivery only.

Invariant: the same records give the same bytes, so that a second delivery of a segment changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import zstandard

from tribute.events.record import place_record
from tribute.spool.port import Damage, Entry

_LEVEL = 3
_FEED_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Packed:
    """An object's content, how many records it holds and how many bytes they have uncompressed."""

    content: bytes
    records: int
    record_bytes: int


def pack(spool_id: str, found: Iterator[Entry | Damage], on_damage: Callable[[Damage], None]) -> Packed:
    """Compress the records as they are read; damaged stretches go to `on_damage` instead. Memory holds the compressed side only."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compressobj()
    compressed: list[bytes] = []
    lines: list[bytes] = []
    records = record_bytes = waiting = 0
    for item in found:
        if isinstance(item, Damage):
            on_damage(item)
            continue
        line = place_record(spool_id, item.seq, item.payload)
        lines += (line, b"\n")
        records += 1
        waiting += len(line) + 1
        if waiting >= _FEED_BYTES:
            compressed.append(compressor.compress(b"".join(lines)))
            record_bytes += waiting
            waiting = 0
            lines.clear()
    compressed.append(compressor.compress(b"".join(lines)))
    compressed.append(compressor.flush())
    return Packed(b"".join(compressed), records, record_bytes + waiting)
