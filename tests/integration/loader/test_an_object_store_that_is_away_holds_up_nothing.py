"""While objects cannot be listed or read, refused at once or never answered, events in the spool are loaded as ever."""

import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pytest

from tests.support.pipeline import Pipeline
from tests.support.records import page_view
from tests.support.served import eventually
from tribute.loader.loader import Loader
from tribute.loader.worker import LoaderWorker
from tribute.objects.port import ObjectInfo, ObjectStore, ObjectStoreUnreachableError


class TroubledStore:
    """An object store before which trouble stands; what `listing` and `opening` do comes first."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.listing: Callable[[], object] = bool
        self.opening: Callable[[], object] = bool

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        self.listing()
        return self._store.list(prefix)

    def open(self, key: str) -> BinaryIO:
        self.opening()
        return self._store.open(key)

    def put(self, key: str, content: bytes) -> ObjectInfo:
        return self._store.put(key, content)

    def delete(self, key: str) -> None:
        self._store.delete(key)


@pytest.fixture
def answered() -> Iterator[threading.Event]:
    """Lets go of whoever waits for the store, at the latest when the test ends."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def troubled(pipeline: Pipeline) -> TroubledStore:
    return TroubledStore(pipeline.objects)


@pytest.fixture
def worker(pipeline: Pipeline, troubled: TroubledStore, answered: threading.Event) -> Iterator[LoaderWorker]:
    """Not started; its loader finds one object, of which the spool knows nothing any more."""
    pipeline.append([page_view(1)])
    pipeline.deliver(keep=False)
    loader = Loader(
        store=pipeline.store, objects=troubled, quarantine=pipeline.quarantine, ledger=pipeline.ledger.reader(), spool=pipeline.spool
    )
    worker = LoaderWorker(loader, pipeline.spool, pipeline.clock)
    pipeline.loader = loader
    yield worker
    answered.set()
    worker.stop()


def loaded(pipeline: Pipeline, wanted: int) -> int:
    return eventually(lambda: pipeline.message_count()[0], lambda count: count >= wanted, within=20)


@pytest.mark.parametrize("call", ["listing", "opening"])
def test_a_store_that_never_answers(
    pipeline: Pipeline, troubled: TroubledStore, worker: LoaderWorker, answered: threading.Event, call: str
) -> None:
    asked = threading.Event()
    setattr(troubled, call, lambda: (asked.set(), answered.wait(30)))
    worker.start()
    assert asked.wait(20)
    pipeline.append([page_view(2)])
    assert loaded(pipeline, 1) == 1
    assert pipeline.loader.watermark is None, "what may be in the objects is not promised to be loaded"
    answered.set()
    assert loaded(pipeline, 2) == 2
    assert eventually(lambda: pipeline.loader.watermark, lambda at: at is not None) is not None


def test_a_store_that_refuses_is_told_of_and_asked_again(pipeline: Pipeline, troubled: TroubledStore, worker: LoaderWorker) -> None:
    def refuse() -> None:
        raise ObjectStoreUnreachableError("the bucket does not answer.")

    troubled.listing = refuse
    worker.start()
    pipeline.append([page_view(2)])
    assert loaded(pipeline, 1) == 1
    status = eventually(lambda: worker.objects.status, lambda status: status.failures > 1)
    assert (status.failures > 1, status.last_error) == (True, "the bucket does not answer.")
    assert worker.seconds_since_success < 5, "the loader is well"
    troubled.listing = bool
    assert loaded(pipeline, 2) == 2
    assert eventually(lambda: worker.objects.status.last_error, lambda error: error is None) is None


def test_a_store_that_goes_away_midway_is_not_asked_for_every_object(pipeline: Pipeline, troubled: TroubledStore) -> None:
    for number in range(5):
        pipeline.append([page_view(number)])
        pipeline.deliver(keep=False)
    asked = []

    def gone() -> None:
        asked.append(1)
        raise ObjectStoreUnreachableError("the bucket does not answer.")

    troubled.opening = gone
    loader = Loader(store=pipeline.store, objects=troubled, quarantine=pipeline.quarantine, ledger=pipeline.ledger.reader())
    with pytest.raises(ObjectStoreUnreachableError):
        loader.load_objects()
    assert len(asked) == 1
    troubled.opening = bool
    assert loader.load_objects().events == 5
