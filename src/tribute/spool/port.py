"""What others may know of the spool: how to add to it, follow it and take sealed segments away.

A *position* is (segment number, record sequence). Sequence numbers grow by one over the whole life of a spool, across segments and
restarts, and are never used twice, even for records whose writing failed.
"""

from asyncio import Future
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tribute.kit.errors import UnavailableError

Settled = Callable[[BaseException | None], None]
"""Told None when records are durable, else why they are not."""


class SpoolUnavailableError(UnavailableError):
    """The record could not be made durable (full or read-only disk, failed sync, too much waiting). Nothing was accepted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One durable record: its sequence number and its bytes (a JSON object without line breaks)."""

    seq: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a segment that cannot be read: bytes that fail their checksum."""

    segment: int
    offset: int
    content: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of the spool. `key` is unique for ever (spool id and number) and names the object it becomes.

    `sealed` segments take no more records. `first_received_at` is when its first record was appended.
    """

    number: int
    key: str
    sealed: bool
    size: int
    first_received_at: datetime


class SpoolWriter(Protocol):
    """The collector's side."""

    @property
    def gate(self) -> AbstractContextManager[object]:
        """Held from stamping an event's `received_at` until `append` has taken it, so that no watermark overtakes it."""
        ...

    def append_then(self, payloads: Sequence[bytes], settled: Settled) -> None:
        """Take records together; `settled` is called on the running event loop when all of them are on disk, or cannot be.

        Raises SpoolUnavailableError when they cannot even be taken. In either case of failure the sender may try again, and none of
        them counts as accepted.
        """
        ...

    def append(self, payloads: Sequence[bytes]) -> "Future[None]":
        """Take records together; the future (of the running loop) ends when all of them are on disk.

        It fails with SpoolUnavailableError when they cannot be; the sender may then try again, and none of them counts as accepted.
        """
        ...


class SpoolReader(Protocol):
    """The side of delivery and the loader. May be used from other threads than the writer's."""

    @property
    def spool_id(self) -> str: ...

    def segments(self) -> list[Segment]:
        """All segments with durable records, oldest first, the one being written last."""
        ...

    def read(self, number: int, after_seq: int = -1) -> Iterator[Entry | Damage]:
        """The durable records of one segment with a sequence above `after_seq`, in order; damaged stretches where they lie.

        Reads in bounded memory and ends at what was durable when it began. Raises SegmentGoneError for a segment that was removed.
        """
        ...

    def remove(self, number: int) -> None:
        """Delete a sealed segment; one already gone is no error."""
        ...

    def complete_until(self) -> datetime:
        """The watermark's upper bound: every record received before this instant is durable, or was refused.

        Take it *before* reading: what `read` then returns is complete up to it.
        """
        ...

    def wait_for_more(self, timeout_seconds: float) -> bool:
        """Block until something new is durable or the time is over; True for something new. Always poll with a time-out."""
        ...

    def rest_seconds(self, worked_seconds: float, share: float, oldest: datetime | None) -> float:
        """How long to rest after so much work, so as to take about `share` of the time while records pour in; else 0.

        `oldest` is when what the caller has still to do was received; who is ten minutes behind does not rest. A rest has 2 s at most,
        in a flood 30; ask again while resting, for it may be over.
        """
        ...

    def wake(self) -> None:
        """Let everybody in `wait_for_more` go on as if something were new: somebody waits for the watermark to move."""
        ...


class SegmentGoneError(LookupError):
    """The segment was delivered and removed; its records are in the object store."""
