"""Every part of a home, built from Settings and put together. Opening takes the home's lock; closing leaves everything durable.

The parts do nothing by themselves: `serving` runs their threads, commands call them directly.
"""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import structlog

from tribute.access.door import Access
from tribute.analytics.port import RebuildableStore, StoreDamagedError, StoreOutdatedError
from tribute.app.buckets import open_objects
from tribute.app.ledger_adapters import LedgerFinder, LedgerLooks
from tribute.app.ownership import HomeLock
from tribute.kit.clock import Clock, SystemClock
from tribute.ledger.database import Database
from tribute.loader.importing import Importer
from tribute.loader.loader import Loader
from tribute.loader.rebuild import IMPORT_SOURCE_PREFIX
from tribute.migrations import migrate
from tribute.objects.port import ObjectStore
from tribute.objects.quarantine import Quarantine
from tribute.settings import Settings
from tribute.spool.spool import Spool

if TYPE_CHECKING:
    from tribute.access.issuer import Issuer

log = structlog.get_logger(__name__)

_MIB = 1024 * 1024


@dataclass
class Parts:
    """What a home consists of while one process owns it."""

    settings: Settings
    clock: Clock
    lock: HomeLock
    database: Database
    access: Access
    spool: Spool
    objects: ObjectStore
    quarantine: Quarantine
    store: RebuildableStore
    loader: Loader
    importer: Importer

    @classmethod
    def open(
        cls, settings: Settings, *, clock: Clock | None = None, set_aside_damaged: bool = False, renew_outdated: bool = False
    ) -> "Parts":
        """Open everything; the caller closes it. With `set_aside_damaged` an unreadable store is moved away and an empty one takes its
        place. With either flag an empty one takes the place of a store with an earlier layout; whoever asks brings everything in again.

        Raises HomeInUseError, StoreDamagedError and other TributeErrors, with nothing left open.
        """
        clock = clock or SystemClock()
        lock = HomeLock.take(settings.home)
        try:
            return cls._assemble(settings, clock, lock, set_aside_damaged=set_aside_damaged, renew_outdated=renew_outdated)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _assemble(cls, settings: Settings, clock: Clock, lock: HomeLock, *, set_aside_damaged: bool, renew_outdated: bool) -> "Parts":
        home = settings.home
        with ExitStack() as opened:
            database = Database(settings.database_url, create=True)
            opened.callback(database.close)
            migrate(database)
            store = _open_store(home / "analytics.duckdb", clock, set_aside_damaged=set_aside_damaged, renew_outdated=renew_outdated)
            opened.callback(store.close)
            segment_bytes = int(settings.buffer_mib * _MIB)
            spool = Spool.open(home / "spool", clock, segment_bytes=segment_bytes, segment_seconds=settings.buffer_seconds)
            opened.callback(spool.close)
            objects = open_objects(settings)
            quarantine = Quarantine(home / "quarantine", clock)
            loader = Loader(store=store, objects=objects, quarantine=quarantine, ledger=LedgerLooks(database, clock), spool=spool)
            importer = Importer(
                append=lambda records: append_and_wait(spool, records),
                finder=LedgerFinder(database, clock),
                store=store,
                quarantine=quarantine,
                clock=clock,
            )
            access = Access(database, clock, _issuer(settings, clock))
            opened.pop_all()
        return cls(settings, clock, lock, database, access, spool, objects, quarantine, store, loader, importer)

    def ledger_looks(self) -> LedgerLooks:
        """A fresh view of the ledger, which tells everything at its first call."""
        return LedgerLooks(self.database, self.clock)

    def loader_of(self, store: RebuildableStore) -> Loader:
        """A loader like the live one, on another store."""
        return Loader(store=store, objects=self.objects, quarantine=self.quarantine, ledger=self.ledger_looks(), spool=self.spool)

    def close(self) -> None:
        """Close everything in the order in which the data flows."""
        self.spool.close()
        self.store.close()
        self.database.close()
        self.lock.release()

    def __enter__(self) -> "Parts":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def append_and_wait(spool: Spool, records: Sequence[bytes]) -> None:
    """Make records durable from a thread that has no event loop; returns when they are on disk. Raises SpoolUnavailableError."""

    async def append() -> None:
        with spool.gate:
            durable = spool.append(records)
        await durable

    if threading.current_thread() is threading.main_thread():
        asyncio.run(append())
        return
    with asyncio.Runner() as runner:
        runner.run(append())


def _issuer(settings: Settings, clock: Clock) -> "Issuer | None":
    if settings.oidc_issuer is None:
        return None
    from tribute.access.issuer import Issuer

    return Issuer(settings.oidc_issuer, settings.oidc_audience, settings.oidc_affiliate_claim, clock)


def _open_store(path: Path, clock: Clock, *, set_aside_damaged: bool, renew_outdated: bool) -> RebuildableStore:
    from tribute.store.duckdb.renewal import renew
    from tribute.store.duckdb.store import DuckDBEventStore

    try:
        return DuckDBEventStore(path, clock=clock)
    except StoreDamagedError as error:
        if isinstance(error, StoreOutdatedError) and (renew_outdated or set_aside_damaged):
            log.warning("store_layout_is_new", path=str(path), now="all numbers are made anew from the objects; `data as of` tells how far")
            renew(path, clock=clock, keep=IMPORT_SOURCE_PREFIX)
        elif set_aside_damaged:
            _set_aside(path)
        else:
            raise
        return DuckDBEventStore(path, clock=clock)


def _set_aside(store: Path) -> None:
    """Keep a damaged store beside the new one, with its log: someone may want to look at it."""
    for path in (store, store.with_name(store.name + ".wal")):
        if path.exists():
            path.replace(path.with_name(path.name + ".damaged"))
            log.warning("store_set_aside", path=str(path))
