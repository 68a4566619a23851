"""complete_until never passes a record that is not yet readable, and passes everything once it is."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.spools import NOON, FaultyDisk, append, entries, open_spool, payloads
from tribute.kit.clock import FixedClock, SystemClock, iso, parse_iso

_SECOND = timedelta(seconds=1)


class SlowDisk(FaultyDisk):
    """A disk whose syncs wait until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.go.set()
        self.at_sync = threading.Event()

    def sync(self, descriptor: int) -> None:
        self.at_sync.set()
        assert self.go.wait(30)
        super().sync(descriptor)


def test_with_nothing_waiting_it_is_now(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    spool = open_spool(tmp_path, clock)
    append(spool, [b"a"])
    clock.at += _SECOND
    assert spool.complete_until() == NOON + _SECOND
    spool.close()


def test_it_stands_at_the_oldest_record_that_waits(tmp_path: Path) -> None:
    clock, disk = FixedClock(NOON), SlowDisk()
    spool = open_spool(tmp_path, clock, disk=disk)
    append(spool, [b"a"])

    async def run() -> None:
        disk.go.clear()
        disk.at_sync.clear()
        with spool.gate:
            clock.at += _SECOND  # stamping and taking need not be one instant: the bound is when the gate was entered
            first = spool.append([b"b"])
        await asyncio.to_thread(disk.at_sync.wait, 30)
        clock.at += _SECOND
        second = spool.append([b"c"])
        clock.at += _SECOND
        assert spool.complete_until() == NOON
        assert payloads(spool) == [b"a"]
        disk.go.set()
        await first
        await second
        assert spool.complete_until() == NOON + 3 * _SECOND
        assert payloads(spool) == [b"a", b"b", b"c"]

    asyncio.run(run())
    spool.close()


def test_it_stands_at_a_record_that_was_only_just_taken(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    spool = open_spool(tmp_path, clock)

    async def run() -> None:
        with spool.gate.lock:  # held, so that the commit thread cannot have looked yet
            taken = spool.append([b"a"])
            clock.at += _SECOND
            assert spool.complete_until() == NOON
        await taken
        assert spool.complete_until() == NOON + _SECOND

    asyncio.run(run())
    spool.close()


def test_refused_records_do_not_hold_it(tmp_path: Path) -> None:
    clock, disk = FixedClock(NOON), FaultyDisk()
    spool = open_spool(tmp_path, clock, disk=disk)
    disk.fails = lambda call, _before: call == "sync"
    append(spool, [b"a"])
    clock.at += _SECOND
    assert spool.complete_until() == NOON + _SECOND
    spool.close()


def test_the_gate_never_goes_back_in_time(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    spool = open_spool(tmp_path, clock)
    assert spool.complete_until() == NOON
    clock.at -= _SECOND
    with spool.gate as stamped:
        assert stamped == NOON
    assert spool.complete_until() == NOON
    spool.close()


@pytest.mark.parametrize("senders", [1, 4, 16])
def test_what_is_read_after_taking_it_is_complete(tmp_path: Path, senders: int) -> None:
    """Senders stamp real times as the collector does; a follower checks the promise against all that was ever sent."""
    spool = open_spool(tmp_path, SystemClock(), segment_bytes=4096)
    sent: list[str] = []
    promises: list[tuple[str, set[str]]] = []
    done = threading.Event()

    def follow() -> None:
        while not done.is_set() and len(promises) < 200:
            until = iso(spool.complete_until())
            promises.append((until, {payload.decode() for payload in payloads(spool)}))

    async def sender() -> None:
        for _ in range(20):
            with spool.gate as now:
                stamp = f"{iso(now)} {len(sent)}"
                sent.append(stamp)
                future = spool.append([stamp.encode()])
            await future

    async def run() -> None:
        await asyncio.gather(*(sender() for _ in range(senders)))

    follower = threading.Thread(target=follow)
    follower.start()
    asyncio.run(run())
    done.set()
    follower.join()
    for until, read in promises:
        before = {stamp for stamp in sent if parse_iso(stamp.split()[0]) < parse_iso(until)}
        assert before <= read
    assert [entry.seq for entry in entries(spool)] == list(range(len(sent)))
    spool.close()
