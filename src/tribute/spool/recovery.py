"""What a spool finds when it opens: the segments of earlier lives, read through once, the last one's torn tail cut. Called by Spool.open.

Only the segment that was being written when a process died can end in a torn tail, and nothing in that tail was ever confirmed. One that
holds a part of a record is kept for someone to look at, though, since a failing disk can look the same: like any other unreadable stretch
it is damage, which stays where it is, and which reading reports. What was refused, by the note of an earlier life, is cut in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from tribute.spool.disk import Disk
from tribute.spool.frame import HEAD_BYTES, Frame, scan
from tribute.spool.segment import SegmentFile, SegmentName

_log = structlog.get_logger()

_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Recovered:
    """All segments, oldest first and sealed; the first number and sequence that none of them has; how many ends were torn."""

    segments: list[SegmentFile]
    next_number: int
    next_seq: int
    torn_tails: int


def recover(folder: Path, disk: Disk, *, closed: bool, cuts: Mapping[int, int]) -> Recovered:
    """Read all segments and make durable what of them is kept. Raises OSError.

    `closed` tells that the last life ended in order; `cuts` are the lengths behind which all was refused, by segment number.
    """
    names = sorted((name for path in folder.iterdir() if (name := SegmentName.parse(path.name)) is not None), key=lambda name: name.number)
    segments: list[SegmentFile] = []
    next_seq = 0
    torn_tails = 0
    for name in names:
        size = (folder / name.text).stat().st_size
        segment = SegmentFile(name, folder / name.text, size=min(size, cuts.get(name.number, size)))
        end, seq = _read_through(segment)
        next_seq = max(next_seq, seq)
        if name is names[-1] and not closed and end < segment.size:
            torn_tails += 1
            is_kept = _tells_something(segment, end)
            _log.warning("spool.torn_tail", segment=name.number, offset=end, bytes=segment.size - end, kept=is_kept)
            segment.size = segment.size if is_kept else end
        if _settle(segment, disk):
            segments.append(segment)
    disk.sync_folder(folder)
    return Recovered(segments, names[-1].number + 1 if names else 0, next_seq, torn_tails)


def _read_through(segment: SegmentFile) -> tuple[int, int]:
    """Fill the segment's index; gives where its last whole frame ends, and the sequence after it."""
    end, seq = 0, segment.name.first_seq
    with segment.path.open("rb", buffering=0) as file:
        for found in scan(file, start=0, limit=segment.size, expected_seq=seq, seed=segment.name.seed):
            if isinstance(found, Frame):
                segment.index.note(found.seq, found.offset)
                end, seq = found.end, found.seq + 1
    return end, seq


def _tells_something(segment: SegmentFile, end: int) -> bool:
    """Whether behind `end` more lies than a bare header, and not only the zeros of a file that had grown and was not written."""
    if segment.size - end <= HEAD_BYTES:
        return False
    with segment.path.open("rb") as file:
        file.seek(end)
        left = segment.size - end
        while left and (piece := file.read(min(left, _PIECE_BYTES))):
            if piece.strip(b"\0"):
                return True
            left -= len(piece)
    return False


def _settle(segment: SegmentFile, disk: Disk) -> bool:
    """Make the file as long as the segment and durable, since a process that died may not have; False for one that held nothing."""
    if segment.size == 0:
        disk.remove(segment.path)
        return False
    descriptor = disk.reopen(segment.path)
    try:
        disk.cut(descriptor, segment.size)
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)
    return True
