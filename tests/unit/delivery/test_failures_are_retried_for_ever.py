"""When the store or the disk fails, delivery drops nothing, backs off up to a minute, says what is wrong and catches up by itself."""

import time
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest

from tests.support.spools import NOON, append, events, segment_files
from tribute.delivery.worker import DeliveryWorker
from tribute.objects.port import ObjectInfo, ObjectStoreUnavailableError


class Outage:
    """An object store that cannot be reached as long as `away` is set."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.away = True
        self.attempts = 0

    def put(self, key: str, content: bytes) -> ObjectInfo:
        self.attempts += 1
        if self.away:
            raise ObjectStoreUnavailableError("the store is away.")
        info: ObjectInfo = self._store.put(key, content)
        return info

    def open(self, key: str) -> BinaryIO:
        stream: BinaryIO = self._store.open(key)
        return stream


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def test_an_outage_ends_the_round_and_nothing_is_lost(bench: Any) -> None:
    store = Outage(bench.objects)
    delivery = bench.delivery(objects=store)
    append(bench.spool, events(1), events(1, first=1))
    bench.followed = True
    report = delivery.run_once()
    assert isinstance(report.error, ObjectStoreUnavailableError)
    assert (report.segments, report.removed, store.attempts) == (0, 0, 1)
    assert len(bench.spool.segments()) == 2
    store.away = False
    report = delivery.run_once()
    assert (report.segments, report.removed, report.error) == (2, 2, None)


def test_a_segment_that_cannot_be_read_does_not_hold_up_the_others(bench: Any) -> None:
    append(bench.spool, events(1), events(1, first=1))
    first = segment_files(bench.folder / "spool")[0]
    first.rename(first.with_suffix(".away"))
    first.mkdir()
    bench.followed = True
    report = bench.delivery().run_once()
    assert isinstance(report.error, IsADirectoryError)
    assert (report.segments, report.removed) == (1, 1)
    first.rmdir()
    first.with_suffix(".away").rename(first)
    assert bench.delivery().run_once().segments == 1
    assert len(bench.stored()) == 2


def test_the_worker_catches_up_after_an_outage(bench: Any) -> None:
    store = Outage(bench.objects)
    worker = DeliveryWorker(bench.delivery(objects=store), bench.clock, poll_seconds=0.001)
    append(bench.spool, events(2))
    bench.followed = True
    worker.start()
    _until(lambda: worker.status().consecutive_failures >= 3)
    status = worker.status()
    assert (status.running, status.last_success_at, status.last_error) == (True, None, "the store is away.")
    assert status.oldest_undelivered_at == NOON
    store.away = False
    _until(lambda: worker.status().last_success_at is not None)
    assert worker.stop()
    status = worker.status()
    assert (status.running, status.consecutive_failures, status.last_error, status.oldest_undelivered_at) == (False, 0, None, None)
    assert (status.segments, status.records) == (1, 2)


def test_a_mistake_in_the_program_does_not_end_the_worker(bench: Any) -> None:
    wrong = True

    def may_remove(_segment: object) -> bool:
        if wrong:
            raise KeyError("visitor@example.com")
        return True

    worker = DeliveryWorker(bench.delivery(may_remove=may_remove), bench.clock, poll_seconds=0.001)
    append(bench.spool, events(1))
    worker.start()
    _until(lambda: worker.status().consecutive_failures >= 2)
    assert worker.status().last_error == "KeyError"
    wrong = False
    _until(lambda: bench.spool.segments() == [])
    assert worker.stop()
    assert worker.stop()


def test_pauses_grow_to_a_minute(bench: Any) -> None:
    store = Outage(bench.objects)
    append(bench.spool, events(1))
    pauses = {}
    for chance in (0.0, 1.0):
        worker = DeliveryWorker(bench.delivery(objects=store), bench.clock, poll_seconds=1, jitter=lambda chance=chance: chance)
        pauses[chance] = [worker._pause_seconds()]
        for _ in range(40):
            worker._round()
            pauses[chance].append(worker._pause_seconds())
    assert pauses[1.0][:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pauses[0.0][:8] == [1, 1, 2, 4, 8, 16, 30, 30]
    assert pauses[1.0][-1] == 60


def test_a_worker_that_never_started_stops(bench: Any) -> None:
    assert DeliveryWorker(bench.delivery(), bench.clock).stop()


@pytest.mark.parametrize("away", [True, False])
def test_stopping_does_not_wait_for_a_pause(bench: Any, away: bool) -> None:
    store = Outage(bench.objects)
    store.away = away
    append(bench.spool, events(1))
    worker = DeliveryWorker(bench.delivery(objects=store), bench.clock, poll_seconds=600)
    worker.start()
    _until(lambda: store.attempts > 0)
    assert worker.stop(20)
