"""Runs a person's SELECT over the published views, within its limits, read-only. Called by `store` with a cursor of its own.

Invariant: what is run was written anew from a tree in which the guard knows every part.
"""

import re
import threading
from datetime import datetime
from types import TracebackType
from typing import Any

import duckdb

from tribute.analytics.port import QueryRefusedError, SqlLimits, SqlResult
from tribute.store.duckdb.times import aware

_PLAIN = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|DATE|VARCHAR|TIMESTAMP")
_WRITTEN_WRONG = (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError, duckdb.InternalError, duckdb.PermissionException)
_MESSAGE_KIND = re.compile(r"^[A-Za-z ]+ Error: (Query result: )?")


def run(connection: duckdb.DuckDBPyConnection, statement: str, limits: SqlLimits, deadline: "Deadline") -> SqlResult:
    """The rows of one SELECT. Raises QueryRefusedError for what is not allowed, wrong, too slow or too large; times are UTC."""
    from tribute.analytics.sql_guard import guarded  # sqlglot: 30 MB that a server which is asked no SQL need not hold

    allowed = guarded(statement)
    try:
        with deadline:
            return _fetch(connection, allowed, limits.rows)
    except duckdb.InterruptException as error:
        if deadline.cut_short:
            raise QueryRefusedError("it was ended because Tribute is stopping") from error
        raise QueryRefusedError(f"it took longer than {limits.seconds:g} seconds; ask for less time or fewer columns") from error
    except duckdb.OutOfMemoryException as error:
        raise QueryRefusedError("it needs more memory than the store has; ask for less time or fewer columns") from error
    except _WRITTEN_WRONG as error:
        raise QueryRefusedError(_clean(str(error))) from error


def _fetch(connection: duckdb.DuckDBPyConnection, allowed: str, most: int) -> SqlResult:
    connection.execute("BEGIN TRANSACTION READ ONLY")
    relation = connection.sql(allowed)
    names = list(relation.columns)
    places = [f"c{index}" for index in range(len(names))]
    shown = [_shown(place, str(kind)) for place, kind in zip(places, relation.types, strict=True)]
    connection.execute(f"SELECT {', '.join(shown)} FROM ({allowed}) AS asked({', '.join(places)}) LIMIT {most + 1}")  # noqa: S608 passed the guard
    rows = [[_value(value) for value in row] for row in connection.fetchmany(most + 1)]
    return SqlResult(names, rows[:most], truncated=len(rows) > most)


def _shown(place: str, kind: str) -> str:
    """A column as a type that has a value in Python: times as UTC, lists, intervals and the like as text."""
    if _PLAIN.fullmatch(kind):
        return place
    if kind.startswith("TIMESTAMP"):
        return f"{place}::TIMESTAMP"
    return f"{place}::VARCHAR"


def _value(value: Any) -> Any:
    return aware(value) if isinstance(value, datetime) else value


def _clean(message: str) -> str:
    """DuckDB's message without its kind, its picture of the statement, and hints that name what is not published."""
    first = message.split("\n\nLINE ", maxsplit=1)[0].split("\nLINE ", maxsplit=1)[0].split("\nDid you mean", maxsplit=1)[0]
    return " ".join(_MESSAGE_KIND.sub("", first).split())


class Deadline:
    """Interrupts a connection when its time is over or cut: again and again, because an interrupt between two steps is lost."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self.cut_short = False
        self._connection = connection
        self._seconds = seconds
        self._over = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sql-deadline", daemon=True)

    def cut(self) -> None:
        """Let the time be over now."""
        self.cut_short = True
        self._over.set()

    def _watch(self) -> None:
        self._over.wait(self._seconds)
        while not self._done.wait(0.02):
            self._connection.interrupt()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        self._over.set()
        self._thread.join()
