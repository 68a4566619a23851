"""What the ledger needs of a database beyond SQL: connections for each kind of transaction, a change counter, and words for its errors.

Invariant, on every engine: writers are one at a time and readers see one moment, so that what a transaction read stays true until its end.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import sqlalchemy as sa

from tribute.kit.errors import UnavailableError

BUSY_SECONDS = 10
"""How long a transaction waits for another process's to end."""
HURRIED_SECONDS = 0.05
"""How long one waits that somebody is waiting for, and that can be done without."""

READ_ONLY: Final = "tribute_read_only"
HURRIED: Final = "tribute_hurried"
"""Execution options by which an engine tells the kinds of transactions apart."""


class DatabaseUnavailableError(UnavailableError):
    """The ledger cannot be read or written now: missing, locked for long, out of reach, damaged, full disk, no permission."""


class LedgerEngine(Protocol):
    """A database that holds a ledger. Threads may share it."""

    name: str
    """For people; without user and password."""
    engine: sa.Engine
    """Begins transactions by the options above; without them one that may write."""
    reader_options: Mapping[str, Any]
    """What SQLAlchemy must be told beside READ_ONLY for a transaction that reads."""
    driver_errors: type[Exception]

    def version(self) -> int:
        """As `Database.version`, but raises the driver's errors."""
        ...

    def close(self) -> None:
        """Close every connection. A later use opens new ones."""
        ...

    def explained(self, error: Exception) -> str | None:
        """One sentence for people on an error of the driver; None for one that is a mistake in the program."""
        ...


def patience(connection: sa.Connection) -> float:
    """How many seconds a transaction on this connection may wait."""
    return HURRIED_SECONDS if is_hurried(connection) else BUSY_SECONDS


def is_hurried(connection: sa.Connection) -> bool:
    """Whether the transaction on this connection can be done without, and somebody waits for it."""
    return bool(connection.get_execution_options().get(HURRIED, False))


def is_read_only(connection: sa.Connection) -> bool:
    """Whether the transaction on this connection may not write."""
    return bool(connection.get_execution_options().get(READ_ONLY, False))
