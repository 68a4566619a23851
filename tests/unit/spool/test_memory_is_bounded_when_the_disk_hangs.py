"""A disk that does not answer: appends beyond the bound are refused at once, and what waits is settled when it answers again."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.spools import NOON, FaultyDisk, open_spool, payloads
from tribute.kit.clock import FixedClock
from tribute.spool.port import SpoolUnavailableError


class HangingDisk(FaultyDisk):
    """Its writes wait until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.go.set()

    def write(self, descriptor: int, content: bytes) -> None:
        assert self.go.wait(30)
        super().write(descriptor, content)


def test_memory_is_bounded_when_the_disk_hangs(tmp_path: Path) -> None:
    disk, clock = HangingDisk(), FixedClock(NOON)
    spool = open_spool(tmp_path, clock, disk=disk, max_waiting_bytes=100_000)

    async def run() -> None:
        disk.go.clear()
        taken = [spool.append([b"x" * 10_000]) for _ in range(50)]
        refused = [future for future in taken if future.done()]
        assert 40 <= len(refused) <= 42
        assert spool.stats().waiting_bytes <= 100_000
        for future in refused:
            with pytest.raises(SpoolUnavailableError, match="does not keep up"):
                future.result()
        clock.at += timedelta(seconds=11)
        assert not spool.stats().is_writable
        with pytest.raises(SpoolUnavailableError, match="has not answered for 10 seconds"):
            spool.check_writable()
        disk.go.set()
        await asyncio.gather(*(future for future in taken if future not in refused))
        assert spool.stats().waiting_bytes == 0
        assert spool.stats().is_writable
        assert len(payloads(spool)) == 50 - len(refused)

    asyncio.run(run())
    spool.close()


def test_tiny_records_count_with_what_they_cost(tmp_path: Path) -> None:
    disk = HangingDisk()
    spool = open_spool(tmp_path, disk=disk, max_waiting_bytes=100_000)

    async def run() -> None:
        disk.go.clear()
        taken = [spool.append([b"{}"]) for _ in range(1000)]
        assert sum(not future.done() for future in taken) < 100
        for future in taken:
            future.cancel()
        disk.go.set()

    asyncio.run(run())
    spool.close()


def test_a_loop_that_ended_meanwhile_is_no_trouble(tmp_path: Path) -> None:
    disk = HangingDisk()
    spool = open_spool(tmp_path, disk=disk)

    async def run() -> None:
        disk.go.clear()
        spool.append([b"a"])

    asyncio.run(run())
    disk.go.set()
    spool.close()
    assert payloads(spool) == [b"a"]


def test_a_record_above_the_limit_is_a_mistake(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)

    async def run() -> None:
        with pytest.raises(ValueError, match="at most"):
            spool.append([b"x" * (16 * 1024 * 1024 + 1)])

    asyncio.run(run())
    spool.close()
