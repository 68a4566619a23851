"""What the ledger told of money, and whether it told all. Called by `store`, which holds the transaction.

Invariant: the facts of one conversion are always those of one telling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from datetime import datetime

import duckdb

from tribute.analytics.clicks import MoneyFact
from tribute.store.duckdb.changed import note_changed
from tribute.store.duckdb.registering import registered
from tribute.store.duckdb.times import naive

_COLUMNS = [field.name for field in fields(MoneyFact)]
_STORED = ", ".join(f"{name}::TIMESTAMP AS {name}" if name == "time" else name for name in _COLUMNS)


def tell(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Sequence[MoneyFact]]) -> None:
    """Put facts in the place of those of the same conversions. Raises ValueError for a fact under another conversion's id."""
    import pyarrow as pa  # see `registering`

    if any(fact.conversion_id != conversion_id for conversion_id, told in facts.items() for fact in told):
        raise ValueError("a fact is told under the id of its own conversion")
    rows = [astuple(fact) for told in facts.values() for fact in told]
    types = {"time": pa.timestamp("us", tz="UTC"), "conversions": pa.int32(), "revenue_minor": pa.int64(), "commission_minor": pa.int64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in _COLUMNS])
    table = pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema) if rows else schema.empty_table()
    with registered(connection, told_ids=pa.table({"id": pa.array(facts, pa.string())}), told_facts=table):
        theirs = "FROM internal.money WHERE conversion_id IN (SELECT id FROM told_ids)"
        note_changed(connection, f"SELECT affiliate_id {theirs} UNION SELECT affiliate_id FROM told_facts")  # noqa: S608 ours
        connection.execute(f"DELETE {theirs}")
        connection.execute(f"INSERT INTO internal.money BY NAME SELECT {_STORED} FROM told_facts")  # noqa: S608 ours


def is_complete(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether all conversions were told."""
    return connection.execute("SELECT 1 FROM internal.money_complete").fetchone() is not None


def mark_complete(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Note that all were."""
    if not is_complete(connection):
        connection.execute("INSERT INTO internal.money_complete VALUES (?)", [naive(now)])


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove all facts and the note."""
    note_changed(connection, "SELECT DISTINCT affiliate_id FROM internal.money")
    connection.execute("DELETE FROM internal.money")
    connection.execute("DELETE FROM internal.money_complete")


def hand_over(old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection) -> None:
    """Give a store that is built anew what this one was told; `new` is in a transaction."""
    forget(new)
    for table in ("money", "money_complete"):
        handed = old.sql(f"SELECT * FROM internal.{table}").to_arrow_table()  # noqa: S608 ours
        with registered(new, handed=handed):
            new.execute(f"INSERT INTO internal.{table} BY NAME SELECT * FROM handed")  # noqa: S608 ours
