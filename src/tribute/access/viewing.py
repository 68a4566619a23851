"""Looking at the portal as one of its affiliates: read only, on record from the first page to the last. Called by the pages.

The session itself remembers whose portal it looks at. It gets a new secret when a view begins and when it ends, because its rights change.
"""

from tribute.access.caller import Caller, NotAllowedError
from tribute.access.people import Kind
from tribute.access.sessions import Sessions
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.rules.text import is_storable


class Viewing:
    """Begins and ends views. Each call is one transaction with its note in the audit log. Threads may share it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, caller: Caller, cookie: str, affiliate_id: str) -> str:
        """Look at this affiliate's portal from now on: the session's new secret. Owners and managers alone.

        Raises NotAllowedError, and NotFoundError for an affiliate or a session that is not there.
        """
        if not (caller.is_team and caller.may_change and caller.scopes is None):
            raise NotAllowedError("Only an owner, or a manager of theirs, looks at the portal as an affiliate.")
        with self._database.session() as session:
            affiliates = Affiliates(session, self._clock)
            if not is_storable(affiliate_id) or affiliates.by_id(affiliate_id) is None:
                raise NotFoundError("no affiliate has that id")
            fresh = Sessions(session, self._clock).look_as(cookie, affiliate_id)
            if fresh is None:
                raise NotFoundError("the session has ended; sign in again")
            Audit(session, self._clock).note("view.begin", Kind.AFFILIATE, affiliate_id, by=caller.person_id)
        return fresh

    def end(self, caller: Caller, cookie: str) -> str | None:
        """Be oneself again: the session's new secret. None when nothing was looked at (any more)."""
        if caller.seen_by is None or caller.affiliate_id is None:
            return None
        with self._database.session() as session:
            fresh = Sessions(session, self._clock).look_as(cookie, None)
            if fresh is not None:
                Audit(session, self._clock).note("view.end", Kind.AFFILIATE, caller.affiliate_id, by=caller.seen_by)
        return fresh
