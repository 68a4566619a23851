"""Arrow tables that a connection reads by name. Called by everything that brings rows in.

Arrow is loaded where the first rows are turned into a table: it is 25 MB, which a server at rest does without.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pyarrow as pa


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, **tables: "pa.Table") -> Iterator[None]:
    """Let a connection, and only that, read Arrow tables by name. After a failure they stay until the writer throws the connection away."""
    for name, table in tables.items():
        connection.register(name, table)
    yield
    for name in tables:
        connection.unregister(name)
