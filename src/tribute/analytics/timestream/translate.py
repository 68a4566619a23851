"""From a statement of Timestream's SQL to the engine's: the one entrance of the dialect. Called by each engine behind the port.

Invariant: what comes out was written anew, part by part, over the one table whose SQL was given; the same text always gives the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tribute.analytics.timestream.errors import TimestreamQueryError
from tribute.analytics.timestream.fragments import MOST_WRITTEN
from tribute.analytics.timestream.types import Type


@dataclass(frozen=True, slots=True)
class Translation:
    """A statement in the engine's SQL, with the names and types of its columns as Timestream tells them."""

    sql: str
    columns: Sequence[tuple[str, Type]]


def translate(statement: str, source: str) -> Translation:
    """Translate a statement over the table whose SQL is `source`. The SQL has the parameter `$now`. Raises TimestreamQueryError."""
    from tribute.analytics.timestream.queries import Queries  # sqlglot: 30 MB that a server which is asked no SQL need not hold
    from tribute.analytics.timestream.reading import read

    try:
        query = Queries(statement, source).query(read(statement))
    except RecursionError:
        raise TimestreamQueryError("the query is nested too deeply", 1, 1) from None
    if len(query.sql) > MOST_WRITTEN:
        raise TimestreamQueryError("the query is too long or too deeply nested", 1, 1)
    columns = [(name or f"_col{place}", kind) for place, (name, kind) in enumerate(zip(query.names, query.types, strict=True))]
    return Translation(query.sql, columns)


def described(statement: str) -> Sequence[tuple[str, Type]]:
    """The columns of a statement without running it. Raises TimestreamQueryError."""
    return translate(statement, "").columns
