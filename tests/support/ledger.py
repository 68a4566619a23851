"""A migrated ledger in a file, and a clock to move; for the rooms above it too."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tribute.kit.clock import FixedClock
from tribute.ledger.database import Database
from tribute.migrations import migrate

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def new_ledger(folder: Path, name: str = "tribute.db") -> Database:
    """An empty ledger with all tables. The caller closes it."""
    path = folder / name
    path.touch(mode=0o600)
    path.write_bytes(_empty_ledger())
    return Database(sqlite_url(path))


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def clock_at(at: datetime = NOON) -> FixedClock:
    return FixedClock(at)


@cache
def _empty_ledger() -> bytes:
    """Migrated once a test process; half a second saved for each test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        database = Database(sqlite_url(path), create=True)
        migrate(database)
        database.close()
        return path.read_bytes()
