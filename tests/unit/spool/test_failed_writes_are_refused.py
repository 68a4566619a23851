"""Whatever call to the disk fails, and whenever: what was confirmed is readable, what failed was refused, and the spool recovers."""

import itertools
import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.spools import (
    FaultyDisk,
    UnsyncedDisk,
    all_unique,
    append,
    damages,
    entries,
    events,
    full,
    open_spool,
    payloads,
    segment_files,
)
from tribute.spool.port import SpoolUnavailableError
from tribute.spool.spool import Spool

_DEADLINE_SECONDS = 10


def _append_until_confirmed(spool: Spool, payload: bytes) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not append(spool, [payload])[0]:
        assert time.monotonic() < deadline, "the spool did not recover"


@settings(deadline=None)
@given(st.sets(st.integers(0, 60)), st.sampled_from([1, 120, 10_000]))
def test_any_call_may_fail(failing: set[int], segment_bytes: int) -> None:
    sent = events(8)
    with tempfile.TemporaryDirectory() as name:
        disk = FaultyDisk()
        spool = open_spool(Path(name), disk=disk, segment_bytes=segment_bytes)
        disk.calls.clear()
        disk.fails = lambda _call, before: before in failing
        confirmed = []
        for payload in sent:
            spool._commits.try_again()  # spares the test the pause after failures, which has its own test below
            confirmed += [payload] if append(spool, [payload])[0] else []
        disk.fails = lambda _call, _before: False
        assert payloads(spool) == confirmed
        assert damages(spool) == []
        spool._commits.try_again()
        assert append(spool, [b"after"]) == [True]
        spool.close()

        spool = open_spool(Path(name), disk=UnsyncedDisk())
        kept = payloads(spool)
        assert [payload for payload in kept if payload in confirmed] == confirmed
        assert set(kept) <= {*sent, b"after"}
        assert all_unique(entry.seq for entry in entries(spool))
        spool.close()


@pytest.mark.parametrize("call", ["create", "write", "sync", "rename", "sync_folder"])
def test_a_disk_that_fails_for_a_while(tmp_path: Path, call: str) -> None:
    disk = FaultyDisk()
    spool = open_spool(tmp_path, disk=disk, segment_bytes=1)
    assert append(spool, [b"before"]) == [True]
    disk.fails = lambda name, _before: name == call
    assert append(spool, *itertools.repeat([b"refused"], 5)) == [False] * 5
    assert not spool.stats().is_writable
    disk.fails = lambda _call, _before: False
    _append_until_confirmed(spool, b"after")
    assert payloads(spool) == [b"before", b"after"]
    assert spool.stats().is_writable
    assert spool.stats().failures >= 2
    spool.close()


def test_while_it_fails_appends_are_refused_without_asking_the_disk(tmp_path: Path) -> None:
    disk = FaultyDisk(lambda _call, _before: False)
    spool = open_spool(tmp_path, disk=disk)
    disk.fails = full
    append(spool, [b"a"], [b"b"])
    calls = len(disk.calls)
    began = time.monotonic()
    append(spool, *itertools.repeat([b"c"], 50))
    if time.monotonic() - began < 0.4:
        assert len(disk.calls) == calls
    disk.fails = lambda _call, _before: False
    spool.close()


def test_one_failed_sync_moves_on_to_a_new_segment_at_once(tmp_path: Path) -> None:
    disk = FaultyDisk()
    spool = open_spool(tmp_path, disk=disk)
    append(spool, [b"a"])
    disk.fails = lambda call, _before: call == "sync"
    assert append(spool, [b"b"]) == [False]
    disk.fails = lambda _call, _before: False
    assert append(spool, [b"c"]) == [True]
    assert [(segment.number, segment.sealed) for segment in spool.segments()] == [(0, True), (1, False)]
    sizes = [segment.size for segment in spool.segments()]
    assert [file.stat().st_size for file in segment_files(tmp_path)] == sizes  # what was refused is cut off
    assert payloads(spool) == [b"a", b"c"]
    spool.close()


def test_what_could_not_be_cut_is_not_read(tmp_path: Path) -> None:
    disk = FaultyDisk()
    spool = open_spool(tmp_path, disk=disk)
    append(spool, [b"a"])
    disk.fails = lambda call, _before: call in ("sync", "cut")
    assert append(spool, [b"refused"]) == [False]
    assert payloads(spool) == [b"a"]
    spool.close()


@pytest.mark.parametrize(("before", "calls_until_it_writes"), [([], 9), ([b"a"], 0)], ids=["a new segment", "one with records"])
def test_what_could_not_be_cut_does_not_come_back_at_the_next_start(
    tmp_path: Path, before: list[bytes], calls_until_it_writes: int
) -> None:
    disk = FaultyDisk()
    spool = open_spool(tmp_path, disk=disk)
    assert append(spool, *([payload] for payload in before)) == [True] * len(before)
    disk.calls.clear()
    disk.fails = lambda call, before: call in ("cut", "remove", "sync") and before >= calls_until_it_writes
    assert append(spool, [b"refused"]) == [False]
    assert b"refused" in b"".join(file.read_bytes() for file in segment_files(tmp_path))
    disk.fails = lambda _call, _before: False
    _append_until_confirmed(spool, b"after")
    spool.close()

    for _ in range(2):
        spool = open_spool(tmp_path)
        assert payloads(spool) == [*before, b"after"]
        spool.close()


def test_the_refusal_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    disk = FaultyDisk()
    spool = open_spool(tmp_path, disk=disk)
    disk.fails = full
    append(spool, [b"a"])
    with pytest.raises(SpoolUnavailableError, match=r"the spool in .* cannot be written: No space left on device\."):
        spool.check_writable()
    disk.fails = lambda _call, _before: False
    spool.check_writable()
    assert spool.stats().is_writable
    spool.close()
    with pytest.raises(SpoolUnavailableError, match="closed"):
        spool.check_writable()


def test_a_mistake_in_the_program_refuses_and_the_spool_lives_on(tmp_path: Path) -> None:
    class Mistaken(FaultyDisk):
        wrong = False

        def write(self, descriptor: int, content: bytes) -> None:
            if self.wrong:
                raise ValueError
            super().write(descriptor, content)

    disk = Mistaken()
    spool = open_spool(tmp_path, disk=disk)
    append(spool, [b"a"])
    disk.wrong = True
    assert append(spool, [b"b"]) == [False]
    disk.wrong = False
    assert append(spool, [b"c"]) == [True]
    assert payloads(spool) == [b"a", b"c"]
    spool.close()


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real_write(descriptor, content[:7]))
    spool = open_spool(tmp_path)
    assert append(spool, events(5)) == [True]
    assert payloads(spool) == events(5)
    spool.close()
