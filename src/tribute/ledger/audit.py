"""The audit log: what a person changed, when, and who it was. Added by the use cases in the transaction of the change; never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.ids import new_id
from tribute.ledger.columns import columns_of, insert, values_of
from tribute.ledger.models_money import AuditRow
from tribute.ledger.paging import Page, before, checked_limit, cut, newest_first, time_cursor


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One change: `action` as `program.terms_set`, of a subject as (`program`, its id); `detail` holds no secrets."""

    id: str
    at: datetime
    by: str
    action: str
    subject_kind: str
    subject_id: str
    detail: dict[str, Any]


_AUDIT = columns_of(AuditRow, AuditRecord)


class Audit:
    """Reads and adds to the audit log within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def note(self, action: str, subject_kind: str, subject_id: str, *, by: str, detail: Mapping[str, Any] | None = None) -> AuditRecord:
        """Write a change down."""
        record = AuditRecord(new_id("aud"), self._clock.now(), by, action, subject_kind, subject_id, dict(detail or {}))
        insert(self._session, AuditRow, values_of(record))
        return record

    def count(self, action: str, subject: tuple[str, str], since: datetime) -> int:
        """How often something was done to a subject (kind, id) since then."""
        theirs = (AuditRow.subject_kind == subject[0], AuditRow.subject_id == subject[1], AuditRow.at >= since, AuditRow.action == action)
        return self._session.scalar(sa.select(sa.func.count()).select_from(AuditRow).where(*theirs)) or 0

    def page(self, *, subject: tuple[str, str] | None = None, cursor: str | None = None, limit: int = 50) -> Page[AuditRecord]:
        """Changes, all or of one subject (kind, id), the latest first. Raises InvalidInputError for a cursor or limit."""
        query = sa.select(*_AUDIT).where(before(cursor, AuditRow.at, AuditRow.id))
        if subject is not None:
            query = query.where(AuditRow.subject_kind == subject[0], AuditRow.subject_id == subject[1])
        found = self._session.execute(query.order_by(*newest_first(AuditRow.at, AuditRow.id)).limit(checked_limit(limit) + 1))
        return cut([AuditRecord(*values) for values in found], limit, lambda record: time_cursor(record.at, record.id))
