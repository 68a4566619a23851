"""The engines that each contract suite runs against."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.event_stores import EVENT_STORE_ENGINES, StoreFactory
from tests.support.ledger import ledger, ledger_url
from tribute.analytics.port import RebuildableStore

__all__ = ["event_store", "ledger", "ledger_url", "open_event_store"]


@pytest.fixture(params=sorted(EVENT_STORE_ENGINES))
def open_event_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], RebuildableStore]]:
    """Opens the same event store again and again, as restarts do; the last one is closed at the end."""
    factory: StoreFactory = EVENT_STORE_ENGINES[request.param]
    opened: list[RebuildableStore] = []

    def open_store() -> RebuildableStore:
        opened.append(factory(tmp_path))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


@pytest.fixture
def event_store(open_event_store: Callable[[], RebuildableStore]) -> RebuildableStore:
    """An empty event store."""
    return open_event_store()
