"""The ledger's schema, step by step: brings any earlier ledger to this program's tables. Only `app` and `cli` call this.

Each file in `versions/` is named by its date and purpose and is never changed once released; a test holds the steps against the models.
"""

from typing import Final

import sqlalchemy as sa

from tribute.kit.errors import ConflictError
from tribute.ledger.database import Database

HEAD: Final = "2026_11_23_terms_accepted"
"""The newest step. Known here so that a ledger that is up to date, the everyday case, is told without loading Alembic."""


class NewerLedgerError(ConflictError):
    """The ledger was made by a newer program."""


def is_current(database: Database) -> bool:
    """Whether the ledger has this program's schema. Raises DatabaseUnavailableError."""
    return _revision(database) == HEAD


def migrate(database: Database) -> bool:
    """Bring the ledger to this program's schema, all steps in one transaction; tells whether there was anything to do.

    Safe to call from several processes at once: one does the work, the others wait for it. Raises DatabaseUnavailableError, and
    NewerLedgerError for a ledger whose steps this program does not know.
    """
    if is_current(database):
        return False
    from tribute.migrations.run import known_revisions, upgrade  # only here: Alembic takes half a second to load

    with database.session() as session:
        revision = _current(session.connection())
        if revision is not None and revision not in known_revisions():
            raise NewerLedgerError(f"the ledger {database.name} was made by a newer Tribute; update the program")
        if revision != HEAD:
            upgrade(session.connection())
        return revision != HEAD


def _revision(database: Database) -> str | None:
    with database.reading() as session:
        return _current(session.connection())


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
