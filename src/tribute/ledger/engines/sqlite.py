"""The ledger in a SQLite file, on one machine. Invariant: a file that was moved or replaced is noticed, never written to."""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from tribute.ledger.engines import port
from tribute.ledger.engines.port import DatabaseUnavailableError, is_read_only, patience

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers and one writer do not wait for each other
    "PRAGMA synchronous = FULL",  # a commit is on disk
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # a deleted salt is overwritten, not only forgotten
)
_EXPLANATIONS = {
    "unable to open": "the ledger {name} cannot be opened; is the home there and yours to write?",
    "another one": "the ledger {name} is not there; is the home the right one?",
    "locked": "the ledger {name} is busy with another process's work; try again in a moment",
    "no such table": "the ledger {name} has no tables yet; `tribute doctor` says more",
    "readonly": "the ledger {name} may not be written by this user; change its owner or mode",
    "read-only": "the ledger {name} lies on a read-only disk",
    "disk is full": "the ledger {name} cannot be written because the disk is full; make room",
    "malformed": "the ledger {name} is damaged; restore it from a backup",
    "not a database": "the ledger {name} is not a ledger or is damaged; restore it from a backup",
    "disk i/o": "the ledger {name} cannot be read or written: the disk reports errors",
    "queuepool": "the ledger {name} has too many readers at once; try again in a moment",
}


class SqliteEngine:
    """A ledger in a file. `create` makes a missing one, readable by its owner only."""

    driver_errors: type[Exception] = sqlite3.Error
    reader_options: Mapping[str, Any] = {}

    def __init__(self, url: sa.URL, *, create: bool) -> None:
        self._path = _path(url)
        self.name = str(self._path)
        if create:
            self._create_file()
        self.engine = sa.create_engine("sqlite://", creator=self._connect, poolclass=sa.QueuePool, hide_parameters=True)
        event.listen(self.engine, "begin", _begin)
        event.listen(self.engine, "checkout", self._check_file_is_the_same)
        self._watch_lock = Lock()
        self._watch: sqlite3.Connection | None = None
        self._watched_file: tuple[int, int] | None = None
        self._generation = 0

    def version(self) -> int:
        """Costs microseconds, and stands still while nobody commits."""
        with self._watch_lock:
            file = _identity(self._path)
            if self._watch is None or file != self._watched_file:
                self._stop_watching()
                # Never writes, so that its data_version counts everybody's commits: https://www.sqlite.org/pragma.html#pragma_data_version
                self._watch, self._watched_file = self._connect(port.HURRIED_SECONDS), file
                self._generation += 1
            (data_version,) = self._watch.execute("PRAGMA data_version").fetchone()
        return self._generation << 32 | int(data_version)

    def close(self) -> None:
        self.engine.dispose()
        with self._watch_lock:
            self._stop_watching()

    def explained(self, error: Exception) -> str | None:
        text = str(getattr(error, "orig", None) or error).lower()
        return next((sentence.format(name=self.name) for sign, sentence in _EXPLANATIONS.items() if sign in text), None)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _create_file(self) -> None:
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise DatabaseUnavailableError(f"the ledger {self.name} cannot be made: {error.strerror}") from error

    def _connect(self, busy_seconds: float | None = None) -> sqlite3.Connection:
        """A connection without the driver's own idea of transactions: `_begin` starts them. mode=rw never makes a file."""
        timeout = port.BUSY_SECONDS if busy_seconds is None else busy_seconds
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw", uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection

    def _check_file_is_the_same(self, _connection: object, record: Any, _proxy: object) -> None:
        """Give up a pooled connection to a file that was since replaced or removed: it would read, and write, a ghost."""
        file = _identity(self._path)
        if record.info.setdefault("file", file) != file or file is None:
            record.info.pop("file", None)
            raise exc.DisconnectionError("the ledger's file is another one")


def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once where something may be written: a reader that turns writer could be refused in the middle."""
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(patience(connection) * 1000)}")
    connection.exec_driver_sql("BEGIN" if is_read_only(connection) else "BEGIN IMMEDIATE")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _path(url: sa.URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise ValueError("a ledger's URL names a SQLite file")
    return Path(url.database).absolute()
