"""The ledger's database: connections, transactions, and a counter that tells caches when something changed.

One request or job is one transaction: open a session at the edge, hand it to repositories, and it commits at the end or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from tribute.ledger.engines.port import HURRIED, READ_ONLY, DatabaseUnavailableError, LedgerEngine
from tribute.ledger.engines.sqlite import SqliteEngine

__all__ = ["Base", "Database", "DatabaseUnavailableError", "UtcDateTime"]

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


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
    """A ledger's database, by its URL: a SQLite file, or PostgreSQL. Threads may share it; each session belongs to one of them.

    `create` makes a missing SQLite file, readable by its owner only; otherwise a missing one is a DatabaseUnavailableError
    when it is used, so that a ledger that was moved away is never mistaken for an empty one. A PostgreSQL database must be there.
    """

    def __init__(self, url: str, *, create: bool = False) -> None:
        self._engine = _engine(url, create=create)
        self.name = self._engine.name
        self.engine = self._engine.engine
        self._hurried = self.engine.execution_options(**{HURRIED: True})
        self._readers = self.engine.execution_options(**{READ_ONLY: True}, **self._engine.reader_options)
        self._hurried_readers = self._readers.execution_options(**{HURRIED: True})

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

        `hurried` does not wait long either for somebody who keeps even readers out, as repairs and migrations may.
        """
        readers = self._hurried_readers if hurried else self._readers
        with self._errors_for_people(), Session(readers, expire_on_commit=False) as session:
            yield session

    def version(self) -> int:
        """A number that is another one after any commit, of this or any other process; ask before reading what is remembered under it.

        Only equality with an earlier answer of the same Database means something. Costs microseconds in SQLite, and in PostgreSQL a round
        trip, so event loops ask in threads. Raises DatabaseUnavailableError.
        """
        with self._errors_for_people():
            return self._engine.version()

    def close(self) -> None:
        """Close every connection. A later use opens new ones."""
        self._engine.close()

    @contextmanager
    def _errors_for_people(self) -> Iterator[None]:
        try:
            yield
        except exc.IntegrityError:
            raise
        except (exc.DBAPIError, exc.InvalidRequestError, exc.TimeoutError, self._engine.driver_errors) as error:
            sentence = self._engine.explained(error)
            if sentence is None:
                raise
            raise DatabaseUnavailableError(sentence) from error


def _engine(url: str, *, create: bool) -> LedgerEngine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteEngine(parsed, create=create)
    if parsed.get_backend_name() == "postgresql":
        from tribute.ledger.engines.postgresql import PostgresqlEngine  # only here: its driver is not loaded where SQLite is used

        return PostgresqlEngine(parsed)
    raise ValueError("a ledger's URL names a SQLite file or a PostgreSQL database")
