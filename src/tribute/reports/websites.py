"""The websites with their settings, as the team sees them. Used by the pages."""

from collections.abc import Sequence

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.database import Database
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.reports.scope import require_team


class WebsiteReports:
    """Reads the ledger; the team's alone, because of the write keys."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self, caller: Caller) -> Sequence[WebsiteRecord]:
        """Every website, disabled ones too, by name."""
        require_team(caller)
        with self._database.reading() as session:
            return Websites(session, self._clock).all()

    def website(self, caller: Caller, website_id: str) -> WebsiteRecord:
        """One by id. Raises NotFoundError."""
        require_team(caller)
        with self._database.reading() as session:
            found = Websites(session, self._clock).by_id(website_id)
        if found is None:
            raise NotFoundError("no website has that id; `tribute website list` shows them")
        return found
