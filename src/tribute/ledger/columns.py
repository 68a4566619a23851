"""Column types that the tables of money share, and records read column by column. Used by models and repositories of this room alone.

Money's rows are never read as objects of the ORM: an object in memory would hide what an UPDATE has changed since.
"""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, ClassVar, Protocol, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session, mapped_column
from sqlalchemy.types import TypeDecorator

from tribute.ledger.database import Base

Minor = Annotated[int, mapped_column(sa.BigInteger)]
"""An amount in minor units: sums do not fit 32 bits."""
PlaceText = Annotated[str, mapped_column(sa.Text().with_variant(sa.Text(collation="C"), "postgresql"))]
"""A text that orders are put in order by: by code points, as SQLite and Python do, whatever the database's language."""

AnySelect: TypeAlias = sa.Select[*tuple[Any, ...]]
"""A query of whatever columns."""


class StructJson(TypeDecorator[Any]):
    """JSON that comes back as the struct, or tuple of structs, that went in."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else msgspec.to_builtins(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else msgspec.convert(value, self.kind)


class Record(Protocol):
    """A frozen dataclass whose fields are named as the columns are."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def columns_of(row: type[Base], record: type[Record]) -> tuple[Any, ...]:
    """The columns of a table that a record holds, in the order of its fields."""
    return tuple(getattr(row, field.name) for field in fields(record))


def values_of(record: Record) -> dict[str, Any]:
    """A record's fields by column name, for an INSERT."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def update(row: type[Base]) -> sa.Update:
    """An UPDATE that looks for no objects in memory: there are none."""
    return sa.update(row).execution_options(synchronize_session=False)


def delete(row: type[Base]) -> sa.Delete:
    """A DELETE, likewise."""
    return sa.delete(row).execution_options(synchronize_session=False)


def insert(session: Session, row: type[Base], *rows: Mapping[str, Any]) -> None:
    """Insert one row or several of the same columns."""
    if rows:
        session.connection().execute(_insertion(row), rows[0] if len(rows) == 1 else list(rows))


def insert_or_ignore(session: Session, row: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of the same key is there; tells whether it was inserted. Waits for another transaction with that key."""
    connection = session.connection()
    return connection.execute(_insertion_unless_there(row, connection.dialect.name), values).rowcount == 1


def table_of(row: type[Base]) -> sa.Table:
    """The table of a mapped class of ours, which has one."""
    table = row.__table__
    assert isinstance(table, sa.Table)  # noqa: S101 -- see above
    return table


@cache
def _insertion(row: type[Base]) -> sa.Insert:
    """Made once: to build and recognise a statement costs more than to run it. Values come with its parameters."""
    return sa.insert(table_of(row))


@cache
def _insertion_unless_there(row: type[Base], dialect: str) -> sa.Insert:
    if dialect != "postgresql":
        return sqlite.insert(table_of(row)).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    from sqlalchemy.dialects import postgresql  # only here: with it come all of its types and drivers

    return postgresql.insert(table_of(row)).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
