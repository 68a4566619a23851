"""What an affiliate is owed and how it came to that: what comes next, and every movement in the books. Used by the pages."""

from collections.abc import Mapping, Sequence
from typing import Final

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.ledger.books import Books
from tribute.ledger.commission_pages import Coming
from tribute.ledger.database import Database
from tribute.ledger.paging import Page
from tribute.ledger.statements import Movement, Statements
from tribute.reports.scope import affiliate_of

COMING_DAYS: Final = 3


class BalanceReports:
    """Reads the ledger for the calling affiliate alone. Threads may share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def upcoming(self, caller: Caller) -> Mapping[str, Sequence[Coming]]:
        """By currency, the next days on which something becomes payable."""
        affiliate_id = affiliate_of(caller)
        with self._database.reading() as session:
            statements = Statements(session)
            currencies = [balance.currency for balance in Books(session, self._clock).balances(affiliate_id)]
            return {currency: statements.upcoming(affiliate_id, currency, COMING_DAYS) for currency in currencies}

    def movements(self, caller: Caller, *, cursor: str | None = None, limit: int = 50) -> Page[Movement]:
        """What moved on the caller's accounts, the latest first. Raises InvalidInputError for a cursor or limit."""
        with self._database.reading() as session:
            return Statements(session).page(affiliate_of(caller), cursor=cursor, limit=limit)
