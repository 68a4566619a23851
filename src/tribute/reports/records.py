"""What people changed and what an owner gave or took beside commissions: the audit log, and adjustments.

Used by REST, GraphQL and the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.ledger.adjustments import AdjustmentRecord, Adjustments
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.audit import Audit, AuditRecord
from tribute.ledger.database import Database
from tribute.ledger.paging import Page
from tribute.reports.scope import require_team, scope_of


@dataclass(frozen=True, slots=True)
class AdjustmentSeen:
    """An adjustment and whose it is, by their current code. To an affiliate it does not say who made it, nor under which id."""

    record: AdjustmentRecord
    code: str
    by: str | None

    @property
    def external_id(self) -> str | None:
        """The sender's own id for it; nobody's who may not know who made it."""
        return self.record.external_id if self.by is not None else None


class RecordReports:
    """Reads the ledger within the caller's scope."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def audit(
        self, caller: Caller, *, subject: tuple[str, str] | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[AuditRecord]:
        """Changes by people, the latest first, all or of one subject (kind, id); the team's. Raises InvalidInputError."""
        require_team(caller)
        with self._database.reading() as session:
            return Audit(session, self._clock).page(subject=subject, cursor=cursor, limit=limit)

    def adjustments(
        self, caller: Caller, *, affiliate_id: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[AdjustmentSeen]:
        """Adjustments, the latest first: an affiliate's own whatever is asked for, the team's of all or one. Raises InvalidInputError."""
        wanted = scope_of(caller) or affiliate_id
        with self._database.reading() as session:
            page = Adjustments(session, self._clock).page(affiliate_id=wanted, cursor=cursor, limit=limit)
            people = Affiliates(session, self._clock).by_ids({one.affiliate_id for one in page.items})
        codes: Mapping[str, str] = {one.id: one.code for one in people.values()}
        by_owner = caller.affiliate_id is None
        seen = (AdjustmentSeen(one, codes[one.affiliate_id], one.created_by if by_owner else None) for one in page.items)
        return Page(tuple(seen), page.next)
