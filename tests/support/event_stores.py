"""The engines behind the event store's port, by name; every contract test of the port runs on each."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.support.events import NOON
from tribute.analytics.port import RebuildableStore
from tribute.kit.clock import FixedClock
from tribute.store.duckdb.store import DuckDBEventStore

StoreFactory: TypeAlias = Callable[[Path], RebuildableStore]


def open_duckdb(folder: Path) -> DuckDBEventStore:
    """The store in `analytics.duckdb` of a folder."""
    return DuckDBEventStore(folder / "analytics.duckdb", clock=FixedClock(NOON), memory_limit_mb=256)


EVENT_STORE_ENGINES: Mapping[str, StoreFactory] = {"duckdb": open_duckdb}
