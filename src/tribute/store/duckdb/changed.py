"""A writer's note of the affiliates whose rows its transaction changes, so that what is remembered of them can be forgotten.

Whoever changes clicks or money notes whose they are or were; of page views, `touched` tells it. Called in the writer's transaction.
"""

import duckdb


def prepare(writer: duckdb.DuckDBPyConnection) -> None:
    """Give a writer's connection its note."""
    writer.execute("CREATE TEMP TABLE changed_affiliates (affiliate_id VARCHAR)")


def note_changed(writer: duckdb.DuckDBPyConnection, affiliates: str) -> None:
    """Note affiliates; `affiliates` is a query of ours that gives their ids, NULL for nobody's."""
    writer.execute(f"INSERT INTO changed_affiliates {affiliates}")


def take_changed(writer: duckdb.DuckDBPyConnection) -> set[str | None]:
    """All affiliates that were noted, or have touched page views; forgets the note, and is called before `touched` is forgotten."""
    rows = writer.execute("SELECT affiliate_id FROM changed_affiliates UNION SELECT affiliate_id FROM touched").fetchall()
    writer.execute("DELETE FROM changed_affiliates")
    return {affiliate_id for (affiliate_id,) in rows}
