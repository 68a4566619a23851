"""Tables whose rows are added and never changed or deleted: the database itself refuses. Used by the models of this room.

The triggers stand here for databases that are made from the models, and by the same text in the migration.
"""

import sqlalchemy as sa
from sqlalchemy import event

from tribute.ledger.columns import table_of
from tribute.ledger.database import Base

_SQLITE = """CREATE TRIGGER {table}_refuse_{operation} BEFORE {operation} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"""
_POSTGRESQL = """CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def append_only(row: type[Base]) -> type[Base]:
    """Let the database refuse every UPDATE and DELETE on a table, with an integrity error."""
    table = table_of(row)
    statements = [("sqlite", _SQLITE.format(table=table.name, operation=operation)) for operation in ("UPDATE", "DELETE")]
    statements += [("postgresql", text) for text in (_POSTGRESQL_FUNCTION, _POSTGRESQL.format(table=table.name))]
    for dialect, statement in statements:
        ddl: sa.DDL = sa.DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its constructor untyped
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
    return row
