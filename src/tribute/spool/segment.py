"""One segment: what its file name tells, how far it is durable, and where in it a sequence number is found. Used inside the spool only.

    0000000042-1234-20261123T044457069001Z-9f3c61d00b5a7e24.seg
    number, first sequence, when its first record was received (UTC), the checksum seed's nonce

All that reading needs beside the frames stands in the name, so that no damage inside the file can take it away.
"""

import re
import secrets
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from tribute.spool.port import Segment

_NAME = re.compile(r"(\d{10,})-(\d+)-(\d{8}T\d{12}Z)-([0-9a-f]{16})\.seg")
_TIME = "%Y%m%dT%H%M%S%fZ"
_INDEX_STEP_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class SegmentName:
    """What stands in the name of a segment's file."""

    number: int
    first_seq: int
    first_received_at: datetime
    nonce: str

    @classmethod
    def new(cls, number: int, first_seq: int, first_received_at: datetime) -> "SegmentName":
        return cls(number, first_seq, first_received_at, secrets.token_hex(8))

    @classmethod
    def parse(cls, text: str) -> "SegmentName | None":
        """The name's parts; None for a file that is no segment."""
        match = _NAME.fullmatch(text)
        if match is None:
            return None
        try:
            received_at = datetime.strptime(match[3], _TIME).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(int(match[1]), int(match[2]), received_at, match[4])

    @property
    def text(self) -> str:
        return f"{self.number:010d}-{self.first_seq}-{self.first_received_at.astimezone(UTC).strftime(_TIME)}-{self.nonce}.seg"

    @property
    def seed(self) -> int:
        """Where the checksums of this segment's frames start."""
        return crc32(bytes.fromhex(self.nonce))


class SeqIndex:
    """Where frames begin, about one every 64 KiB: a follower that asks for what is new reads little that it has had."""

    def __init__(self, first_seq: int) -> None:
        self._seqs = array("Q", [first_seq])
        self._offsets = array("Q", [0])

    def note(self, seq: int, offset: int) -> None:
        """Remember that the frame `seq` begins at `offset`, unless one close before it is known."""
        if offset - self._offsets[-1] >= _INDEX_STEP_BYTES:
            self._seqs.append(seq)
            self._offsets.append(offset)

    def before(self, seq: int) -> tuple[int, int]:
        """The last known frame that is not behind `seq`, as (sequence, offset)."""
        place = max(0, bisect_right(self._seqs, seq) - 1)
        return self._seqs[place], self._offsets[place]


@dataclass(slots=True)
class SegmentFile:
    """A segment in memory. `size` is its durable length in bytes; `descriptor` is set while it takes records."""

    name: SegmentName
    path: Path
    index: SeqIndex = field(init=False)
    size: int = 0
    descriptor: int | None = None

    def __post_init__(self) -> None:
        self.index = SeqIndex(self.name.first_seq)

    def grow(self, first_seq: int, by: int) -> None:
        """Frames from `first_seq` on, `by` bytes of them, are durable at the end."""
        self.index.note(first_seq, self.size)
        self.size += by

    def describe(self, spool_id: str) -> Segment:
        return Segment(
            number=self.name.number,
            key=f"{spool_id}-{self.name.number:010d}",
            sealed=self.descriptor is None,
            size=self.size,
            first_received_at=self.name.first_received_at,
        )
