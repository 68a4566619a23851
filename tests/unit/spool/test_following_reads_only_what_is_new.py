"""A follower that asks again and again is woken by new records and reads little that it has had."""

import threading
import time
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from tests.support.spools import append, events, open_spool
from tribute.spool.port import Entry


def test_following_reads_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = open_spool(tmp_path, segment_bytes=1 << 30)
    append(spool, *([b"x" * 10_000] * 10 for _ in range(50)))
    number = spool.segments()[0].number
    assert spool.segments()[0].size > 5_000_000
    read_bytes = 0
    real_open = Path.open

    class Counting(FileIO):
        def read(self, size: int | None = -1, /) -> Any:
            nonlocal read_bytes
            content = super().read(size if size is not None else -1)
            read_bytes += len(content or b"")
            return content

    def counting_open(path: Path, *_args: Any, **_options: Any) -> FileIO:
        return Counting(path)

    monkeypatch.setattr(Path, "open", counting_open)
    last = 499
    for _ in range(10):
        append(spool, events(1))
        new = [item for item in spool.read(number, last) if isinstance(item, Entry)]
        assert [entry.seq for entry in new] == [last + 1]
        last += 1
    monkeypatch.setattr(Path, "open", real_open)
    assert read_bytes < 10 * 300_000
    spool.close()


def test_it_is_woken_by_new_records(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    waits = threading.Event()
    woken: list[bool] = []

    def follow() -> None:
        waits.set()
        woken.append(spool.wait_for_more(30))

    follower = threading.Thread(target=follow)
    follower.start()
    waits.wait(30)
    began = time.monotonic()
    append(spool, events(1))
    follower.join(30)
    assert woken == [True]
    assert time.monotonic() - began < 20
    spool.close()


def test_what_came_while_it_was_busy_is_not_missed(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    append(spool, events(1))
    assert spool.wait_for_more(30)
    assert not spool.wait_for_more(0)
    append(spool, events(1))
    assert spool.wait_for_more(30)
    assert not spool.wait_for_more(0.01)
    spool.close()


def test_figures_for_metrics(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, segment_bytes=1)
    empty = spool.stats()
    assert (empty.segments, empty.disk_bytes, empty.oldest_received_at) == (0, 0, None)
    append(spool, events(1), events(1))
    stats = spool.stats()
    assert stats.segments == 2
    assert stats.disk_bytes == sum(file.stat().st_size for file in tmp_path.glob("*.seg"))
    assert stats.oldest_received_at == spool.segments()[0].first_received_at
    assert stats.last_sync_seconds > 0
    assert (stats.waiting_bytes, stats.failures, stats.torn_tails, stats.is_writable) == (0, 0, 0, True)
    spool.close()


def test_a_wake_ends_the_waiting_though_nothing_is_new(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    assert not spool.wait_for_more(0)
    spool.wake()
    assert spool.wait_for_more(30)
    assert not spool.wait_for_more(0)
    spool.close()
