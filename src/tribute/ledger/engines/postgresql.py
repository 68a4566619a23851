"""The ledger in PostgreSQL 14 or newer, for several machines. Invariant: one writer at a time, as in SQLite, by a lock of the database's.

With that lock nothing that a writer read can change before it commits, whatever it read: no retries, no deadlocks, the same code on both
engines. No connection keeps a setting or a prepared statement, so that it does not matter which one a transaction gets.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy import event, exc

from tribute.ledger.engines import port
from tribute.ledger.engines.port import is_hurried, is_read_only, patience

WRITERS_LOCK: Final = 0x7472_6962_7574_65
"""The advisory lock that writers, migrations among them, hold until they commit: "tribute" in ASCII."""
_KEPT_CONNECTIONS = 5
_MOST_CONNECTIONS = 40
"""At least as many as there are threads that ask, and well below the 100 that a server takes unless told otherwise."""
_CONNECT_SECONDS = 5
_SILENCE_SECONDS = 10
"""How long a server may leave what we sent unacknowledged before it is taken for gone."""
_IDLE_SECONDS = 60
"""How long a process may hold the writers' lock and do nothing: one that was frozen or cut off must not stop the others for hours."""
_HURRIED_STATEMENT_SECONDS = 0.5
_AWAY = "cannot be reached; is PostgreSQL running there, and is TRIBUTE_DATABASE_URL right?"
_BUSY = "is busy with another process's work; try again in a moment"
_STATES = {
    "55P03": _BUSY,  # lock_not_available
    "57014": _BUSY,  # query_canceled, by a time limit
    "40001": _BUSY,  # serialization_failure
    "40P01": _BUSY,  # deadlock_detected: only with statements that others run beside Tribute
    "25P03": "gave up a change that stood still for a minute; try again",  # idle_in_transaction_session_timeout
    "42P01": "has no tables yet; `tribute doctor` says more",
    "42501": "may not be used by this user; let the user own the database and its tables",
    "25006": "takes no changes just now: it is a standby or set to read-only",
    "3D000": "is not there; make it with CREATE DATABASE",
    "28P01": "refuses the user or the password in TRIBUTE_DATABASE_URL",
    "28000": "refuses the user or the password in TRIBUTE_DATABASE_URL",
    "53100": "cannot be written because its disk is full; make room",
    "53300": "has too many connections; raise its max_connections or end others",
}
_CLASSES = {
    "08": _AWAY,
    "53": "is short of memory or other resources; look into PostgreSQL's log",
    "57": "is starting, stopping or restarting; try again in a moment",
    "58": "reports errors of its disk; look into PostgreSQL's log",
    "XX": "reports damage; look into PostgreSQL's log, and restore it from a backup",
}
_SIGNS = {  # of connections that were never made: they have no state, only PostgreSQL's message
    "password authentication failed": _STATES["28P01"],
    "no password supplied": _STATES["28P01"],
    "pg_hba.conf": _STATES["28P01"],
    "does not exist": "or its user is not there; make them with CREATE ROLE and CREATE DATABASE",
    "too many clients": _STATES["53300"],
    "too many connections": _STATES["53300"],
    "remaining connection slots": _STATES["53300"],
    "starting up": _CLASSES["57"],
    "shutting down": _CLASSES["57"],
}


class PostgresqlEngine:
    """A ledger in a PostgreSQL database, which its administrator made."""

    driver_errors: type[Exception] = psycopg.Error
    reader_options: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def __init__(self, url: sa.URL) -> None:
        self.name = sa.URL.create("postgresql", host=url.host, port=url.port, database=url.database).render_as_string()
        self._url = url.set(drivername="postgresql+psycopg")
        self.engine = sa.create_engine(
            self._url,
            connect_args=_connect_arguments(),
            hide_parameters=True,
            isolation_level="READ COMMITTED",  # each statement sees the newest, and with the lock nobody else makes anything newer
            pool_size=_KEPT_CONNECTIONS,
            pool_pre_ping=True,  # connections that a restart or a proxy has ended are found out before they are used
            max_overflow=_MOST_CONNECTIONS - _KEPT_CONNECTIONS,
            pool_timeout=port.BUSY_SECONDS,
        )
        event.listen(self.engine, "begin", _begin)
        self._watch_lock = Lock()
        self._watch: psycopg.Connection[tuple[str]] | None = None
        self._seen: str | None = None
        self._changes = 0

    def version(self) -> int:
        """Costs a round trip, so it is not for event loops. It may also move without a commit of ours, which costs a cache a look.

        It counts how often the snapshot that a new reader would get has been another one. A snapshot names exactly those transactions whose
        commits it sees: all below its xmax but those listed as running. A commit takes its transaction out of the list or lifts xmax, and
        neither comes back, so no commit goes unnoticed, whoever makes it, and no writer pays for being counted. Others' transactions in the
        same server lift xmax too. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
        """
        with self._watch_lock:
            try:
                seen = self._snapshot()
            except psycopg.OperationalError:
                if self._watch is None:
                    raise
                self._stop_watching()
                seen = self._snapshot()  # the server has ended the connection since the last look; once more with a new one
            if seen != self._seen:
                self._seen = seen
                self._changes += 1
            return self._changes

    def close(self) -> None:
        self.engine.dispose()
        with self._watch_lock:
            self._stop_watching()

    def explained(self, error: Exception) -> str | None:
        original = getattr(error, "orig", None) or error
        what = _explanation(original)
        if what is None and isinstance(error, exc.TimeoutError):
            what = "has too many users at once; try again in a moment"
        return f"the ledger {self.name} {what}" if what is not None else None

    def _snapshot(self) -> str:
        if self._watch is None:
            arguments = {**self.engine.dialect.create_connect_args(self._url)[1], **_connect_arguments()}
            # Not from the pool: a connection that is made anew may lead to another server, whose snapshots say nothing about these.
            self._watch = psycopg.connect(**arguments, autocommit=True)
            self._seen = None
        row = self._watch.execute("SELECT pg_current_snapshot()::text").fetchone()
        return row[0] if row is not None else ""

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None


def _connect_arguments() -> dict[str, Any]:
    return {
        "application_name": "tribute",
        "connect_timeout": _CONNECT_SECONDS,
        "tcp_user_timeout": _SILENCE_SECONDS * 1000,
        "keepalives_idle": _SILENCE_SECONDS,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "prepare_threshold": None,  # prepared statements belong to a connection, and a pooler between hands out another one each time
    }


def _begin(connection: sa.Connection) -> None:
    """Bound the waiting, and have writers wait for each other before they read anything. The settings end with the transaction."""
    settings = {
        "lock_timeout": patience(connection),
        "statement_timeout": _HURRIED_STATEMENT_SECONDS if is_hurried(connection) else 0,
        "idle_in_transaction_session_timeout": 0 if is_read_only(connection) else _IDLE_SECONDS,
    }
    steps = [f"set_config('{name}', '{round(seconds * 1000)}ms', true)" for name, seconds in settings.items()]
    if not is_read_only(connection):
        steps.append(f"pg_advisory_xact_lock({WRITERS_LOCK})")
    connection.exec_driver_sql(f"SELECT {', '.join(steps)}")  # one round trip; evaluated from left to right


def _explanation(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None)
    if state:
        return _STATES.get(state) or _CLASSES.get(state[:2])
    text = str(error).lower()
    if "invalid connection option" in text or 'missing "="' in text:
        return "cannot be reached: TRIBUTE_DATABASE_URL has an option that PostgreSQL does not know"
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return None
    return next((sentence for sign, sentence in _SIGNS.items() if sign in text), _AWAY)
