"""A store that is built anew beside the old one takes its place in one step, while readers ask."""

import threading
from collections.abc import Callable

import pytest

from tests.support.events import NOON, make_event
from tribute.analytics.port import Batch, Progress, RebuildableStore, SqlLimits

LONG = SqlLimits(seconds=60)


def fill(store: RebuildableStore, count: int) -> None:
    store.load(Batch([make_event(f"m{index}", seq=index) for index in range(count)], [Progress("seg", count, complete=True)]))


def test_the_new_content_is_answered_and_survives_a_restart(open_event_store: Callable[[], RebuildableStore]) -> None:
    store = open_event_store()
    fill(store, 2)
    beside = store.new_beside()
    fill(beside, 5)
    assert store.counts()["events"] == 2
    store.replace_with(beside)
    assert store.counts()["events"] == 5
    assert store.progress()["seg"].through_seq == 5
    store.load(Batch([make_event("after", NOON)], []))
    store.close()
    assert open_event_store().counts()["events"] == 6


def test_what_an_interrupted_rebuild_left_is_removed(event_store: RebuildableStore) -> None:
    left = event_store.new_beside()
    fill(left, 3)
    left.close()
    fresh = event_store.new_beside()
    assert fresh.counts()["events"] == 0
    event_store.replace_with(fresh)


def test_a_store_from_elsewhere_cannot_take_the_place(event_store: RebuildableStore) -> None:
    with pytest.raises(ValueError, match="new_beside"):
        event_store.replace_with(event_store)
    assert event_store.counts()["events"] == 0


def test_readers_and_writers_never_notice(event_store: RebuildableStore) -> None:
    fill(event_store, 10)
    stop = threading.Event()
    seen: list[int] = []
    failures: list[BaseException] = []

    def keep(ask: Callable[[], None]) -> None:
        try:
            while not stop.is_set():
                ask()
        except BaseException as failure:  # noqa: BLE001  shown by the assertion below
            failures.append(failure)

    def read() -> None:
        [[count]] = event_store.sql("SELECT count(*) FROM page_views", LONG).rows
        seen.append(count)

    asks = [lambda: seen.append(event_store.counts()["events"]), read, lambda: seen.append(event_store.load(Batch([], [])).events or 10)]
    threads = [threading.Thread(target=keep, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for count in (20, 30, 40):
        beside = event_store.new_beside()
        fill(beside, count)
        event_store.replace_with(beside)
        assert event_store.counts()["events"] == count
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    assert set(seen) <= {10, 20, 30, 40}


def test_a_query_under_way_ends_on_the_old_content(event_store: RebuildableStore) -> None:
    fill(event_store, 7)
    answers: list[object] = []
    slow = "SELECT (SELECT count(*) FROM page_views), count(*) FROM range(3000) a, range(20000) b WHERE (a.range * b.range) % 7 = 3"
    thread = threading.Thread(target=lambda: answers.append(event_store.sql(slow, LONG).rows[0][0]))
    thread.start()
    while not any(worker.name == "sql-deadline" for worker in threading.enumerate()) and thread.is_alive():
        thread.join(timeout=0.005)
    beside = event_store.new_beside()
    fill(beside, 9)
    event_store.replace_with(beside)
    thread.join(timeout=60)
    assert answers == [7]
    assert event_store.counts()["events"] == 9
