"""Spools for tests: opened small, filled and read back; a disk that fails on command; an event's bytes."""

import asyncio
import errno
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tribute.kit.clock import Clock, FixedClock
from tribute.spool.disk import Disk
from tribute.spool.port import Damage, Entry, SpoolReader, SpoolUnavailableError
from tribute.spool.spool import Spool

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def open_spool(
    folder: Path,
    clock: Clock | None = None,
    *,
    segment_bytes: int = 1 << 20,
    segment_seconds: float = 300,
    max_waiting_bytes: int = 64 << 20,
    disk: Disk | None = None,
) -> Spool:
    return Spool.open(
        folder,
        clock or FixedClock(NOON),
        segment_bytes=segment_bytes,
        segment_seconds=segment_seconds,
        max_waiting_bytes=max_waiting_bytes,
        disk=disk,
    )


def append(spool: Spool, *appends: Sequence[bytes]) -> list[bool]:
    """Make appends one after another, each awaited; True for each that was confirmed."""

    async def run() -> list[bool]:
        confirmed = []
        for payloads in appends:
            with spool.gate:
                future = spool.append(payloads)
            try:
                await future
                confirmed.append(True)
            except SpoolUnavailableError:
                confirmed.append(False)
        return confirmed

    return asyncio.run(run())


def events(count: int, first: int = 0) -> list[bytes]:
    """Records that differ from each other, as small as records may be."""
    return [b'{"v":1,"n":%d}' % number for number in range(first, first + count)]


def found(spool: SpoolReader) -> list[Entry | Damage]:
    return [item for segment in spool.segments() for item in spool.read(segment.number)]


def entries(spool: SpoolReader) -> list[Entry]:
    return [item for item in found(spool) if isinstance(item, Entry)]


def damages(spool: SpoolReader) -> list[Damage]:
    return [item for item in found(spool) if isinstance(item, Damage)]


def payloads(spool: SpoolReader) -> list[bytes]:
    return [entry.payload for entry in entries(spool)]


def segment_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.seg"))


class UnsyncedDisk(Disk):
    """A disk that leaves syncing out, for properties tried on hundreds of spools: nothing in them cuts the power."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


class FaultyDisk(UnsyncedDisk):
    """A disk whose calls fail when `fails(call name, how many calls came before)` says so. A failing write leaves half of it behind."""

    def __init__(self, fails: Callable[[str, int], bool] = lambda _call, _before: False) -> None:
        self.fails = fails
        self.calls: list[str] = []

    def create(self, path: Path) -> int:
        self._maybe_fail("create")
        return super().create(path)

    def write(self, descriptor: int, content: bytes) -> None:
        try:
            self._maybe_fail("write")
        except OSError:
            os.write(descriptor, content[: len(content) // 2])
            raise
        super().write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        self._maybe_fail("sync")
        super().sync(descriptor)

    def forget(self, descriptor: int) -> None:
        self._maybe_fail("forget")
        super().forget(descriptor)

    def cut(self, descriptor: int, length: int) -> None:
        self._maybe_fail("cut")
        super().cut(descriptor, length)

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._maybe_fail("close")

    def remove(self, path: Path) -> None:
        self._maybe_fail("remove")
        super().remove(path)

    def rename(self, old: Path, new: Path) -> None:
        self._maybe_fail("rename")
        super().rename(old, new)

    def sync_folder(self, folder: Path) -> None:
        self._maybe_fail("sync_folder")
        super().sync_folder(folder)

    def _maybe_fail(self, call: str) -> None:
        before = len(self.calls)
        self.calls.append(call)
        if self.fails(call, before):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full(call: str, _before: int) -> bool:
    """Fails what a full disk does."""
    return call in ("create", "write", "sync")


def all_unique(numbers: Iterable[int]) -> bool:
    listed = list(numbers)
    return len(set(listed)) == len(listed)
