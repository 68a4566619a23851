"""The segment log: writes records into the active segment, seals it, and keeps the table of segments. Used by the commit thread and Spool.

Invariant: a segment's `size` grows only after its bytes are synced, and after a failed write or sync a segment takes no more records.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from tribute.spool.disk import Disk
from tribute.spool.frame import Frame, encode_frames, scan
from tribute.spool.identity import Identity, save_identity
from tribute.spool.port import Damage, Entry, Segment, SegmentGoneError
from tribute.spool.recovery import Recovered
from tribute.spool.segment import SegmentFile, SegmentName

_SEQS_A_SEGMENT = 1 << 20


class SegmentLog:
    """Segments in a folder. Writing and sealing exclude each other; the table may be read at any time, also while the disk hangs."""

    def __init__(
        self, folder: Path, disk: Disk, identity: Identity, recovered: Recovered, *, segment_bytes: int, segment_seconds: float
    ) -> None:
        self._folder = folder
        self._disk = disk
        self._identity = identity
        self._segment_bytes = segment_bytes
        self._segment_age = timedelta(seconds=segment_seconds)
        self._next_number = max(identity.next_number, recovered.next_number)
        self._next_seq = max(identity.next_seq, recovered.next_seq)
        self._writing = threading.Lock()
        self._table_lock = threading.Lock()
        self._table = {segment.name.number: segment for segment in recovered.segments}
        self._active: SegmentFile | None = None
        self.last_sync_seconds = 0.0

    @property
    def spool_id(self) -> str:
        return self._identity.spool_id

    def append(self, payloads: Sequence[bytes], received_at: datetime, *, read_late: bool = False) -> None:
        """Make records durable, all or none, in order; `received_at` is the first one's.

        A segment that becomes full and is to be `read_late` leaves the system's memory: a flood of them would push out all else, and
        fresh memory for each costs more CPU than checksum and write together.

        Raises OSError: then none of them counts, their sequences stay unused, and the next call begins a new segment.
        """
        with self._writing:
            active = self._segment_for(received_at, len(payloads))
            first_seq = self._next_seq
            frames = encode_frames(payloads, first_seq, active.name.seed)
            self._next_seq += len(payloads)
            try:
                self._write(active, frames)
            except BaseException:
                self._abandon(active)
                raise
            with self._table_lock:
                active.grow(first_seq, len(frames))
            if active.size >= self._segment_bytes:
                if read_late and active.descriptor is not None:
                    with suppress(OSError):  # all is durable; it only stays in memory
                        self._disk.forget(active.descriptor)
                self._seal(active)

    def seal_due(self, now: datetime) -> None:
        """Seal the active segment if it is old enough. Does not wait for a write under way: that write looks to it, or the next call."""
        if self._writing.acquire(blocking=False):
            try:
                active = self._active
                if active is not None and now - active.name.first_received_at >= self._segment_age:
                    self._seal(active)
            finally:
                self._writing.release()

    def close(self) -> None:
        """Seal, and note that all went in order, so that the next start loses no sequences and looks for no torn tail."""
        with self._writing:
            if self._active is not None:
                self._seal(self._active)
            with suppress(OSError):  # a disk that is full now only makes the next start more careful
                self._identity = save_identity(
                    self._folder, self._identity, self._disk, next_number=self._next_number, next_seq=self._next_seq, closed=True
                )

    def segments(self) -> list[Segment]:
        with self._table_lock:
            return [segment.describe(self.spool_id) for segment in self._table.values() if segment.size]

    def read(self, number: int, after_seq: int) -> Iterator[Entry | Damage]:
        """See SpoolReader.read."""
        with self._table_lock:
            segment = self._table.get(number)
            if segment is None:
                raise SegmentGoneError(f"segment {number} is not in the spool any more")
            limit = segment.size
            seq, start = segment.index.before(after_seq + 1)
        return _entries(segment, after_seq, start=start, limit=limit, expected_seq=seq)

    def remove(self, number: int) -> None:
        """See SpoolReader.remove. Raises OSError when the file cannot be deleted; the segment then stays."""
        with self._table_lock:
            segment = self._table.get(number)
        if segment is None:
            return
        if segment.descriptor is not None:
            raise ValueError("a segment that takes records cannot be removed")
        self._disk.remove(segment.path)
        with self._table_lock:
            self._table.pop(number, None)
        self._disk.sync_folder(self._folder)

    def _segment_for(self, received_at: datetime, count: int) -> SegmentFile:
        """The segment to write to: the active one, or a new one when that is too old or there is none."""
        active = self._active
        if active is not None:
            full = self._next_seq + count > self._identity.next_seq
            if not full and received_at - active.name.first_received_at < self._segment_age:
                return active
            self._seal(active)
        return self._begin(received_at, count)

    def _begin(self, received_at: datetime, count: int) -> SegmentFile:
        number = self._next_number
        self._identity = save_identity(
            self._folder,
            self._identity,
            self._disk,
            next_number=number + 1,
            next_seq=self._next_seq + count + _SEQS_A_SEGMENT,
            closed=False,
        )
        self._next_number = number + 1
        name = SegmentName.new(number, self._next_seq, received_at)
        segment = SegmentFile(name, self._folder / name.text)
        segment.descriptor = self._disk.create(segment.path)
        try:
            self._disk.sync_folder(self._folder)
        except BaseException:
            self._abandon(segment)
            raise
        with self._table_lock:
            self._table[number] = segment
        self._active = segment
        return segment

    def _write(self, segment: SegmentFile, frames: bytes) -> None:
        descriptor = segment.descriptor
        if descriptor is None:
            raise ValueError("a sealed segment takes no records")
        self._disk.write(descriptor, frames)
        began = time.perf_counter()
        self._disk.sync(descriptor)
        self.last_sync_seconds = time.perf_counter() - began

    def _abandon(self, segment: SegmentFile) -> None:
        """Trust a file no more whose end is unknown: cut it to what is durable if the disk lets us, and never write to it again.

        Where it cannot be cut, `size` keeps readers of this process from the rest, and a note for the next start is written now or, at
        the latest, before another segment takes records. Only if the process dies before that, refused records can be read later: copies
        of what their senders were told to try again.
        """
        try:
            if segment.size and segment.descriptor is not None:
                self._disk.cut(segment.descriptor, segment.size)
                self._disk.sync(segment.descriptor)
            elif not segment.size:
                self._disk.remove(segment.path)
                self._disk.sync_folder(self._folder)
        except OSError:
            self._identity = msgspec.structs.replace(self._identity, cuts={**self._identity.cuts, segment.name.number: segment.size})
            with suppress(OSError):
                save_identity(self._folder, self._identity, self._disk)
        self._seal(segment)

    def _seal(self, segment: SegmentFile) -> None:
        """Close the file; all that counts in it is synced, so an error on closing changes nothing."""
        with self._table_lock:
            descriptor, segment.descriptor = segment.descriptor, None
            if not segment.size:
                self._table.pop(segment.name.number, None)
        if self._active is segment:
            self._active = None
        if descriptor is not None:
            with suppress(OSError):
                self._disk.close(descriptor)


def _entries(segment: SegmentFile, after_seq: int, *, start: int, limit: int, expected_seq: int) -> Iterator[Entry | Damage]:
    number = segment.name.number
    try:
        file = segment.path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise SegmentGoneError(f"segment {number} is not in the spool any more") from error
    with file:
        for found in scan(file, start=start, limit=limit, expected_seq=expected_seq, seed=segment.name.seed):
            if isinstance(found, Frame):
                if found.seq > after_seq:
                    yield Entry(found.seq, found.payload)
            elif found.expected_seq > after_seq:
                reason = "these bytes are no record with a right checksum" if found.content else "records are missing here"
                yield Damage(number, found.offset, found.content, reason)
