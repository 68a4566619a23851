"""What append confirms is read back: the same bytes, in order, numbered, also by the next process."""

import asyncio
import threading
from pathlib import Path

from tests.support.spools import append, entries, events, open_spool, payloads


def test_records_come_back_in_order_and_numbered(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    assert append(spool, events(3), events(2, first=3)) == [True, True]
    assert payloads(spool) == events(5)
    assert [entry.seq for entry in entries(spool)] == [0, 1, 2, 3, 4]
    spool.close()


def test_they_are_there_after_a_restart(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    append(spool, events(3))
    spool.close()
    spool = open_spool(tmp_path)
    append(spool, events(2, first=3))
    assert payloads(spool) == events(5)
    assert [entry.seq for entry in entries(spool)] == [0, 1, 2, 3, 4]
    spool.close()


def test_appends_of_many_tasks_are_all_kept(tmp_path: Path) -> None:
    spool = open_spool(tmp_path, segment_bytes=4096)

    async def sender(first: int) -> None:
        for number in range(first, first + 20):
            await spool.append(events(1, first=number))

    async def run() -> None:
        await asyncio.gather(*(sender(first) for first in range(0, 640, 20)))

    asyncio.run(run())
    assert sorted(payloads(spool)) == sorted(events(640))
    assert [entry.seq for entry in entries(spool)] == list(range(640))
    assert len(spool.segments()) > 3
    spool.close()


def test_several_event_loops_share_it(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    threads = [threading.Thread(target=append, args=(spool, *([payload] for payload in events(20, first)))) for first in (0, 20, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(payloads(spool)) == sorted(events(60))
    spool.close()


def test_an_empty_and_a_large_record_are_kept(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    large = bytes(range(256)) * 4096 * 3
    append(spool, [b"", large, b""])
    assert payloads(spool) == [b"", large, b""]
    spool.close()


def test_reading_goes_on_after_a_position(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    append(spool, events(5))
    number = spool.segments()[0].number
    assert [entry.payload for entry in spool.read(number, after_seq=2)] == events(2, first=3)
    assert list(spool.read(number, after_seq=4)) == []
    append(spool, events(1, first=5))
    assert [entry.payload for entry in spool.read(number, after_seq=4)] == events(1, first=5)
    spool.close()


def test_an_append_of_nothing_is_confirmed(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    assert append(spool, []) == [True]
    assert payloads(spool) == []
    spool.close()


def test_after_close_appends_are_refused(tmp_path: Path) -> None:
    spool = open_spool(tmp_path)
    spool.close()
    spool.close()
    assert append(spool, events(1)) == [False]
