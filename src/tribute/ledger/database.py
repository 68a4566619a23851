"""The ledger's database: connections, transactions, and a counter that tells caches when something changed.

One request or job is one transaction: open a session at the edge, hand it to repositories, and it commits at the end or not at all.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from tribute.kit.errors import UnavailableError

BUSY_SECONDS = 10
"""How long a transaction waits for another process's to end."""
HURRIED_SECONDS = 0.05
"""How long one waits that somebody is waiting for, and that can be done without."""
_READ_ONLY = "tribute_read_only"
_HURRIED = "tribute_hurried"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers and one writer do not wait for each other
    "PRAGMA synchronous = FULL",  # a commit is on disk
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # a deleted salt is overwritten, not only forgotten
)
_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class DatabaseUnavailableError(UnavailableError):
    """The ledger cannot be read or written now: missing, locked for long, damaged, full disk, no permission."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python with microseconds, UTC in the database, also where it keeps no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the ledger takes aware times only")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The one metadata of all tables, the access room's included; migrations are checked against it."""

    metadata = sa.MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads this name as it is
        datetime: UtcDateTime(),
        str: sa.Text(),
        list[str]: sa.JSON(),
        bytes: sa.LargeBinary(),
    }


class Database:
    """A ledger's database, by its URL. Threads may share it; each session belongs to one of them.

    `create` makes a missing SQLite file, readable by its owner only; otherwise a missing one is a DatabaseUnavailableError
    when it is used, so that a ledger that was moved away is never mistaken for an empty one.
    """

    def __init__(self, url: str, *, create: bool = False) -> None:
        self._path = _sqlite_path(url)
        self.name = str(self._path)
        if create:
            self._create_file()
        self.engine = sa.create_engine("sqlite://", creator=self._connect, poolclass=sa.QueuePool, hide_parameters=True)
        event.listen(self.engine, "begin", _begin)
        event.listen(self.engine, "checkout", self._check_file_is_the_same)
        self._hurried = self.engine.execution_options(**{_HURRIED: True})
        self._readers = self.engine.execution_options(**{_READ_ONLY: True})
        self._hurried_readers = self._readers.execution_options(**{_HURRIED: True})
        self._watch_lock = Lock()
        self._watch: sqlite3.Connection | None = None
        self._watched_file: tuple[int, int] | None = None
        self._generation = 0

    @contextmanager
    def session(self, *, hurried: bool = False) -> Iterator[Session]:
        """One transaction that may write; it waits for other writers at its first statement, so what it reads cannot go stale under it.

        Commits at the end of the block; an exception undoes all. Raises DatabaseUnavailableError: after 10 s of waiting or, `hurried`,
        almost at once.
        """
        engine = self._hurried if hurried else self.engine
        with self._errors_for_people(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self, *, hurried: bool = False) -> Iterator[Session]:
        """One transaction that only reads, from one moment's state, and waits for no writer. Raises DatabaseUnavailableError.

        `hurried` is for event loops: it does not wait either for somebody who keeps even readers out, as repairs may.
        """
        readers = self._hurried_readers if hurried else self._readers
        with self._errors_for_people(), Session(readers, expire_on_commit=False) as session:
            yield session

    def version(self) -> int:
        """A number that is another one after any commit, of this or any other process; costs microseconds.

        Only equality with an earlier answer of the same Database means something. Raises DatabaseUnavailableError.
        """
        with self._errors_for_people(), self._watch_lock:
            file = _identity(self._path)
            if self._watch is None or file != self._watched_file:
                self._stop_watching()
                # Never writes, so that its data_version counts everybody's commits: https://www.sqlite.org/pragma.html#pragma_data_version
                self._watch, self._watched_file = self._connect(HURRIED_SECONDS), file
                self._generation += 1
            (data_version,) = self._watch.execute("PRAGMA data_version").fetchone()
        return self._generation << 32 | int(data_version)

    def close(self) -> None:
        """Close every connection. A later use opens new ones."""
        self.engine.dispose()
        with self._watch_lock:
            self._stop_watching()

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _create_file(self) -> None:
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise DatabaseUnavailableError(f"the ledger {self.name} cannot be made: {error.strerror}") from error

    def _connect(self, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
        """A connection without the driver's own idea of transactions: `_begin` starts them. mode=rw never makes a file."""
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw", uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False
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

    @contextmanager
    def _errors_for_people(self) -> Iterator[None]:
        try:
            yield
        except exc.IntegrityError:
            raise
        except (exc.DBAPIError, sqlite3.Error, exc.InvalidRequestError, exc.TimeoutError) as error:
            raise DatabaseUnavailableError(self._explained(error)) from error

    def _explained(self, error: Exception) -> str:
        text = str(getattr(error, "orig", None) or error).lower()
        for sign, sentence in _EXPLANATIONS.items():
            if sign in text:
                return sentence.format(name=self.name)
        raise error


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


def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once where something may be written: a reader that turns writer could be refused in the middle."""
    options = connection.get_execution_options()
    patience = HURRIED_SECONDS if options.get(_HURRIED, False) else BUSY_SECONDS
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(patience * 1000)}")
    connection.exec_driver_sql("BEGIN" if options.get(_READ_ONLY, False) else "BEGIN IMMEDIATE")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _sqlite_path(url: str) -> Path:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise ValueError("a ledger's URL names a SQLite file")
    return Path(parsed.database).absolute()
