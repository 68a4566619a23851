"""What is owed to everybody, for the team: to see whom to pay, and to keep. Used by the console."""

from tribute.access.caller import Caller
from tribute.ledger.database import Database
from tribute.ledger.owed_pages import OwedPages, OwedTo
from tribute.ledger.paging import Page
from tribute.reports.scope import require_team


class OwedReports:
    """Reads the ledger for the team alone. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def most_payable_first(self, caller: Caller, *, cursor: str | None = None, limit: int = 50) -> Page[OwedTo]:
        """By currency, whoever can be paid most first. Raises InvalidInputError for a cursor or limit."""
        require_team(caller)
        with self._database.reading() as session:
            return OwedPages(session).most_payable_first(cursor=cursor, limit=limit)

    def by_code(self, caller: Caller, *, cursor: str | None = None, limit: int = 50) -> Page[OwedTo]:
        """By code and currency, so that page after page has everybody once. Raises InvalidInputError for a cursor or limit."""
        require_team(caller)
        with self._database.reading() as session:
            return OwedPages(session).by_code(cursor=cursor, limit=limit)
