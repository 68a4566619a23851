"""Puts an empty store in the place of one with an earlier layout. Called by `app` when a server starts, which then loads all objects anew.

Invariant: a crash at any moment leaves the old store or the new one under the store's name.
"""

from pathlib import Path

import duckdb

from tribute.analytics.port import Batch, Progress
from tribute.kit.clock import Clock
from tribute.store.duckdb.database import REBUILD_SUFFIX, connect, log_of, remove, sync_folder
from tribute.store.duckdb.loading import stored_progress
from tribute.store.duckdb.store import DuckDBEventStore


def renew(path: Path, *, clock: Clock, keep: str) -> None:
    """Replace the store. What the old one knows of sources whose name begins with `keep` is kept: no object tells of them."""
    kept = [step for step in _progress(path) if step.source.startswith(keep)]
    beside = path.with_name(path.name + REBUILD_SUFFIX)
    remove(beside)
    new = DuckDBEventStore(beside, clock=clock)
    try:
        new.load(Batch([], kept))
        new.checkpoint()
    finally:
        new.close()
    log_of(path).unlink(missing_ok=True)
    beside.replace(path)
    sync_folder(path.parent)


def _progress(path: Path) -> list[Progress]:
    """How far the old store's sources have come; nothing where its layout tells it in another way."""
    old = connect(path, memory_limit_mb=256, threads=1)
    try:
        return list(stored_progress(old).values())
    except duckdb.Error:
        return []
    finally:
        old.close()  # folds its log into its file, too
