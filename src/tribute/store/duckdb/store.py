"""The event store in one DuckDB file: the port's methods, each a transaction or a read of what was committed.

Invariant: one writer at a time, under a lock; each reader has a cursor of its own. Built by `app`; used through `analytics.port`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from tribute.analytics.definitions import Span
from tribute.analytics.port import (
    Batch,
    CodeRegistration,
    Directory,
    Loaded,
    Point,
    Progress,
    RebuildableStore,
    SeriesQuery,
    SqlLimits,
    SqlResult,
    StoreBusyError,
    UnknownCode,
)
from tribute.kit.clock import Clock
from tribute.store.duckdb import aggregates, codes, console, loading
from tribute.store.duckdb.database import REBUILD_SUFFIX, Database, log_of, remove, sync_folder
from tribute.store.duckdb.gate import Gate
from tribute.store.duckdb.series import series

Result = TypeVar("Result")


class DuckDBEventStore:
    """A `RebuildableStore`. Safe from several threads; owned by one process."""

    def __init__(self, path: Path, *, clock: Clock, memory_limit_mb: int = 512, threads: int = 2) -> None:
        """Open the file at `path`, or make an empty store there; what an interrupted rebuild left is removed.

        Raises StoreBusyError when another process owns the file or it cannot be written, StoreDamagedError when it is unreadable or of another
        version: the caller decides to move it aside.
        """
        self._path = path.absolute()
        self._clock = clock
        self._memory_limit_mb = memory_limit_mb
        self._threads = threads
        self._gate = Gate()
        self._writing = threading.Lock()
        self._long_readers: set[duckdb.DuckDBPyConnection] = set()
        self._long_readers_change = threading.Lock()
        self._closed = False
        self._open()
        remove(self._beside)

    def _open(self) -> None:
        self._database = Database(self._path, self._memory_limit_mb, self._threads)
        self._writer = self._database.cursor()
        aggregates.prepare(self._writer)

    @property
    def path(self) -> Path:
        return self._path

    @property
    def _beside(self) -> Path:
        return self._path.with_name(self._path.name + REBUILD_SUFFIX)

    def load(self, batch: Batch) -> Loaded:
        return self._write(lambda connection: loading.load(connection, batch, self._clock.now()))

    def register_codes(self, registrations: Iterable[CodeRegistration]) -> int:
        return self._write(lambda connection: codes.register_codes(connection, registrations))

    def register_directory(self, directory: Directory) -> None:
        self._write(lambda connection: codes.register_directory(connection, directory))

    def refresh_aggregates(self) -> None:
        self._write(aggregates.recompute_all)

    def progress(self) -> Mapping[str, Progress]:
        with self._reader() as connection:
            return loading.stored_progress(connection)

    def series(self, query: SeriesQuery) -> list[Point]:
        with self._reader() as connection:
            return series(connection, query)

    def unknown_codes(self, span: Span, limit: int = 100) -> list[UnknownCode]:
        with self._reader() as connection:
            return codes.unknown_codes(connection, span, limit)

    def counts(self) -> Mapping[str, int]:
        with self._reader() as connection:
            return loading.counts(connection)

    def sql(self, statement: str, limits: SqlLimits) -> SqlResult:
        with self._long_reader() as connection:
            return console.run(connection, statement, limits)

    def checkpoint(self) -> None:
        with self._writing:
            self._if_open()
            with self._failures():
                self._database.checkpoint()

    def close(self) -> None:
        """End people's SQL that is under way, wait for the rest, and let go of the file. Closing twice is no error."""
        if not self._gate.close():
            return
        with self._long_readers_change:
            for connection in self._long_readers:
                connection.interrupt()
        self._gate.wait_until_empty()
        with self._writing:
            self._closed = True
            self._writer.close()
            self._database.close()

    def new_beside(self) -> "DuckDBEventStore":
        remove(self._beside)
        return DuckDBEventStore(self._beside, clock=self._clock, memory_limit_mb=self._memory_limit_mb, threads=self._threads)

    def replace_with(self, other: RebuildableStore) -> None:
        """Answer from `other`'s content. A crash at any moment leaves the old content or the new under the store's name, never a mixture."""
        if other.path != self._beside:
            raise ValueError("only a store from new_beside() can take this one's place")
        other.checkpoint()
        other.close()
        with self._writing:
            self._if_open()
            with self._gate.shut():
                self._exchange()

    def _exchange(self) -> None:
        """Put the closed file beside in the place of the open one. The old file is folded and closed first, so that no log of it can outlive it."""
        with self._failures():
            self._database.checkpoint()
        self._writer.close()
        self._database.close()
        try:
            log_of(self._path).unlink(missing_ok=True)
            self._beside.replace(self._path)
            sync_folder(self._path.parent)
        finally:
            self._open()

    def _write(self, work: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        """Do some work in one transaction; whatever goes wrong, nothing of it remains and the next call finds a usable store."""
        with self._writing:
            self._if_open()
            with self._failures():
                self._writer.execute("BEGIN")
                try:
                    result = work(self._writer)
                    self._writer.execute("COMMIT")
                except BaseException:
                    with suppress(duckdb.Error):  # it may be over already, when the commit itself failed
                        self._writer.execute("ROLLBACK")
                    raise
                return result

    @contextmanager
    def _reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question, which sees what was committed when it began."""
        with self._gate.reader(), closing(self._database.cursor()) as connection, self._failures():
            yield connection

    @contextmanager
    def _long_reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for a question that may take seconds; closing the store ends it early."""
        with self._gate.reader(long=True), closing(self._database.cursor()) as connection, self._failures():
            with self._long_readers_change:
                self._long_readers.add(connection)
            try:
                yield connection
            finally:
                with self._long_readers_change:
                    self._long_readers.discard(connection)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Say it in a sentence when the machine, not the question, is the matter."""
        try:
            yield
        except (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
            raise StoreBusyError(
                f"The store {self._path} cannot be read or written now; check the disk and the memory of this machine."
            ) from error

    def _if_open(self) -> None:
        if self._closed:
            raise StoreBusyError("The store is closed because Tribute is stopping.")
