"""A rebuild makes the same store anew from the objects and the spool, while the old one answers and events keep coming."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.crashes import Crash, Steps
from tests.support.pipeline import Pipeline
from tests.support.records import page_view
from tribute.analytics.port import Batch, Progress, RebuildableStore
from tribute.loader.rebuild import IMPORT_SOURCE_PREFIX, rebuild


def fill(pipeline: Pipeline, count: int = 40) -> None:
    """Objects, a delivered segment still in the spool, and an active one; with copies, bots' and strangers' codes, and late events."""
    for number in range(count):
        code = ("ada", "bob", None)[number % 3]
        pipeline.append([page_view(number, minute=number, visitor=number % 7, code=code), page_view(number // 2, minute=count - number)])
        if number in (count // 4, count // 2):
            pipeline.deliver(keep=False)
        if number == count * 3 // 4:
            pipeline.deliver()
    pipeline.loader.load_spool()
    pipeline.loader.load_objects()


def test_the_numbers_are_the_same(pipeline: Pipeline) -> None:
    fill(pipeline)
    before = pipeline.numbers()

    report = pipeline.rebuild()

    assert report.changed == {}
    assert report.before == report.after
    assert report.loaded.events == pipeline.message_count()[0] == 40
    assert pipeline.numbers() == before


def test_the_loader_goes_on_with_the_new_store(pipeline: Pipeline) -> None:
    fill(pipeline)
    pipeline.rebuild()
    pipeline.append([page_view(1000)])

    assert pipeline.loader.load_spool().events == 1
    assert pipeline.loader.load_objects().objects == 0
    assert pipeline.message_count()[0] == 41


def test_a_lost_store_comes_back_from_objects_and_spool(tmp_path: Path) -> None:
    with Pipeline(tmp_path) as pipeline:
        fill(pipeline)
        before = pipeline.numbers()
    for file in tmp_path.glob("analytics.duckdb*"):
        file.unlink()

    with Pipeline(tmp_path) as pipeline:
        pipeline.loader.load_spool()

        assert pipeline.numbers() == before


def test_files_that_were_imported_stay_known(pipeline: Pipeline) -> None:
    known = Progress(f"{IMPORT_SOURCE_PREFIX}segment/a.gz@1234", 7, complete=True)
    pipeline.store.load(Batch([], [known]))

    pipeline.rebuild()

    assert pipeline.store.progress()[known.source] == known


def test_its_progress_is_told(pipeline: Pipeline) -> None:
    fill(pipeline)
    told: list[tuple[int, int]] = []

    rebuild(pipeline.store, pipeline.loader, pipeline.new_loader, lambda done, total: told.append((done, total)))

    assert told
    assert told[-1][0] == told[-1][1] > 0


@contextmanager
def in_background(work: Callable[[], None]) -> Iterator[None]:
    """Repeat some work in a thread until the block is over; a failure of it fails the test."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            while not stop.is_set():
                work()
        except BaseException as failure:  # noqa: BLE001  handed to the test
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert not failures, failures


@pytest.mark.slow
def test_it_answers_all_the_while_and_events_keep_coming(pipeline: Pipeline) -> None:
    fill(pipeline, 60)
    numbers = iter(range(1000, 1_000_000))
    seen = [pipeline.counted()]

    def ask() -> None:
        seen.append(pipeline.counted())

    def arrive() -> None:
        pipeline.append([page_view(next(numbers))])

    def load() -> None:
        pipeline.loader.load_spool()

    with in_background(ask), in_background(arrive), in_background(load):
        reports = [pipeline.rebuild() for _ in range(3)]

    assert [report.changed for report in reports] == [{}, {}, {}]
    assert seen == sorted(seen)  # nothing that was counted is ever missing
    pipeline.loader.load_spool()
    assert pipeline.counted() == 60 + next(numbers) - 1000
    assert pipeline.rebuild().changed == {}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # whoever crashes closes no files
def test_stopped_anywhere_it_leaves_the_live_store_intact(pipeline: Pipeline) -> None:
    fill(pipeline, 12)
    before = pipeline.numbers()
    crash_at, done = 0, False
    while not done:
        steps = Steps(crash_at)
        try:
            pipeline.rebuild(pipeline.loader, steps)
            done = True
        except Crash:
            crash_at += 1
        assert pipeline.numbers() == before, f"stopped at step {crash_at}"
    assert crash_at > 20

    pipeline.append([page_view(1000)])
    loader = pipeline.new_loader()
    loader.load_spool()
    assert pipeline.message_count()[0] == 13
    assert pipeline.rebuild(loader).changed == {}


def test_one_that_failed_leaves_nothing_behind(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(pipeline)
    before = pipeline.numbers()

    def broken(_store: RebuildableStore) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(type(pipeline.store), "refresh_aggregates", broken)
        with pytest.raises(OSError, match="no space"):
            pipeline.rebuild()

    assert pipeline.numbers() == before
    assert pipeline.rebuild().changed == {}
